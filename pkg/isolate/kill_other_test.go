//go:build unix && !linux

package isolate_test

// other has the modes that are a system's own.
func other(string, []string) {}

//go:build race

package secrets

func init() { slowness = 20 }

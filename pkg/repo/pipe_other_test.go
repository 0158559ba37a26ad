//go:build !unix

package repo

import "testing"

// MakePipe skips the test: there are no named pipes in folders here.
func MakePipe(t *testing.T, _ string) { t.Skip("no named pipes") }

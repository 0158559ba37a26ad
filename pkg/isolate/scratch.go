//go:build unix

package isolate

import (
	"os"
	"path/filepath"
)

// scratch are the command's own folders.
type scratch struct{ dir, home, tmp string }

func newScratch() (*scratch, error) {
	dir, err := os.MkdirTemp("", "cdbgate-run-")
	if err != nil {
		return nil, err
	}
	s := &scratch{dir: dir, home: filepath.Join(dir, "home"), tmp: filepath.Join(dir, "tmp")}
	for _, d := range []string{s.home, s.tmp} {
		if err := os.Mkdir(d, 0o700); err != nil {
			os.RemoveAll(dir)
			return nil, err
		}
	}
	return s, nil
}

func (s *scratch) remove() error { return RemoveAll(s.dir) }

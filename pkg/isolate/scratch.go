//go:build unix

package isolate

import (
	"io/fs"
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

// remove removes them. Some tools make their caches read-only, and then they must be made writable first.
func (s *scratch) remove() error {
	if os.RemoveAll(s.dir) == nil {
		return nil
	}
	_ = filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, _ error) error {
		if d != nil && d.IsDir() {
			_ = os.Chmod(name, 0o700)
		}
		return nil
	})
	return os.RemoveAll(s.dir)
}

package isolate

import (
	"io/fs"
	"os"
	"path/filepath"
)

// RemoveAll removes a folder that a command wrote to. Some tools make their caches read-only, and then they must be made writable first.
func RemoveAll(dir string) error {
	if os.RemoveAll(dir) == nil {
		return nil
	}
	_ = filepath.WalkDir(dir, func(name string, d fs.DirEntry, _ error) error {
		if d != nil && d.IsDir() {
			_ = os.Chmod(name, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}

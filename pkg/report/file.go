package report

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// WriteFile writes a file whole or not at all: write fills a temporary file in the same folder, which then takes the
// name. On any error the old file stays as it was and nothing is left behind. The mode is 0644 less the umask.
//
// A symbolic link in the file's place is refused, since whoever can put one into the working tree would choose what gets
// overwritten. Below /dev, where links such as /dev/stdout and process substitutions live, the target is written to
// directly, and so is a pipe or a device.
func WriteFile(path string, write func(io.Writer) error) error {
	return writeFile(path, 0o644, write)
}

// WritePrivateFile is WriteFile for what only its owner may read: the mode is 0600.
func WritePrivateFile(path string, write func(io.Writer) error) error {
	return writeFile(path, 0o600, write)
}

func writeFile(path string, mode fs.FileMode, write func(io.Writer) error) error {
	direct, err := writesDirectly(path)
	if err != nil {
		return err
	}
	if direct {
		return writeDirectly(path, write)
	}
	tmp, err := createBeside(path, mode)
	if err != nil {
		return err
	}
	err = fill(tmp, write)
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error at hand says more
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return nil
}

// writesDirectly reports whether path can only be written in place, or the error for what must not be replaced.
func writesDirectly(path string) (bool, error) {
	if strings.HasPrefix(filepath.Clean(path), "/dev/") {
		return true, nil
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("writing %s: %w", path, cause(err))
	case info.IsDir():
		return false, fmt.Errorf("writing %s: it is a folder: name a file", path)
	case info.Mode()&fs.ModeSymlink != 0:
		return false, fmt.Errorf("writing %s: it is a symbolic link: name the file it should be", path)
	}
	return !info.Mode().IsRegular(), nil
}

func writeDirectly(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		err = fill(f, write)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return nil
}

// createBeside makes an empty file next to path under a name nobody can guess. Creating it exclusively follows no link,
// and opening it with the final mode lets the system apply the umask, which a program cannot read without changing it.
func createBeside(path string, mode fs.FileMode) (*os.File, error) {
	dir, base := filepath.Split(path)
	if base == "" {
		return nil, fmt.Errorf("writing %s: it is a folder: name a file", path)
	}
	if len(base) > 200 {
		base = base[:200] // a name may have 255 bytes, and ours is longer by 33
	}
	name := filepath.Join(dir, "."+base+".tmp-"+rand.Text())
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("writing %s: there is no folder %s: create it first", path, filepath.Clean(dir))
	}
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, cause(err))
	}
	return f, nil
}

func fill(f *os.File, write func(io.Writer) error) error {
	buf := bufio.NewWriterSize(f, flushAt)
	err := write(buf)
	if err == nil {
		err = buf.Flush()
	}
	return errors.Join(err, f.Close())
}

// cause strips the temporary file's name, which means nothing to the reader, off an error.
func cause(err error) error {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(err, &pathErr):
		return pathErr.Err
	case errors.As(err, &linkErr):
		return linkErr.Err
	}
	return err
}

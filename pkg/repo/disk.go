package repo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// disk reads files below one folder and nothing else. No component of a name may be a symbolic link: links that were
// there when the snapshot was taken are resolved by the snapshot itself, so one met here was put in place of a folder
// or file since. Whatever lies there is only read when it is a regular file, so that a pipe cannot make a run hang.
type disk struct {
	root  *os.Root
	quick opener
}

func openDisk(dir string) (*disk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &disk{root: root, quick: newOpener(dir)}, nil
}

var errChanged = fmt.Errorf("%w: replaced since the snapshot was taken: run again while nothing changes the files", ErrNotRegular)

func (d *disk) open(name string) (*os.File, error) {
	f, err := d.quick.open(name)
	if errors.Is(err, errors.ErrUnsupported) {
		f, err = d.slowOpen(name)
	}
	if err != nil {
		return nil, bare(err)
	}
	return f, nil
}

// slowOpen serves systems without openat2, and containers that forbid it. os.Root holds every name inside the root, but
// follows links that stay there: those are refused first.
func (d *disk) slowOpen(name string) (*os.File, error) {
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		info, err := d.root.Lstat(name[:i])
		if err != nil {
			return nil, err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return nil, errChanged
		}
	}
	return d.root.OpenFile(name, os.O_RDONLY|openFlags, 0)
}

func (d *disk) readFile(name string) ([]byte, error) {
	b, err := d.quick.readFile(name)
	if !errors.Is(err, errors.ErrUnsupported) {
		return b, err
	}
	f, info, err := d.stream(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > MaxFileSize {
		return nil, tooLarge(info.Size())
	}
	return readUpTo(f, info.Size())
}

// stream opens a regular file of any size.
func (d *disk) stream(name string) (*os.File, fs.FileInfo, error) {
	f, err := d.open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errChanged
	}
	if err != nil {
		f.Close()
		return nil, nil, bare(err)
	}
	return f, info, nil
}

// readUpTo reads to the end, into a buffer that fits the expected size at once.
func readUpTo(r io.Reader, expect int64) ([]byte, error) {
	b := make([]byte, 0, expect+1)
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		} else if err != nil {
			return nil, bare(err)
		}
		if len(b) > MaxFileSize {
			return nil, tooLarge(int64(len(b)))
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
}

func (d *disk) readLink(name string) ([]byte, error) {
	target, err := d.root.Readlink(name)
	if err != nil {
		return nil, bare(err)
	}
	return []byte(target), nil
}

// bare strips the path from an error of package os: the snapshot's own error names it, relative to the repository.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

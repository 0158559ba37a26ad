package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// ExportPath copies a file or folder of the working tree, which git may ignore (node_modules, .venv), to the same place below
// dir. Export may have written there before: what is there already stays.
//
// Relative links that stay inside the repository are kept as links, for the copy has the same places; others, pipes, sockets and
// devices are left out. No link is followed, neither to read nor to write outside. The name itself has to lead to its place
// without one.
func (r *Repository) ExportPath(ctx context.Context, name, dir string) error {
	if err := r.exportPath(ctx, name, dir); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("copy %s of the working tree: %w", name, err)
	}
	return nil
}

func (r *Repository) exportPath(ctx context.Context, name, dir string) error {
	if r.bare {
		return ErrBare
	}
	if !fs.ValidPath(name) || name == "." {
		return errors.New("name a file or folder inside the repository, with slashes and no step upwards")
	}
	if first, _, _ := strings.Cut(name, "/"); Fold(first) == ".git" {
		return errors.New("the git directory is not for copying")
	}
	from, err := openDisk(r.root)
	if err != nil {
		return err
	}
	defer from.root.Close()
	to, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer to.Close()
	x := &pathExport{from: from, to: to}
	if err := x.list(ctx, name); err != nil {
		return err
	}
	if err := each(ctx, len(x.files), x.file); err != nil {
		return err
	}
	for _, link := range x.links {
		if err := x.link(link); err != nil {
			return err
		}
	}
	return nil
}

// pathExport is one file or folder being copied.
type pathExport struct {
	from   *disk
	to     *os.Root
	copier copier
	files  []string
	links  []string
}

// list finds what there is to copy, and makes the folders.
func (x *pathExport) list(ctx context.Context, name string) error {
	for i := range len(name) + 1 {
		if i < len(name) && name[i] != '/' {
			continue
		}
		info, err := x.from.root.Lstat(name[:i])
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: %w", name[:i], fs.ErrNotExist)
		} else if err != nil {
			return err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("%s is a symbolic link: name what it leads to", name[:i])
		}
		if i < len(name) {
			continue
		}
		if err := x.to.MkdirAll(path.Dir(name), 0o700); err != nil {
			return err
		}
		return x.add(ctx, name, info.Mode())
	}
	return nil
}

// add notes a name, and for a folder all below it.
func (x *pathExport) add(ctx context.Context, name string, mode fs.FileMode) error {
	switch mode.Type() {
	case 0:
		x.files = append(x.files, name)
	case fs.ModeSymlink:
		x.links = append(x.links, name)
	case fs.ModeDir:
		return x.folder(ctx, name)
	}
	return nil
}

func (x *pathExport) folder(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := x.to.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := x.from.root.Open(name)
	if err != nil {
		return err
	}
	list, err := f.ReadDir(-1)
	f.Close() // a deep tree must not use up the file descriptors
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := x.add(ctx, name+"/"+e.Name(), e.Type()); err != nil {
			return err
		}
	}
	return nil
}

// file copies a regular file to a place where none is yet.
func (x *pathExport) file(ctx context.Context, i int) error {
	name := x.files[i]
	in, info, err := x.from.stream(name)
	if err != nil {
		return pathError("open", name, err)
	}
	defer in.Close()
	out, err := x.to.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600|info.Mode().Perm()&0o100)
	if errors.Is(err, fs.ErrExist) {
		return nil // the snapshot has it
	} else if err != nil {
		return err
	}
	return errors.Join(x.copier.copy(ctx, out, in), out.Close())
}

// link copies a link that stays inside the repository. Whether it does is what os.Root finds by going there; its text does not
// tell, since a step on the way may be a link.
func (x *pathExport) link(name string) error {
	target, err := x.from.root.Readlink(name)
	if err != nil {
		return err
	}
	if _, err := x.from.root.Stat(name); err != nil || filepath.IsAbs(target) || foreign(target) {
		return nil
	}
	if err := x.to.Symlink(target, name); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

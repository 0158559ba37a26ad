package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// ExportOptions say what becomes of entries that not every caller wants or can have.
type ExportOptions struct {
	// SkipLarge leaves out files above MaxFileSize, which otherwise are copied from disk whatever their size is.
	SkipLarge bool
	// LeftOut is told each entry that was not written and why: ErrNotRegular for a submodule, ErrEscapes, ErrLoop or
	// fs.ErrNotExist for a link that leads to nothing in the snapshot, ErrTooLarge for a blob above MaxFileSize. It is never
	// called twice at a time.
	LeftOut func(Entry, error)
}

// Export writes the snapshot's files below dir, which is there, empty, and the caller's alone. Folders are for their owner
// alone; files are too, and executable where the entry is.
//
// A link to a file is written as that file, and one to a folder as a link, which leads to the same place of the copy. Links that
// lead out of the snapshot, and submodules, are left out; so are blobs above MaxFileSize. Names are spelled as in Entry.Path.
//
// The copy shares no file with the working tree. Where the file system can, it shares blocks until one side is written to; hard
// links would be as quick, but a program that writes in place through one would change the user's own file.
func (s *Snapshot) Export(ctx context.Context, dir string, opt ExportOptions) error {
	x := &export{snapshot: s, dir: dir, opt: opt}
	if err := x.folders(ctx); err != nil {
		return err
	}
	if err := each(ctx, len(s.entries), x.entry); err != nil {
		return err
	}
	// Links come last: nothing is written through one.
	for _, i := range x.links {
		x.link(i)
	}
	return nil
}

// export is one snapshot being written.
type export struct {
	snapshot *Snapshot
	dir      string
	opt      ExportOptions
	copier   copier

	mu    sync.Mutex
	links []int // entries that lead to a folder
}

// folders makes all folders. Entries are sorted, so that those of one folder mostly follow each other.
func (x *export) folders(ctx context.Context) error {
	last := ""
	for _, e := range x.snapshot.entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		name, err := x.place(e)
		if err != nil || e.Mode&fs.ModeIrregular != 0 {
			continue // entry reports it
		}
		if folder := filepath.Dir(name); folder != last {
			if err := os.MkdirAll(folder, 0o700); err != nil {
				return pathError("export", e.Path, bare(err))
			}
			last = folder
		}
	}
	return nil
}

// place is where an entry goes. A name may be valid in git and mean something else to this system, such as a\..\..\b.
func (x *export) place(e Entry) (string, error) {
	name, err := filepath.Localize(e.Path)
	if err != nil {
		return "", fs.ErrInvalid
	}
	return filepath.Join(x.dir, name), nil
}

func (x *export) leftOut(e Entry, err error) {
	if x.opt.LeftOut == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.opt.LeftOut(e, err)
}

// entry writes one entry, unless it is a link to a folder.
func (x *export) entry(ctx context.Context, i int) error {
	e := x.snapshot.entries[i]
	name, err := x.place(e)
	if err != nil {
		x.leftOut(e, err)
		return nil
	}
	from := i
	if e.Mode&fs.ModeSymlink != 0 {
		found, err := x.snapshot.resolve("export", e.Path, true)
		if err != nil {
			x.leftOut(e, err)
			return nil
		}
		if from = found.entry; from < 0 {
			x.mu.Lock()
			x.links = append(x.links, i)
			x.mu.Unlock()
			return nil
		}
	}
	err = x.file(ctx, from, name)
	if errors.Is(err, ErrTooLarge) || x.snapshot.entries[from].Mode&fs.ModeIrregular != 0 {
		x.leftOut(e, err)
		return nil
	}
	if err != nil {
		return pathError("export", e.Path, bare(err))
	}
	return nil
}

// smallFile is the size in bytes up to which reading and writing a file is quicker than sharing its blocks.
const smallFile = 64 << 10

// file writes an entry's content.
func (x *export) file(ctx context.Context, i int, name string) error {
	s, e := x.snapshot, x.snapshot.entries[i]
	mode := 0o600 | e.Mode.Perm()&0o100
	if e.Hash != "" || e.Mode.Type() != 0 || e.Size <= smallFile || e.Size > MaxFileSize && x.opt.SkipLarge {
		content, err := s.content(i)
		if err != nil {
			return err
		}
		return writeNew(name, content, mode)
	}
	in, _, err := s.disk.stream(s.onDisk(e.Path))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := createNew(name, mode)
	if err != nil {
		return err
	}
	return errors.Join(x.copier.copy(ctx, out, in), out.Close())
}

// link writes a link to a folder. Every step on its way is in the copy as it is in the snapshot, which it does not leave. Some
// systems let nobody make links.
func (x *export) link(i int) {
	e := x.snapshot.entries[i]
	target, err := x.snapshot.target(i)
	if err == nil {
		var name string
		if name, err = x.place(e); err == nil {
			err = os.Symlink(filepath.FromSlash(target), name)
		}
	}
	if err != nil {
		x.leftOut(e, bare(err))
	}
}

func createNew(name string, mode fs.FileMode) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w: another name is the same to this file system, or the folder was not empty", fs.ErrExist)
	}
	return f, err
}

func writeNew(name string, content []byte, mode fs.FileMode) error {
	f, err := createNew(name, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// copyWorkers is how many files are copied at a time: the file system's own locks let more gain nothing.
const copyWorkers = 4

// each calls do with the numbers below n on a few goroutines, until one call fails or the context ends.
func each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(copyWorkers, n) {
		wait.Go(func() {
			for inner.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(inner, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return context.Cause(inner)
}

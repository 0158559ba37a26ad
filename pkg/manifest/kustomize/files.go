package kustomize

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// mount is where kustomize believes the repository to lie. It is not "/", so that a path that climbs out of the
// repository leads to nothing instead of back into it.
const mount = "/repository"

// maxReads bounds how often one build reads. Each kustomization that includes two others doubles the work of the one
// above it; kustomize has no limit of its own.
const maxReads = 100_000

var errReadOnly = errors.New("the repository is read-only")

// files shows the repository to kustomize as a read-only file system in which every kustomization file has been
// replaced by what present made of it. It remembers what was read.
type files struct {
	ctx     context.Context
	graph   *graph
	content map[string][]byte // replacements of this build only, by path
	disk    filesys.FileSystem

	mu    sync.Mutex
	reads int
	used  map[string]bool
}

func newFiles(ctx context.Context, g *graph, content map[string][]byte) *files {
	f := &files{ctx: ctx, graph: g, content: content, used: map[string]bool{}}
	if g.network {
		f.disk = filesys.MakeFsOnDisk()
	}
	return f
}

// name turns a path of kustomize's into one of the repository.
func (f *files) name(p string) (string, bool) {
	p = path.Clean(filepath.ToSlash(p))
	if p == mount {
		return ".", true
	}
	return strings.CutPrefix(p, mount+"/")
}

// cloned reports whether p lies where kustomize puts the clone of a remote base. Only that much of the disk is visible,
// and only when the network was allowed.
func (f *files) cloned(p string) bool {
	if f.disk == nil {
		return false
	}
	temp, err := filepath.EvalSymlinks(os.TempDir())
	if err != nil {
		return false
	}
	for _, dir := range []string{temp, os.TempDir()} {
		if rest, ok := strings.CutPrefix(filepath.Clean(p), dir+string(filepath.Separator)); ok && strings.HasPrefix(rest, "kustomize-") {
			return true
		}
	}
	return false
}

func (f *files) IsDir(p string) bool {
	if f.cloned(p) {
		return f.disk.IsDir(p)
	}
	name, ok := f.name(p)
	return ok && f.graph.tree.isDir(name)
}

func (f *files) Exists(p string) bool {
	if f.cloned(p) {
		return f.disk.Exists(p)
	}
	name, ok := f.name(p)
	return ok && (f.graph.tree.isDir(name) || f.graph.tree.isFile(name))
}

func (f *files) CleanedAbs(p string) (filesys.ConfirmedDir, string, error) {
	if f.cloned(p) {
		return f.disk.CleanedAbs(p)
	}
	name, ok := f.name(p)
	switch {
	case !ok:
		return "", "", fmt.Errorf("'%s' lies outside of the repository", p)
	case f.graph.tree.isDir(name):
		return filesys.ConfirmedDir(path.Join(mount, name)), "", nil
	case f.graph.tree.isFile(name):
		return filesys.ConfirmedDir(path.Join(mount, path.Dir(name))), path.Base(name), nil
	}
	return "", "", fmt.Errorf("'%s' does not exist", p)
}

func (f *files) ReadFile(p string) ([]byte, error) {
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	if f.cloned(p) {
		return f.disk.ReadFile(p)
	}
	name, ok := f.name(p)
	if !ok {
		return nil, fmt.Errorf("'%s' lies outside of the repository", p)
	}
	if !f.graph.tree.isFile(name) {
		return nil, fs.ErrNotExist
	}
	f.mu.Lock()
	f.reads++
	f.used[name] = true
	reads := f.reads
	f.mu.Unlock()
	if reads > maxReads {
		return nil, errTooMuch
	}
	if slices.Contains(names, path.Base(name)) {
		if data, ok := f.content[name]; ok {
			return data, nil
		}
		if k := f.graph.kustomization(name); k != nil && k.err == nil {
			return k.content, nil
		} else if k != nil {
			return nil, errors.New(k.err.Message)
		}
		// A foreign resource may lie in a file of that name. Kustomize refuses it as a kustomization.
		if parsed := f.graph.tree.parse(name); parsed != nil && len(parsed.Errors) > 0 {
			return nil, errors.New(parsed.Errors[0].Message)
		}
	}
	return f.graph.tree.read(name)
}

func (f *files) ReadDir(p string) ([]string, error) {
	name, ok := f.name(p)
	if !ok {
		return nil, fs.ErrNotExist
	}
	entries, err := fs.ReadDir(f.graph.tree.fsys, name)
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = e.Name()
	}
	return out, err
}

func (f *files) RemoveAll(p string) error {
	if f.cloned(p) {
		return f.disk.RemoveAll(p)
	}
	return errReadOnly
}

func (f *files) Create(string) (filesys.File, error)  { return nil, errReadOnly }
func (f *files) Mkdir(string) error                   { return errReadOnly }
func (f *files) MkdirAll(string) error                { return errReadOnly }
func (f *files) WriteFile(string, []byte) error       { return errReadOnly }
func (f *files) Open(string) (filesys.File, error)    { return nil, errReadOnly }
func (f *files) Glob(string) ([]string, error)        { return nil, nil }
func (f *files) Walk(string, filepath.WalkFunc) error { return errReadOnly }

package kustomize

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// maxFile is how large a file may be that a kustomization reads. Kustomize has no limit of its own.
const maxFile = 32 << 20

var errTooLarge = errors.New("the file is larger than 32 MiB")

// tree is the repository as this package sees it: every file is read once and parsed once, whoever asks.
type tree struct {
	fsys  fs.FS
	files map[string]bool
	dirs  map[string]bool

	mu    sync.Mutex
	texts map[string]*text
}

type text struct {
	read   sync.Once
	data   []byte
	err    error
	parse  sync.Once
	parsed *document.File
}

func newTree(fsys fs.FS, files []string) *tree {
	t := &tree{fsys: fsys, files: make(map[string]bool, len(files)), dirs: map[string]bool{".": true}, texts: map[string]*text{}}
	for _, f := range files {
		t.files[f] = true
		for dir := path.Dir(f); !t.dirs[dir]; dir = path.Dir(dir) {
			t.dirs[dir] = true
		}
	}
	return t
}

// isFile and isDir ask the file system only for what the list does not know: a path through a symbolic link.
func (t *tree) isFile(name string) bool {
	if t.files[name] {
		info, err := fs.Stat(t.fsys, name)
		return err != nil || !info.IsDir() // unreadable is for read to say
	}
	if t.dirs[name] || !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(t.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

func (t *tree) isDir(name string) bool {
	if t.dirs[name] {
		return true
	}
	if !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(t.fsys, name)
	return err == nil && info.IsDir()
}

// template reports whether a file is a template of a Helm chart, which may be called anything.
func (t *tree) template(name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if path.Base(dir) == "templates" && t.files[path.Join(path.Dir(dir), "Chart.yaml")] {
			return true
		}
	}
	return false
}

func (t *tree) text(name string) *text {
	t.mu.Lock()
	x, ok := t.texts[name]
	if !ok {
		x = &text{}
		t.texts[name] = x
	}
	t.mu.Unlock()
	x.read.Do(func() {
		info, err := fs.Stat(t.fsys, name)
		switch {
		case err != nil:
			x.err = err
		case info.IsDir():
			x.err = fmt.Errorf("%s is a folder", name)
		case info.Size() > maxFile:
			x.err = errTooLarge
		default:
			x.data, x.err = fs.ReadFile(t.fsys, name)
		}
	})
	return x
}

func (t *tree) read(name string) ([]byte, error) {
	x := t.text(name)
	return x.data, x.err
}

// parse returns the documents of a file; nil when it cannot be read.
func (t *tree) parse(name string) *document.File {
	x := t.text(name)
	if x.err != nil {
		return nil
	}
	x.parse.Do(func() { x.parsed = document.Parse(name, x.data, document.Options{}) })
	return x.parsed
}

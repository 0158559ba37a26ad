package compose

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Limits of what one Compose file may hold. Real ones stay three orders of magnitude below.
const (
	maxBytes = 8 << 20
	maxNodes = 200_000
	maxDepth = 200
)

// sources reads the repository's files, each at most once.
type sources struct {
	fsys  fs.FS
	files map[string]bool
	list  []string

	mu    sync.Mutex
	cache map[string]*file
}

func newSources(fsys fs.FS, files []string) *sources {
	s := &sources{fsys: fsys, files: make(map[string]bool, len(files)), list: files, cache: map[string]*file{}}
	for _, f := range files {
		s.files[f] = true
	}
	return s
}

// file is one Compose file: its documents, or the error that keeps it from being read.
type file struct {
	once  sync.Once
	path  string
	units []*unit
	err   *document.Error
}

// unit is one YAML document of a Compose file.
type unit struct {
	path   string
	doc    *document.Document
	node   *yaml.Node
	resets [][]string // what !reset and !override take away from the files before
	gone   [][]any    // items of lists that !reset takes out, so that later indexes shift
}

// has reports whether name is a file of the repository, be it through a symbolic link to a folder.
func (s *sources) has(name string) bool {
	if s.files[name] {
		return true
	}
	info, err := fs.Stat(s.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// read returns the content of a file, no more than the limit.
func (s *sources) read(name string) ([]byte, error) {
	f, err := s.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && len(data) > maxBytes {
		err = errors.New("larger than 8 MiB")
	}
	return data, err
}

// compose parses a Compose file. Only what pkg/document accepts (bounded size, depth and alias expansion) goes further.
func (s *sources) compose(name string) *file {
	s.mu.Lock()
	f, ok := s.cache[name]
	if !ok {
		f = &file{path: name}
		s.cache[name] = f
	}
	s.mu.Unlock()
	f.once.Do(func() { f.parse(s) })
	return f
}

func (f *file) parse(s *sources) {
	defer func() {
		if recover() != nil {
			f.err = &document.Error{Path: f.path, Message: "the parser failed"}
		}
	}()
	src, err := s.read(f.path)
	if err != nil {
		f.err = &document.Error{Path: f.path, Message: plain(err)}
		return
	}
	parsed := document.Parse(f.path, src, document.Options{
		Schema: document.Core, MaxBytes: maxBytes, MaxNodes: maxNodes, MaxDepth: maxDepth,
	})
	if len(parsed.Errors) > 0 {
		f.err = parsed.Errors[0]
		return
	}
	var docs []*document.Document
	for _, d := range parsed.Docs {
		if d.Root != nil && d.Root.Kind == document.Mapping {
			docs = append(docs, d)
		}
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	for {
		var n yaml.Node
		err := dec.Decode(&n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			f.err = &document.Error{Path: f.path, Message: "not valid YAML"}
			return
		}
		if len(n.Content) != 1 || n.Content[0].Kind != yaml.MappingNode {
			continue
		}
		if len(f.units) == len(docs) {
			f.err = &document.Error{Path: f.path, Message: "its documents cannot be told apart"}
			return
		}
		u := &unit{path: f.path, doc: docs[len(f.units)], node: n.Content[0]}
		u.scan()
		f.units = append(f.units, u)
	}
	if len(f.units) != len(docs) {
		f.err = &document.Error{Path: f.path, Message: "its documents cannot be told apart"}
	}
}

// root returns the first document's tree, nil when there is none.
func (f *file) root() *document.Node {
	if len(f.units) == 0 {
		return nil
	}
	return f.units[0].doc.Root
}

// plain words an error of the file system without the path in it, which may be the machine's.
func plain(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// within resolves the path ref, written in a file whose relative paths start at dir, to a path of the repository.
// why says what is wrong with it when it leads out of the repository.
func within(dir, ref string) (name, why string) {
	switch {
	case ref == "":
		return "", "is empty"
	case unresolved(ref):
		return "", "holds a variable without a value, so it is not opened"
	case remote(ref):
		return "", "is remote, and nothing is fetched"
	case strings.HasPrefix(ref, "/"), strings.HasPrefix(ref, `\`), windowsDrive(ref):
		return "", "is absolute, so it is not opened"
	case strings.HasPrefix(ref, "~"):
		return "", "lies in a home directory, so it is not opened"
	}
	name = path.Join(dir, strings.ReplaceAll(ref, `\`, "/"))
	if name == ".." || strings.HasPrefix(name, "../") || !fs.ValidPath(name) {
		return "", "leads out of the repository, so it is not opened"
	}
	return name, ""
}

func remote(ref string) bool {
	return strings.Contains(ref, "://") || strings.HasPrefix(ref, "git@") || strings.HasPrefix(ref, "oci:")
}

func windowsDrive(s string) bool {
	return len(s) >= 2 && s[1] == ':' && (s[0]|0x20) >= 'a' && (s[0]|0x20) <= 'z'
}

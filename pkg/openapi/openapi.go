// Package openapi reads OpenAPI descriptions with the files their references reach, and says what is wrong with one, how two
// differ in meaning, and which changes break clients. It reads through a function it is given, never from the network, and
// decides nothing.
package openapi

import (
	"errors"
	"io/fs"
	"path"
	"regexp"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Reader reads a file by its slash-separated path from the repository's root.
type Reader func(path string) ([]byte, error)

// Spec is a description: its own file and whatever its references reach, as trees that keep positions.
type Spec struct {
	Path     string
	Root     *document.Document // nil when the file cannot be parsed; Problems then says why
	Version  string             // the value of openapi or swagger, "" without one
	Problems []Problem          // what parsing and following references brought up
	files    map[string]*file
	order    []string                          // the files, in the order they were reached
	given    map[*document.Node]*document.Node // see rewrite
}

// Place is a range in a file. The zero range is the file as a whole.
type Place struct {
	Path  string
	Range document.Range
}

// Level says how bad a problem or a change is.
type Level string

// The levels.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Note    Level = "note"
)

// Problem is something wrong with a description.
type Problem struct {
	ID        string // stable: unresolved-ref, refused-ref, parse-error, or the identifier of oasdiff's validator
	Level     Level
	Text      string
	Operation string // GET /things; "" when it belongs to none
	Place     Place
}

// file is one file of a description.
type file struct {
	path  string
	text  []byte
	doc   *document.Document // nil when it cannot be parsed
	refs  []*reference       // in source order
	parts []*part
}

// limits of what is read. A description of the largest public services has some 10 MB in one file.
const (
	maxFiles = 2_000
	maxBytes = 32 << 20
)

// ErrTooManyFiles says that references reach more files than one description may have.
var ErrTooManyFiles = errors.New("its references reach more than 2,000 files")

// Load reads a description. An error means that its own file could not be read at all; what is wrong with the content is among
// its problems.
func Load(read Reader, name string) (*Spec, error) {
	text, err := read(name)
	if err != nil {
		return nil, err
	}
	s := &Spec{Path: name, files: map[string]*file{}}
	root := s.parse(name, text)
	s.Root = root.doc
	if s.Root == nil {
		return s, nil
	}
	s.Version = versionOf(s.Root.Root)
	if !s.Supported() {
		return s, nil // what its references mean is not known
	}
	err = s.follow(read)
	s.given = s.rewrite()
	return s, err
}

// Files lists the paths of the files that make up the description, its own first.
func (s *Spec) Files() []string { return s.order }

// Text is the content of one of its files.
func (s *Spec) Text(name string) []byte {
	if f := s.files[name]; f != nil {
		return f.text
	}
	return nil
}

var supported = regexp.MustCompile(`^3\.[01](\.[0-9]+)?$`)

// Supported reports whether the version is one whose meaning is known: 3.0 and 3.1.
func (s *Spec) Supported() bool { return supported.MatchString(s.Version) }

// versionOf returns the version as written. A number without quotes counts as what it looks like.
func versionOf(root *document.Node) string {
	for _, key := range []string{"openapi", "swagger"} {
		if n := root.Get(key); n != nil && (n.Kind == document.String || n.Kind == document.Number) {
			return n.Text
		}
	}
	return ""
}

// Info returns title and version of the interface that is described.
func (s *Spec) Info() (title, version string) {
	if s.Root == nil {
		return "", ""
	}
	info := s.Root.Root.Get("info")
	version = info.Get("version").Str()
	if n := info.Get("version"); n != nil && n.Kind == document.Number {
		version = n.Text
	}
	return info.Get("title").Str(), version
}

// parse adds a file.
func (s *Spec) parse(name string, text []byte) *file {
	f := &file{path: name, text: text}
	s.files[name], s.order = f, append(s.order, name)
	parsed := document.Parse(name, text, document.Options{Schema: document.Core, MaxBytes: maxBytes})
	for _, e := range parsed.Errors {
		message := e.Message
		if e.Remedy != "" {
			message += "; " + e.Remedy
		}
		s.problem("parse-error", message, Place{name, e.Range})
	}
	switch {
	case len(parsed.Errors) > 0:
	case len(parsed.Docs) == 0:
		s.problem("parse-error", "the file is empty", Place{Path: name})
	case len(parsed.Docs) > 1:
		second := parsed.Docs[1]
		s.problem("parse-error", "a second document; a description is one", Place{name, second.Range(second.Root)})
	default:
		f.doc = parsed.Docs[0]
		f.collect(len(s.order) == 1)
	}
	return f
}

func (s *Spec) problem(id, text string, at Place) {
	s.Problems = append(s.Problems, Problem{ID: id, Level: Error, Text: text, Place: at})
}

// follow reads the files that references reach, and notes the references that lead nowhere.
func (s *Spec) follow(read Reader) error {
	for i := 0; i < len(s.order); i++ {
		f := s.files[s.order[i]]
		for _, ref := range f.refs {
			if err := s.reach(read, f, ref); err != nil {
				return err
			}
		}
	}
	for _, name := range s.order {
		f := s.files[name]
		for _, ref := range f.refs {
			s.check(f, ref)
		}
	}
	return nil
}

// reach reads the file a reference leads to, once.
func (s *Spec) reach(read Reader, f *file, ref *reference) error {
	ref.resolve(f.path)
	if ref.refused != "" || ref.force == data || s.files[ref.target.file] != nil {
		return nil
	}
	if len(s.order) >= maxFiles {
		return ErrTooManyFiles
	}
	text, err := read(ref.target.file)
	switch {
	case err == nil:
		s.parse(ref.target.file, text)
	case errors.Is(err, fs.ErrNotExist):
		ref.missing = ref.target.file + ", which does not exist"
	default:
		ref.missing = ref.target.file + ", which cannot be read: " + cause(err)
	}
	return nil
}

// cause is what an error of the file system comes down to, without the path that is named already.
func cause(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// check notes what is wrong with a reference.
func (s *Spec) check(f *file, ref *reference) {
	if ref.force > 0 {
		return
	}
	at := Place{f.path, f.doc.Range(ref.value)}
	target := s.files[ref.target.file]
	switch {
	case ref.refused != "":
		s.problem("refused-ref", "$ref "+quote(ref.text)+" "+ref.refused, at)
	case ref.missing != "":
		s.problem("unresolved-ref", "$ref "+quote(ref.text)+" leads to "+ref.missing, at)
	case target == nil || target.doc == nil || ref.opaque:
		// The file has a problem of its own, or the fragment is an anchor, which the validator looks up.
	default:
		if _, _, ok := s.lookup(ref.target); !ok {
			s.problem("unresolved-ref", "$ref "+quote(ref.text)+" leads to nothing: "+ref.target.file+" has no such part", at)
		}
	}
}

// IsName reports whether a file's name is one that descriptions usually have.
func IsName(name string) bool { return usual.MatchString(path.Base(name)) }

var usual = regexp.MustCompile(`(?i)^(.*[._-])?(openapi|swagger)([._-].*)?\.(ya?ml|json)$`)

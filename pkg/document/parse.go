package document

import (
	"fmt"
	"math"
	"path"
	"strings"
	"unicode/utf8"
)

// Schema says how plain YAML scalars become values.
type Schema uint8

const (
	// Kubernetes resolves as the API machinery does (YAML 1.1 booleans: yes, no, on, off, y, n in their cases as
	// sigs.k8s.io/yaml reads them; octal 0777), so that a rule sees what the cluster would see.
	Kubernetes Schema = iota
	// Core is the YAML 1.2 core schema: only true and false are booleans.
	Core
)

// Options bound what is read. The zero value means the defaults.
type Options struct {
	Schema   Schema
	MaxBytes int // a file's size; default 32 MiB
	MaxNodes int // a document's nodes, keys included, counted with every alias expanded; default 1,000,000
	MaxDepth int // nesting, counted with every alias expanded; default 1,000
}

func (o Options) withDefaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 32 << 20
	}
	if o.MaxNodes <= 0 {
		o.MaxNodes = 1_000_000
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 1_000
	}
	o.MaxBytes = min(o.MaxBytes, math.MaxInt32/2) // offsets are int32, and UTF-16 grows when it is decoded
	o.MaxDepth = min(o.MaxDepth, 10_000)          // the YAML library's own limit
	return o
}

// File is the outcome of reading one file: the documents that could be read, and an error for each that could not.
type File struct {
	Path   string
	Docs   []*Document
	Errors []*Error
}

// Document is one document of a file. Its methods may be called from several goroutines.
type Document struct {
	Path  string // the file's
	Index int    // counts from 0, documents that could not be read and empty ones included
	Root  *Node  // never nil

	src *source
	// What only few documents have:
	aliases map[child]int32 // children that were written as an alias, and where the alias stands
	tails   map[*Node]tail  // mappings with merge keys, and what was written last in them
	ends    map[*Node]int32 // ends that cannot be found again in the text
}

// child is a value by its place: the pair or item at an index of a collection.
type child struct {
	parent *Node
	index  int
}

// tail is the value that was written last in a mapping: a node, or the alias at an offset.
type tail struct {
	node  *Node
	alias int32
}

// Error is a document, or a whole file, that could not be read. Its message names keys and lines, never a value from the
// document, which may be a secret.
type Error struct {
	Path    string
	Index   int // the document's
	Range   Range
	Message string // without path and place
	Remedy  string // may be empty
	Text    string // the text of the document that could not be read, for telling what it was meant to be; may be cut
}

// Error returns path, place and message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Range.Start.Line, e.Range.Start.Column, e.Message)
}

// maxErrorText is how much of an unreadable document's text its Error keeps.
const maxErrorText = 64 << 10

// Parse reads YAML or JSON (told apart by content, with the path's extension as a hint). The trees share src's memory:
// src must not be modified afterwards. It never panics and needs no more stack than opt.MaxDepth allows.
func Parse(path string, src []byte, opt Options) *File {
	r, ok := newReader(path, src, opt)
	if ok {
		r.read()
	}
	return r.file
}

// reader reads one file.
type reader struct {
	file  *File
	src   *source
	opt   Options
	arena arena
	fast  fastReader
}

// newReader checks the size and decodes the text. When that fails the file has its error and ok is false.
func newReader(path string, src []byte, opt Options) (r *reader, ok bool) {
	r = &reader{file: &File{Path: path}, src: &source{}, opt: opt.withDefaults()}
	if len(src) > r.opt.MaxBytes {
		r.fail(0, 0, 0, &problem{
			message: fmt.Sprintf("the file has %d bytes, more than the limit of %d", len(src), r.opt.MaxBytes),
			remedy:  "raise the limit or exclude the file",
		})
		return r, false
	}
	text, bad, what := decode(src)
	r.src.text = text
	if what != "" {
		r.fail(0, 0, len(text), &problem{from: bad, to: bad, message: what})
		return r, false
	}
	return r, true
}

func (r *reader) read() {
	text := r.src.text
	if r.opt.Schema > Core {
		r.fail(0, 0, 0, &problem{message: fmt.Sprintf("unknown schema %d", r.opt.Schema)})
		return
	}
	isJSON := strings.EqualFold(path.Ext(r.file.Path), ".json")
	first := strings.TrimLeft(text, " \t\r\n")
	if isJSON && first == "" {
		return
	}
	if isJSON || first != "" && (first[0] == '{' || first[0] == '[') {
		doc, p := r.json()
		if p == nil {
			r.file.Docs = append(r.file.Docs, doc)
			return
		}
		if isJSON || !p.syntax {
			r.fail(0, 0, len(text), p)
			return
		}
	}
	r.yaml()
}

// problem is what stops a document from being read: the half-open range of offsets it is about, and the message.
type problem struct {
	from, to        int
	message, remedy string
	syntax          bool // the text is not of the language it was read as
}

// fail records that document index, text[start:end], could not be read.
func (r *reader) fail(index, start, end int, p *problem) {
	text := r.src.text[start:end]
	if len(text) > maxErrorText {
		text = text[:maxErrorText]
		for len(text) > 0 && !utf8.RuneStart(r.src.text[start+len(text)]) {
			text = text[:len(text)-1]
		}
	}
	r.file.Errors = append(r.file.Errors, &Error{
		Path: r.file.Path, Index: index, Range: r.src.rangeOf(p.from, p.to),
		Message: p.message, Remedy: p.remedy, Text: strings.Clone(text),
	})
}

// guard runs read and turns the problem it panicked with, or any other panic, into a return value.
func guard(start int, read func()) (p *problem) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *problem:
			p = v
		default:
			p = &problem{from: start, to: start, message: "the document cannot be read", syntax: true}
		}
	}()
	read()
	return nil
}

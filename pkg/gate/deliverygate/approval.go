package deliverygate

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// maxApproval is the size in bytes up to which an approval is read at all. The policy draws its own line far below.
const maxApproval = 1 << 20

// approval is what an approval file says, and everything about it that could make it say something else to another
// reader. Whether it opens the gate is for the policy to decide.
type approval struct {
	path string
	at   *repo.Snapshot
	text []byte // nil when there is no file that could be read
	doc  *document.Document

	scope []string // delivery.scope.paths; nil when there is no scope
	facts map[string]any
}

// readApproval reads the approval file of a snapshot. The error says that an object is missing or damaged; the facts then
// say "unreadable".
func readApproval(s *repo.Snapshot, name string) (*approval, error) {
	a := &approval{path: name, at: s}
	kind, size, err := a.kind()
	a.facts = map[string]any{
		"path": name, "at": s.ID(), "kind": kind, "bytes": int(size), "alike": alike(s, name), "encoding": "", "documents": 0,
		"syntax": []any{}, "duplicates": []any{}, "anchors": []any{}, "tags": []any{}, "unknown": []any{}, "misplaced": []any{},
		"labels": []any{}, "approved": said(nil), "approved_at": moment(nil), "expires_at": moment(nil), "scope": scopeOf(nil),
	}
	if kind != "file" || size > maxApproval {
		return a, err
	}
	text, err := s.ReadFile(name)
	if err != nil {
		a.facts["kind"] = "unreadable"
		return a, err
	}
	a.text = text
	a.read()
	return a, nil
}

// kind tells what stands at the path, without following a link: one on the way to it counts like one in its place.
func (a *approval) kind() (kind string, size int64, err error) {
	for dir := path.Dir(a.path); dir != "."; dir = path.Dir(dir) {
		if e, ok := a.at.Lookup(dir); ok {
			if k := kindOf(e); k != "file" {
				return k, 0, nil
			}
			return "absent", 0, nil // a file in the folder's place
		}
	}
	e, ok := a.at.Lookup(a.path)
	if !ok {
		if info, err := a.at.Lstat(a.path); err == nil && info.IsDir() {
			return "directory", 0, nil
		}
		return "absent", 0, nil
	}
	if k := kindOf(e); k != "file" {
		return k, 0, nil
	}
	info, err := a.at.Lstat(a.path)
	if err != nil {
		return "unreadable", 0, err
	}
	return "file", info.Size(), nil
}

func kindOf(e repo.Entry) string {
	switch {
	case e.Mode&fs.ModeSymlink != 0:
		return "symlink"
	case e.Mode&fs.ModeIrregular != 0:
		return "submodule"
	}
	return "file"
}

// alike lists other files whose names some file system takes for the approval's.
func alike(s *repo.Snapshot, name string) []string {
	out := []string{}
	folded := repo.Fold(name)
	for _, e := range s.Entries() {
		if len(e.Path) >= len(name)/2 && e.Path != name && repo.Fold(e.Path) == folded {
			out = append(out, e.Path)
		}
	}
	return out
}

func (a *approval) read() {
	switch {
	case bytes.HasPrefix(a.text, []byte{0xff, 0xfe}), bytes.HasPrefix(a.text, []byte{0xfe, 0xff}), bytes.IndexByte(a.text, 0) >= 0:
		a.facts["encoding"] = "UTF-16 or binary"
		return
	case !utf8.Valid(a.text):
		a.facts["encoding"] = "not UTF-8"
		return
	}
	w := writing{}
	w.scan(a.text)
	a.facts["documents"], a.facts["duplicates"], a.facts["anchors"], a.facts["tags"] = w.documents, w.duplicates, w.anchors, w.tags
	file := document.Parse(a.path, a.text, document.Options{Schema: document.Core, MaxNodes: 50_000, MaxDepth: 100})
	syntax := []any{}
	for _, e := range file.Errors {
		syntax = append(syntax, map[string]any{"message": e.Message, "line": e.Range.Start.Line})
	}
	if w.broken && len(syntax) == 0 {
		syntax = append(syntax, map[string]any{"message": "not valid YAML", "line": 1})
	}
	a.facts["syntax"] = syntax
	if len(file.Docs) == 0 {
		return
	}
	a.doc = file.Docs[0]
	a.keys(a.doc.Root)
}

// known are the keys that occur in approvals, below the root and below delivery. Of those with true, whatever lies below
// them is notes for people.
var (
	knownAtRoot     = map[string]bool{"meta": true, "delivery": false, "rules": true, "exceptions": false, "history": true}
	knownInDelivery = map[string]bool{
		"approved": true, "approved_by": true, "approved_at": true, "expires_at": true, "reason": true, "scope": false,
	}
	restricting = []string{"expires_at", "approved_at", "scope"}
)

func (a *approval) keys(root *document.Node) {
	unknown, misplaced := []any{}, []any{}
	look := func(n *document.Node, at []any, known map[string]bool) {
		if n == nil || n.Kind != document.Mapping {
			return
		}
		for _, p := range n.Pairs {
			if _, ok := known[p.Key.Text]; ok {
				continue
			}
			entry := map[string]any{"path": append(slices.Clone(at), p.Key.Text), "key": p.Key.Text}
			if slices.Contains(restricting, p.Key.Text) {
				misplaced = append(misplaced, entry)
			} else {
				unknown = append(unknown, entry)
			}
		}
	}
	delivery := root.Get("delivery")
	look(root, []any{}, knownAtRoot)
	look(delivery, []any{"delivery"}, knownInDelivery)
	look(delivery.Get("scope"), []any{"delivery", "scope"}, map[string]bool{"paths": true})
	look(root.Get("exceptions"), []any{"exceptions"}, map[string]bool{"labels": true})
	a.facts["unknown"], a.facts["misplaced"] = unknown, misplaced
	if root.Lookup("exceptions", "labels") != nil {
		a.facts["labels"] = []any{map[string]any{"path": []any{"exceptions", "labels"}}}
	}
	a.facts["approved"] = said(delivery.Get("approved"))
	a.facts["approved_at"] = moment(delivery.Get("approved_at"))
	a.facts["expires_at"] = moment(delivery.Get("expires_at"))
	scope := scopeOf(delivery.Get("scope"))
	a.facts["scope"] = scope
	if scope["present"] == true {
		a.scope = scope["paths"].([]string)
	}
}

// said is what a key holds that should be true or false.
func said(n *document.Node) map[string]any {
	out := map[string]any{"present": n != nil, "boolean": false, "value": false, "written": ""}
	if n == nil {
		return out
	}
	out["boolean"] = n.Kind == document.Bool
	out["value"] = n.Kind == document.Bool && n.Text == "true"
	switch n.Kind {
	case document.Bool, document.Number:
		out["written"] = n.Text
	case document.String:
		out["written"] = "the text \"" + clip(n.Text) + "\""
	case document.Null:
		out["written"] = "nothing"
	case document.Sequence:
		out["written"] = "a list"
	case document.Mapping:
		out["written"] = "a mapping"
	}
	return out
}

func clip(s string) string {
	if r := []rune(s); len(r) > 32 {
		return string(r[:32]) + "…"
	}
	return s
}

// moments are the ways a time may be written. Without a zone it is UTC; a day stands for its beginning.
var moments = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
}

// moment is what a key holds that should be a point in time: in RFC 3339 and UTC, so that texts compare as times do.
func moment(n *document.Node) map[string]any {
	out := map[string]any{"present": n != nil && n.Kind != document.Null, "time": "", "written": ""}
	if n == nil || n.Kind == document.Null {
		return out
	}
	out["written"] = said(n)["written"]
	if n.Kind != document.String {
		return out
	}
	for _, layout := range moments {
		if t, err := time.Parse(layout, strings.TrimSpace(n.Text)); err == nil {
			out["time"], out["written"] = gate.Stamp(t), n.Text
			return out
		}
	}
	return out
}

// scopeOf reads scope.paths. A scope that is no list of globs covers nothing and says so.
func scopeOf(n *document.Node) map[string]any {
	out := map[string]any{"present": n != nil, "valid": n == nil, "paths": []string{}}
	paths := n.Get("paths")
	if paths == nil || paths.Kind != document.Sequence || len(paths.Items) == 0 {
		return out
	}
	var list []string
	for _, item := range paths.Items {
		glob := strings.TrimPrefix(item.Str(), "./")
		if glob == "" || !doublestar.ValidatePattern(glob) {
			return out
		}
		list = append(list, glob)
	}
	out["valid"], out["paths"] = true, list
	return out
}

// covers reports whether the scope, if there is one, covers a path. Here spelling counts.
func (a *approval) covers(name string) bool {
	if a.facts["scope"].(map[string]any)["present"] == false {
		return true
	}
	return slices.ContainsFunc(a.scope, func(glob string) bool { return fits(strings.TrimSuffix(glob, "/"), name) })
}

// lost reports that something could not be read for want of a sound object, rather than for what it is.
func lost(err error) bool {
	return err != nil && !errors.Is(err, repo.ErrEscapes) && !errors.Is(err, repo.ErrLoop) && !errors.Is(err, fs.ErrNotExist) &&
		!errors.Is(err, repo.ErrTooLarge) && !errors.Is(err, repo.ErrNotRegular) && !errors.Is(err, repo.ErrFolder) && !errors.Is(err, fs.ErrInvalid)
}

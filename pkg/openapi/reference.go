package openapi

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// location is a part of a description: a file and a JSON pointer into it, in one spelling ("" or /a/b~1c).
type location struct{ file, pointer string }

// reference is one $ref of a file, or one entry of a discriminator's mapping, which refers as well.
type reference struct {
	text  string
	value *document.Node // the string that was written
	force force

	target  location
	opaque  bool   // an anchor or the like, which is no pointer
	refused string // why it may not be followed
	missing string // what it leads to, which is not there
}

// resolve fills in where a reference of a file leads. Nothing leads out of the repository.
func (r *reference) resolve(from string) {
	u, err := url.Parse(r.text)
	switch {
	case err != nil:
		r.refused = "is no reference that can be read"
		return
	case u.Scheme != "" || u.Host != "":
		r.refused = "leads to the network, where nothing is read: put the file into the repository"
		return
	case path.IsAbs(u.Path) || strings.Contains(u.Path, `\`) || strings.Contains(u.Path, "\x00"):
		r.refused = "is an absolute path: name the file relative to the one that refers to it"
		return
	}
	r.target.file = from
	if u.Path != "" {
		r.target.file = path.Join(path.Dir(from), u.Path)
	}
	if r.target.file == ".." || strings.HasPrefix(r.target.file, "../") {
		r.refused = "leads out of the repository: put the file into it"
		return
	}
	switch fragment := u.Fragment; {
	case fragment == "" || fragment == "/" && u.Path != "":
	case strings.HasPrefix(fragment, "/"):
		r.target.pointer = spell(steps(fragment))
	default:
		r.opaque = true
	}
}

// steps splits a JSON pointer (RFC 6901).
func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(pointer[1:], "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(p, "~1", "/"), "~0", "~")
	}
	return parts
}

// spell joins the steps of a pointer.
func spell(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteByte('/')
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(p, "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// lookup finds the node at a location. A pointer that leads through a reference goes on behind it.
func (s *Spec) lookup(at location) (*file, *document.Node, bool) {
	return s.lookupWithin(at, 0)
}

// maxHops bounds chains of references that refer to references.
const maxHops = 64

func (s *Spec) lookupWithin(at location, hops int) (*file, *document.Node, bool) {
	f := s.files[at.file]
	if f == nil || f.doc == nil || hops > maxHops {
		return nil, nil, false
	}
	n := f.doc.Root
	for i, step := range steps(at.pointer) {
		next := n.Lookup(step)
		if next == nil {
			if ref := refOf(n); ref != nil {
				to := s.target(f, ref)
				to.pointer += spell(steps(at.pointer)[i:])
				return s.lookupWithin(to, hops+1)
			}
			return nil, nil, false
		}
		n = next
	}
	return f, n, true
}

// refOf returns the value of a node's $ref, or nil.
func refOf(n *document.Node) *document.Node {
	if ref := n.Get("$ref"); ref != nil && ref.Kind == document.String {
		return ref
	}
	return nil
}

// target is where the $ref with this value leads; nowhere when it is refused.
func (s *Spec) target(f *file, value *document.Node) location {
	r := reference{text: value.Text}
	r.resolve(f.path)
	if r.refused != "" || r.opaque {
		return location{}
	}
	return r.target
}

// resolve follows the references of a node to what they stand for.
func (s *Spec) resolve(f *file, n *document.Node) (*file, *document.Node) {
	for range maxHops {
		ref := refOf(n)
		if ref == nil {
			return f, n
		}
		next, at, ok := s.lookup(s.target(f, ref))
		if !ok {
			return f, n
		}
		f, n = next, at
	}
	return f, n
}

// quote shows text of the description in a message, cut to a length that fits in one.
func quote(text string) string {
	const most = 120
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return strconv.Quote(text)
}

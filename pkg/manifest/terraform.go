package manifest

import (
	"bytes"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// blocks are those of Terraform's and OpenTofu's language at the top level, each with the number of its labels.
var blocks = map[string]int{
	"terraform": 0, "locals": 0, "moved": 0, "import": 0, "removed": 0,
	"module": 1, "provider": 1, "variable": 1, "output": 1, "check": 1,
	"resource": 2, "data": 2, "ephemeral": 2, "action": 2,
}

// terraform reports whether the text is Terraform's, and what is wrong with one that is by its name and cannot be parsed.
// Files of its own names count when a line begins a block or, however that is written, there is one; those with values for
// variables when they hold anything. Another file counts when blocks are all it holds: what is neither prose nor YAML may
// be a module on its way to another name.
func (s *subject) terraform() (is bool, unreadable string) {
	n := s.name
	own := n.ext == ".tf" || n.ext == ".tofu"
	values := n.ext == ".tfvars" || n.ext == ".hcl" && strings.HasPrefix(n.base, "terragrunt.")
	switch {
	case strings.HasSuffix(n.base, ".tf.json"), strings.HasSuffix(n.base, ".tofu.json"), strings.HasSuffix(n.base, ".tfvars.json"):
		return s.terraformJSON(strings.HasSuffix(n.base, ".tfvars.json"))
	case own && hasBlock(s.text):
		return true, "" // as most are, and parsing would take long
	case own, values:
	case n.quotes, n.data, len(s.text) > maxForeign, !hasBlock(s.text):
		return false, ""
	}
	parsed := document.ParseHCL(n.path, s.text, document.Options{})
	if len(parsed.Errors) > 0 {
		if values {
			return true, message(parsed.Errors[0])
		}
		return false, ""
	}
	return len(parsed.Docs) > 0 && (values || blocksIn(parsed.Docs[0].Root, own)), ""
}

// terraformJSON reads the JSON form of the language, or of values for variables.
func (s *subject) terraformJSON(values bool) (is bool, unreadable string) {
	parsed := document.Parse(s.name.path, s.text, document.Options{Schema: document.Core})
	if len(parsed.Errors) > 0 {
		return true, message(parsed.Errors[0])
	}
	for _, d := range parsed.Docs {
		if values && len(d.Root.Pairs) > 0 || blocksIn(d.Root, true) {
			return true, ""
		}
		for _, part := range d.Root.Items { // several objects in a list count as one
			if blocksIn(part, true) {
				return true, ""
			}
		}
	}
	return false, ""
}

// blocksIn reports whether a body holds blocks of the language; unless others are allowed, nothing else.
func blocksIn(root *document.Node, others bool) bool {
	found := false
	for _, pair := range root.Pairs {
		_, known := blocks[pair.Key.Text]
		if !known && !others {
			return false
		}
		found = found || known && (pair.Value.Kind == document.Mapping || pair.Value.Kind == document.Sequence)
	}
	return found
}

// maxForeign is how large a file may be that has no name of Terraform's and still be parsed.
const maxForeign = 4 << 20

// hasBlock tells without parsing whether some line begins like a block.
func hasBlock(text []byte) bool {
	for len(text) > 0 {
		line, rest := cutLine(text)
		text = rest
		line = bytes.TrimLeft(line, " \t")
		n := 0
		for n < len(line) && line[n] >= 'a' && line[n] <= 'z' {
			n++
		}
		if n < len("data") || n > len("terraform") {
			continue
		}
		if labels, ok := blocks[string(line[:n])]; ok && opensBlock(line[n:], labels) {
			return true
		}
	}
	return false
}

// opensBlock reports whether so many labels and a brace follow.
func opensBlock(line []byte, labels int) bool {
	for range labels {
		line = bytes.TrimLeft(line, " \t")
		end := 0
		if len(line) > 0 && line[0] == '"' {
			end = 1 + bytes.IndexByte(line[1:], '"') + 1
		} else if end = bytes.IndexAny(line, " \t{"); end < 0 {
			return false
		}
		if end <= 1 {
			return false
		}
		line = line[end:]
	}
	return bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("{"))
}

package terraform

import (
	"bytes"
	"path"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// call is a module call. Modules of registries and of other repositories have no folder here.
type call struct {
	local  bool
	folder string
}

// calls are a folder's module calls by name. Where a file cannot be parsed, what it says is not known: its modules count as
// roots of their own then, which asks for more plans, not for fewer.
func (c *Configuration) calls(dir string) map[string]call {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.called[dir]; ok {
		return known
	}
	out := map[string]call{}
	c.called[dir] = out
	for _, name := range c.files[dir] {
		text, err := c.snapshot.ReadFile(name)
		if err != nil || !bytes.Contains(text, []byte("module")) {
			continue // most files call nothing, and need no parsing for that
		}
		for _, d := range parse(name, text) {
			for _, pair := range document.Entries(d.Root.Get("module")) {
				for _, body := range document.Items(pair.Value) {
					out[pair.Key.Text] = called(dir, body.Get("source").Str())
				}
			}
		}
	}
	return out
}

// called resolves the source of a module.
func called(dir, source string) call {
	if source == "." || source == ".." || strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
		return call{local: true, folder: path.Join(dir, source)}
	}
	return call{}
}

// documents are a folder's files, those that can be parsed.
func (c *Configuration) documents(dir string) []*document.Document {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.parsed[dir]; ok {
		return known
	}
	var out []*document.Document
	for _, name := range c.files[dir] {
		if text, err := c.snapshot.ReadFile(name); err == nil {
			out = append(out, parse(name, text)...)
		}
	}
	c.parsed[dir] = out
	return out
}

// parse reads both syntaxes of the language into one shape.
func parse(name string, text []byte) []*document.Document {
	if strings.HasSuffix(name, ".json") {
		return document.Parse(name, text, document.Options{Schema: document.Core}).Docs
	}
	return document.ParseHCL(name, text, document.Options{}).Docs
}

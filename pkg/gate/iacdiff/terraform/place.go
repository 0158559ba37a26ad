package terraform

import (
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// Place finds the block of a resource that a plan of a root tells of. The module is as plans have it, module.a["x"].module.b[0],
// "" for the root itself; the mode is "managed", "data" or "ephemeral". Of a resource in a module from elsewhere it is the
// nearest call in the repository. Nothing is found where neither stands.
func (c *Configuration) Place(root, module, mode, kind, name string) (render.Place, bool) {
	dir, nearest, found := root, render.Place{}, false
	for _, step := range callNames(module) {
		if place, ok := c.block(dir, "module", step); ok {
			nearest, found = place, true
			nearest.Note = "in module " + step
		}
		next := c.calls(dir)[step]
		if !next.local {
			return nearest, found
		}
		dir = next.folder
	}
	block := "resource"
	if mode != "" && mode != "managed" {
		block = mode
	}
	if place, ok := c.block(dir, block, kind, name); ok {
		return place, true
	}
	return nearest, found
}

// block finds a block of a folder by its type and labels.
func (c *Configuration) block(dir string, labels ...any) (render.Place, bool) {
	for _, d := range c.documents(dir) {
		n := d.Root.Lookup(labels...)
		if n == nil {
			continue
		}
		if n.Kind == document.Sequence && len(n.Items) > 0 {
			n = n.Items[0]
		}
		return render.Place{Path: d.Path, Range: d.Range(n)}, true
	}
	return render.Place{}, false
}

// callNames are the names of the calls in a module's address. Keys in brackets may hold anything, dots and brackets too.
func callNames(module string) []string {
	var out []string
	for module != "" {
		rest, ok := strings.CutPrefix(module, "module.")
		if !ok {
			return out
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			return append(out, rest)
		}
		out = append(out, rest[:end])
		module = strings.TrimPrefix(behindKey(rest[end:]), ".")
	}
	return out
}

// behindKey is what follows an instance key, if there is one.
func behindKey(text string) string {
	if !strings.HasPrefix(text, "[") {
		return text
	}
	if !strings.HasPrefix(text, `["`) {
		_, rest, _ := strings.Cut(text, "]")
		return rest
	}
	for i := 2; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return strings.TrimPrefix(text[i+1:], "]")
		}
	}
	return ""
}

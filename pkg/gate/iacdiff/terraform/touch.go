package terraform

import (
	"path"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Touches tells whether a changed file takes part in a root: as configuration, lock or values of one of its parts, as values
// that may be meant for it, or as a file that its configuration reads, such as a template.
func (c *Configuration) Touches(root, name string) bool {
	dir := path.Dir(name)
	switch {
	case IsFile(name) && slices.Contains(c.parts[root], dir):
		return true
	case isValues(name) && !c.IsPart(dir):
		return slices.Contains(c.nearest(dir), root)
	}
	return slices.ContainsFunc(c.Reads(root), func(r Read) bool { return r.covers(name) })
}

// nearest are the roots that values in a folder of their own may be meant for: those at or below the first folder upwards
// that holds any.
func (c *Configuration) nearest(dir string) []string {
	for {
		var out []string
		for _, root := range c.roots {
			if dir == "." || root == dir || strings.HasPrefix(root, dir+"/") {
				out = append(out, root)
			}
		}
		if len(out) > 0 || dir == "." {
			return out
		}
		dir = path.Dir(dir)
	}
}

// Read is a path that configuration names: a file, a folder with all it holds, or how the paths begin that it may mean.
type Read struct {
	Path   string
	Prefix bool // the path goes on with what only the tool knows
}

func (r Read) covers(name string) bool {
	switch {
	case r.Path == ".":
		return true
	case r.Prefix:
		return strings.HasPrefix(name, r.Path)
	}
	return name == r.Path || strings.HasPrefix(name, r.Path+"/")
}

// Reads are the paths inside the repository that the configuration of a root names in texts, as arguments of file, templatefile
// and the like or as plain attributes: with path.module, path.root or path.cwd, or in a form that only paths have.
func (c *Configuration) Reads(root string) []Read {
	c.mu.Lock()
	known, ok := c.read[root]
	c.mu.Unlock()
	if ok {
		return known
	}
	var out []Read
	for _, dir := range c.parts[root] {
		for _, d := range c.documents(dir) {
			texts(d.Root, nil, func(text string) {
				for _, r := range named(text, dir, root) {
					if !slices.Contains(out, r) {
						out = append(out, r)
					}
				}
			})
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read[root] = out
	return out
}

// texts visits every text of a document but the sources of modules: those are parts, and not every file of such a folder is
// read. The keys are those that lead to n.
func texts(n *document.Node, keys []string, visit func(string)) {
	if len(keys) == 3 && keys[0] == "module" && keys[2] == "source" {
		return
	}
	switch n.Kind {
	case document.String:
		visit(n.Text)
	case document.Mapping:
		for _, p := range n.Pairs {
			texts(p.Value, append(keys, p.Key.Text), visit)
		}
	case document.Sequence:
		for _, item := range n.Items {
			texts(item, keys, visit)
		}
	}
}

// named lists the paths that a text names: itself, and what stands in quotes in it when it is an expression.
func named(text, dir, root string) []Read {
	candidates := []string{text}
	for rest := text; ; {
		from := strings.IndexByte(rest, '"')
		if from < 0 {
			break
		}
		rest = rest[from+1:]
		to := strings.IndexByte(rest, '"')
		if to < 0 {
			break
		}
		candidates = append(candidates, rest[:to])
		rest = rest[to+1:]
	}
	var out []Read
	for _, candidate := range candidates {
		for _, r := range resolve(candidate, dir, root) {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// resolve reads one text as a path. Relative ones are meant from where the tool runs, and often from where they stand.
func resolve(text, dir, root string) []Read {
	bases := []string{root, dir}
	anchored := false
	for anchor, base := range map[string]string{"${path.module}": dir, "${path.root}": root, "${path.cwd}": root} {
		if rest, ok := strings.CutPrefix(text, anchor); ok {
			text, bases, anchored = strings.TrimPrefix(rest, "/"), []string{base}, true
		}
	}
	rest := text
	if at := strings.IndexAny(text, "*?["); at >= 0 {
		text = text[:at]
	}
	for _, mark := range []string{"${", "%{"} {
		text, _, _ = strings.Cut(text, mark)
	}
	prefix := len(text) < len(rest)
	if strings.ContainsAny(text, "\n\"'`<>|:;(){}=, ") || path.IsAbs(text) || !anchored && !strings.ContainsAny(text, "./") {
		return nil
	}
	var out []Read
	for _, base := range bases {
		full := path.Join(base, text)
		r := Read{Path: full, Prefix: prefix && text != "" && !strings.HasSuffix(text, "/")}
		above := full == "." || base == full || strings.HasPrefix(base, full+"/")
		switch {
		case full == ".." || strings.HasPrefix(full, "../"):
			continue // not of this repository
		case above && (!anchored || !prefix):
			continue // the folder itself, as in cd: that it reads all of it is not said
		}
		out = append(out, r)
	}
	return out
}

package deliverygate

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// globs is a list of path patterns (** crosses folders), matched against folded paths: a file is watched however its name
// is spelt.
type globs struct {
	written  []string
	patterns []string
	steps    [][]string // the patterns, folder by folder
}

func newGlobs(list []string) globs {
	g := globs{written: list}
	for _, written := range list {
		p := repo.Fold(strings.TrimPrefix(strings.TrimSuffix(written, "/"), "./"))
		g.patterns = append(g.patterns, p)
		g.steps = append(g.steps, strings.Split(p, "/"))
	}
	return g
}

// match lists the patterns, as written, that a folded path fits. A pattern that names a folder fits all below it.
func (g globs) match(folded string) []string {
	var out []string
	for i, p := range g.patterns {
		if fits(p, folded) {
			out = append(out, g.written[i])
		}
	}
	return out
}

func (g globs) matches(folded string) bool {
	for _, p := range g.patterns {
		if fits(p, folded) {
			return true
		}
	}
	return false
}

func fits(pattern, path string) bool {
	if ok, _ := doublestar.Match(pattern, path); ok {
		return true
	}
	if strings.HasSuffix(pattern, "*") {
		return false
	}
	ok, _ := doublestar.Match(pattern+"/**", path)
	return ok
}

// mayHold reports whether a path that fits may lie below a folded folder.
func (g globs) mayHold(dir string) bool {
	names := strings.Split(dir, "/")
	for _, steps := range g.steps {
		if leadsInto(steps, names) {
			return true
		}
	}
	return false
}

func leadsInto(steps, names []string) bool {
	for i, name := range names {
		switch {
		case i == len(steps):
			return true // the pattern names a folder above
		case strings.Contains(steps[i], "**"), strings.Contains(steps[i], "{"):
			return true // may cross folders
		}
		if ok, _ := doublestar.Match(steps[i], name); !ok {
			return false
		}
	}
	return true
}

// literal is a pattern for exactly one path.
func literal(path string) string {
	var b strings.Builder
	for _, r := range path {
		if strings.ContainsRune(`*?[]{}\`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

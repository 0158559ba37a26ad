// Package terraform reads the Terraform and OpenTofu configuration of a repository: which folders are roots, what each is made
// of and reads, and where a resource of a plan stands. Nothing is evaluated and no tool is run: what cannot be told from the
// text is told apart from what is not there.
package terraform

import (
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// Configuration is what a snapshot configures. It is safe for concurrent use.
type Configuration struct {
	snapshot *repo.Snapshot
	roots    []string
	parts    map[string][]string // root -> itself and the local modules it calls, however deep
	files    map[string][]string // folder -> its files of configuration, sorted

	mu     sync.Mutex
	called map[string]map[string]call      // folder -> its module calls
	parsed map[string][]*document.Document // folder -> its parsed files
	read   map[string][]Read               // root -> what it reads
}

// New finds the roots: folders with configuration that no other one calls as a module. Of those that call each other in a
// circle, each is taken for a root.
func New(s *repo.Snapshot) *Configuration {
	c := &Configuration{
		snapshot: s, parts: map[string][]string{}, files: map[string][]string{},
		called: map[string]map[string]call{}, parsed: map[string][]*document.Document{}, read: map[string][]Read{},
	}
	for _, e := range s.Entries() {
		if isConfiguration(e.Path) {
			dir := path.Dir(e.Path)
			c.files[dir] = append(c.files[dir], e.Path)
		}
	}
	reached, callers := map[string][]string{}, map[string][]string{}
	for dir := range c.files {
		reached[dir] = c.reach(dir)
		for _, part := range reached[dir][1:] {
			callers[part] = append(callers[part], dir)
		}
	}
	for dir := range c.files {
		if !slices.ContainsFunc(callers[dir], func(other string) bool { return !slices.Contains(reached[dir], other) }) {
			c.roots, c.parts[dir] = append(c.roots, dir), reached[dir]
		}
	}
	slices.Sort(c.roots)
	return c
}

// Roots are the root folders, sorted; "." is the top of the repository.
func (c *Configuration) Roots() []string { return c.roots }

// IsRoot reports whether a folder is a root.
func (c *Configuration) IsRoot(dir string) bool { return c.parts[dir] != nil }

// Parts are the folders that a root is made of: itself first, then the local modules that it calls, however deep.
func (c *Configuration) Parts(root string) []string { return c.parts[root] }

// IsPart reports whether some root is made of a folder.
func (c *Configuration) IsPart(dir string) bool {
	for _, parts := range c.parts {
		if slices.Contains(parts, dir) {
			return true
		}
	}
	return false
}

// reach lists a folder and those that it calls, nearest first.
func (c *Configuration) reach(dir string) []string {
	out := []string{dir}
	for i := 0; i < len(out); i++ {
		calls := c.calls(out[i])
		for _, name := range slices.Sorted(maps.Keys(calls)) {
			if call := calls[name]; call.local && !slices.Contains(out, call.folder) {
				out = append(out, call.folder)
			}
		}
	}
	return out
}

// isConfiguration reports whether a file configures something, by its name.
func isConfiguration(name string) bool {
	for _, suffix := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if strings.HasSuffix(name, suffix) && path.Base(name) != suffix {
			return true
		}
	}
	return false
}

// isValues reports whether a file sets variables.
func isValues(name string) bool {
	return strings.HasSuffix(name, ".tfvars") || strings.HasSuffix(name, ".tfvars.json")
}

// IsFile reports whether a file takes part, by its name, in what its folder configures.
func IsFile(name string) bool {
	switch path.Base(name) {
	case ".terraform.lock.hcl", "terragrunt.hcl":
		return true
	}
	return isConfiguration(name) || isValues(name)
}

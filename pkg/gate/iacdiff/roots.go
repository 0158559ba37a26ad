package iacdiff

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// roots are the folders of a repository that terraform or tofu plans, and which folders each is made of.
type roots struct {
	list  []string            // sorted; "." is the repository's root
	parts map[string][]string // root -> itself and the local modules it calls, however deep
}

// isTerraform reports whether a file takes part in what its folder configures.
func isTerraform(name string) bool {
	for _, suffix := range []string{".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	base := path.Base(name)
	return base == ".terraform.lock.hcl" || base == "terragrunt.hcl"
}

// moduleSource is a local module's source, in HCL or in JSON.
var moduleSource = regexp.MustCompile(`(?m)["']?\bsource["']?\s*[=:]\s*"(\.{1,2}/[^"]*)"`)

// findRoots finds the folders with configuration that no other one calls as a module. Two that call each other are both
// taken for roots.
func findRoots(s *repo.Snapshot) *roots {
	calls := map[string][]string{}
	for _, e := range s.Entries() {
		if !isTerraform(e.Path) {
			continue
		}
		dir := path.Dir(e.Path)
		if strings.HasSuffix(e.Path, ".tf") || strings.HasSuffix(e.Path, ".tofu") || strings.HasSuffix(e.Path, ".json") {
			if calls[dir] == nil {
				calls[dir] = []string{}
			}
			text, err := s.ReadFile(e.Path)
			if err != nil {
				continue
			}
			for _, m := range moduleSource.FindAllSubmatch(text, -1) {
				calls[dir] = append(calls[dir], path.Join(dir, string(m[1])))
			}
		}
	}
	r := &roots{parts: map[string][]string{}}
	called := map[string]bool{}
	for dir, list := range calls {
		for _, to := range list {
			if to != dir && !slices.Contains(calls[to], dir) {
				called[to] = true
			}
		}
	}
	for dir := range calls {
		if called[dir] {
			continue
		}
		r.list = append(r.list, dir)
		r.parts[dir] = reach(dir, calls)
	}
	slices.Sort(r.list)
	return r
}

func reach(dir string, calls map[string][]string) []string {
	var out []string
	todo := []string{dir}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		if slices.Contains(out, at) {
			continue
		}
		out = append(out, at)
		todo = append(todo, calls[at]...)
	}
	return out
}

// touched lists the changed files that take part in a root.
func (r *roots) touched(root string, changes []gate.Change) []string {
	var out []string
	for _, c := range changes {
		for _, name := range []string{c.Path, c.From} {
			if name != "" && isTerraform(name) && slices.Contains(r.parts[root], path.Dir(name)) {
				out = append(out, name)
			}
		}
	}
	return out
}

// goneRoot is a folder whose configuration the change removes.
type goneRoot struct {
	folder string
	files  []string
}

// gone lists the folders of removed configuration that no root is made of any longer.
func (r *roots) gone(changes []gate.Change) []goneRoot {
	var out []goneRoot
	for _, c := range changes {
		name := c.From
		if c.Kind == repo.Deleted {
			name = c.Path
		}
		dir := path.Dir(name)
		if name == "" || !isTerraform(name) || strings.Contains(path.Base(name), ".tfvars") || r.has(dir) {
			continue
		}
		i := slices.IndexFunc(out, func(g goneRoot) bool { return g.folder == dir })
		if i < 0 {
			out = append(out, goneRoot{folder: dir})
			i = len(out) - 1
		}
		out[i].files = append(out[i].files, name)
	}
	return out
}

// has reports whether some root is made of a folder.
func (r *roots) has(dir string) bool {
	for _, parts := range r.parts {
		if slices.Contains(parts, dir) {
			return true
		}
	}
	return false
}

// newest is the latest time at which a commit of the change touched a root, 0 when none did.
func (r *roots) newest(ctx context.Context, run *gate.Run, root string) (seconds int64, err error) {
	changes, err := run.Changes(ctx)
	if err != nil || changes.History == nil {
		return 0, nil // the delivery gate tells of a history that is not whole
	}
	parts := r.parts[root]
	touched, err := run.Repository.Touched(ctx, changes.History, repo.Watch{
		Folder: func(dir string) bool {
			return slices.ContainsFunc(parts, func(p string) bool { return p == "." || p == dir || strings.HasPrefix(p, dir+"/") })
		},
		File: func(name string) bool { return isTerraform(name) && slices.Contains(parts, path.Dir(name)) },
	})
	if err != nil {
		return 0, err
	}
	for _, t := range touched {
		c, err := run.Repository.ReadCommit(ctx, t.Commit)
		if err != nil {
			return 0, err
		}
		if !c.Committer.When.IsZero() {
			seconds = max(seconds, c.Committer.When.Unix())
		}
	}
	return seconds, nil
}

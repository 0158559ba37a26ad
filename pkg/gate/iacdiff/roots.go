package iacdiff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/iacdiff/terraform"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// roots are the folders of the judged snapshot that terraform or tofu plans, and what the change does to them.
type roots struct {
	*terraform.Configuration
	run     *gate.Run
	changes []gate.Change
	before  *terraform.Configuration // as the trusted base has it; nil without a base
}

// touched lists the changed files that take part in a root.
func (r *roots) touched(root string) []string {
	var out []string
	for _, c := range r.changes {
		for _, name := range []string{c.Path, c.From} {
			if name != "" && !slices.Contains(out, name) && r.Touches(root, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// anyTouched reports whether the change touches any root's configuration, be it one that it removes.
func (r *roots) anyTouched() bool {
	return len(r.gone()) > 0 || slices.ContainsFunc(r.Roots(), func(root string) bool { return len(r.touched(root)) > 0 })
}

// goneRoot is a folder whose configuration the change removes.
type goneRoot struct {
	folder string
	files  []string
}

// gone lists the folders of removed configuration that no root is made of any longer.
func (r *roots) gone() []goneRoot {
	var out []goneRoot
	for _, c := range r.changes {
		name := c.From
		if c.Kind == repo.Deleted {
			name = c.Path
		}
		dir := path.Dir(name)
		if name == "" || !terraform.IsFile(name) || strings.Contains(path.Base(name), ".tfvars") || r.IsPart(dir) {
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

// newest is the latest time at which a commit of the change touched a root, 0 when none did.
func (r *roots) newest(ctx context.Context, root string) (seconds int64, err error) {
	changes, err := r.run.Changes(ctx)
	if err != nil || changes.History == nil {
		return 0, nil // the delivery gate tells of a history that is not whole
	}
	touched, err := r.run.Repository.Touched(ctx, changes.History, repo.Watch{
		Folder: func(string) bool { return true },
		File:   func(name string) bool { return r.Touches(root, name) },
	})
	if err != nil {
		return 0, err
	}
	for _, t := range touched {
		c, err := r.run.Repository.ReadCommit(ctx, t.Commit)
		if err != nil {
			return 0, err
		}
		if !c.Committer.When.IsZero() {
			seconds = max(seconds, c.Committer.When.Unix())
		}
	}
	return seconds, nil
}

// digest is that of a root's configuration and of what it reads, names and modes included: "sha256:…". Files that git does
// not know and the configuration does not name are left out, so that plans and reports lying about change nothing.
func (r *roots) digest(root string) (string, error) {
	h := sha256.New()
	for _, e := range r.run.Snapshot.Entries() {
		if !r.Touches(root, e.Path) {
			continue
		}
		if e.Mode&fs.ModeIrregular != 0 {
			fmt.Fprintf(h, "%q %s\n", e.Path, e.Hash)
			continue
		}
		text, err := r.run.Snapshot.ReadFile(e.Path)
		if err != nil {
			return "", fmt.Errorf("%s: digest of the root: %w", e.Path, err)
		}
		sum := sha256.Sum256(text)
		fmt.Fprintf(h, "%q %v %x\n", e.Path, e.Mode&0o100 != 0, sum)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

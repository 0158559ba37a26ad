package iacdiff

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/plan"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// PlanInput is a plan's JSON that a run was given.
type PlanInput struct {
	Name string // for messages: the path as given, "-" for standard input
	File string // absolute, "" for standard input
	Root string // the root it is for, "" when nobody said
	Open func() (io.ReadCloser, error)
}

// givenPlan is a plan that was read, or why not.
type givenPlan struct {
	PlanInput
	*plan.Plan
	unreadable string
	tracked    bool  // a commit of the judged repository holds it: the change itself brought its proof along
	newest     int64 // seconds: the latest commit of the change that touched the root

	sidecar      *sidecar // what it says it was made from; nil when nothing says that
	sidecarFault string
}

// inputs are the plans of the command line and those that the configuration names.
func (g Gate) inputs(run *gate.Run) ([]PlanInput, error) {
	list := slices.Clone(g.Plans)
	if len(run.Config.IaC.Plans) == 0 || run.Repository.Bare() {
		return list, nil
	}
	root := run.Repository.Root()
	for _, glob := range run.Config.IaC.Plans {
		found, err := doublestar.Glob(os.DirFS(root), strings.TrimPrefix(glob, "./"), doublestar.WithFilesOnly(), doublestar.WithNoFollow())
		if err != nil {
			return nil, fmt.Errorf("iac.plans: %s: %w", glob, err)
		}
		for _, name := range found {
			file := filepath.Join(root, filepath.FromSlash(name))
			if real, err := filepath.EvalSymlinks(file); err != nil || real != file {
				continue // no link is followed, neither the file nor a folder on the way: it may lead anywhere
			}
			if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
				continue
			}
			if !slices.ContainsFunc(list, func(p PlanInput) bool { return p.File == file }) {
				list = append(list, PlanInput{Name: name, File: file, Open: func() (io.ReadCloser, error) { return os.Open(file) }})
			}
		}
	}
	return list, nil
}

// readPlans reads every plan and finds the root it is for.
func (g Gate) readPlans(ctx context.Context, run *gate.Run, roots *roots) ([]*givenPlan, error) {
	inputs, err := g.inputs(run)
	if err != nil {
		return nil, err
	}
	var out []*givenPlan
	for _, in := range inputs {
		p := &givenPlan{PlanInput: in}
		p.read(run.Jobs)
		if p.File != "" {
			if p.sidecar, err = readSidecar(p.File); err != nil {
				p.sidecarFault = err.Error()
			}
		}
		p.bind(run, roots)
		if p.Root != "" {
			if p.newest, err = roots.newest(ctx, p.Root); err != nil {
				return nil, err
			}
		}
		out = append(out, p)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *givenPlan) read(jobs int) {
	r, err := p.Open()
	if err != nil {
		p.refuse(err)
		return
	}
	defer r.Close()
	p.readFrom(r, jobs)
}

func (p *givenPlan) readFrom(r io.Reader, jobs int) {
	var err error
	if p.Plan, err = plan.Read(p.PlanInput.Name, r, jobs); err != nil {
		p.refuse(err)
	}
}

// refuse notes why there is no plan.
func (p *givenPlan) refuse(err error) {
	var refused *plan.Error
	var pathError *fs.PathError
	switch {
	case errors.As(err, &refused):
		unnamed := *refused
		unnamed.Name = ""
		p.unreadable = unnamed.Error()
	case errors.As(err, &pathError):
		p.unreadable = "cannot be read: " + pathError.Err.Error()
	default:
		p.unreadable = "cannot be read"
	}
}

// bind finds the root of a plan that nobody gave one: what its sidecar says, the root it lies in or below, else the only one
// there is.
func (p *givenPlan) bind(run *gate.Run, roots *roots) {
	name, inside := p.within(run.Repository.Root())
	if inside && run.HeadCommit != "" {
		_, p.tracked = run.Snapshot.Lookup(name)
		if p.tracked && run.Snapshot.Kind() == repo.Worktree {
			// What lies there untracked was made for this run.
			p.tracked = committed(run, name)
		}
	}
	if p.Root != "" {
		p.Root = path.Clean(p.Root)
		return
	}
	if p.sidecar != nil {
		p.Root = path.Clean(p.sidecar.Root)
		return
	}
	if inside {
		for dir := path.Dir(name); ; dir = path.Dir(dir) {
			if roots.IsRoot(dir) {
				p.Root = dir
				return
			}
			if dir == "." {
				break
			}
		}
	}
	if list := roots.Roots(); len(list) == 1 {
		p.Root = list[0]
	}
}

// within is the plan's path in the repository, whatever links lead there: a link does not make a file of the change another
// one's.
func (p *givenPlan) within(root string) (string, bool) {
	if p.File == "" {
		return "", false
	}
	file := p.File
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	rel, err := filepath.Rel(root, file)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

func committed(run *gate.Run, name string) bool {
	s, err := run.Repository.Commit(context.Background(), run.HeadCommit)
	if err != nil {
		return true
	}
	_, there := s.Lookup(name)
	return there
}

// facts is what rules see of a plan.
func (p *givenPlan) facts(roots *roots) (map[string]any, error) {
	binding, err := p.binding(roots)
	if err != nil {
		return nil, err
	}
	out := map[string]any{
		"name": p.PlanInput.Name, "root": p.Root, "known_root": p.Root == "" || roots.IsRoot(p.Root), "roots": len(roots.Roots()),
		"unreadable": p.unreadable, "tracked": p.tracked, "made_from": nil,
		"complete": nil, "errored": nil, "applyable": nil, "deferred": 0, "changes": 0, "drift": 0, "made_at": nil, "newest_commit_at": nil,
	}
	if binding != nil {
		out["made_from"] = binding
	}
	if p.newest > 0 {
		out["newest_commit_at"] = gate.Stamp(time.Unix(p.newest, 0))
	}
	if p.Plan == nil {
		return out, nil
	}
	for key, value := range map[string]*bool{"complete": p.Complete, "errored": p.Errored, "applyable": p.Applyable} {
		if value != nil {
			out[key] = *value
		}
	}
	if !p.Timestamp.IsZero() {
		out["made_at"] = gate.Stamp(p.Timestamp)
	}
	out["deferred"], out["changes"], out["drift"] = len(p.Deferred), len(p.Changes), len(p.Drift)
	return out, nil
}

// changeFacts is what rules see of one entry: no value of any attribute.
func changeFacts(c *plan.Change) map[string]any {
	paths := []string{}
	for _, a := range c.Attributes {
		paths = append(paths, a.Path)
	}
	return map[string]any{
		"address": c.Address, "previous_address": c.PreviousAddress, "module": c.Module, "mode": c.Mode, "type": c.Type, "name": c.Name,
		"provider": c.Provider, "deposed": c.Deposed, "actions": c.Actions, "action": string(c.Action), "action_reason": c.Reason,
		"importing": c.Importing, "attributes": paths, "more_attributes": c.Cut, "unknown": c.Unknown, "replace_paths": c.ReplacePaths,
	}
}

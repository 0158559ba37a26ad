package patch

import (
	"context"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/patch/linediff"
)

// Most of what git does for a patch is to hash every line of both versions of a file. Where a comparison from both ends leaves
// no choice in what was added, that is not needed: git only lists the files, and their contents are read. What leaves a choice,
// and whatever is out of the ordinary, git itself compares.

// listing asks for the files that ordinary commits change, without their differences.
var listing = question{
	args: []string{
		"diff-tree", "--stdin", "--root", "--parents", "--always", "--diff-filter=uxdb", "-r", "--raw", "-z", "-M", "--no-abbrev",
		"--ignore-submodules=none",
	},
	body: func(p *parser, j *job) (err error) { j.list, err = p.entries(false); return err },
}

// quick does those of a row of commits that need no diff of git's, and tells which are merges. The rest it leaves as it is.
func (r *run) quick(ctx context.Context, jobs []*job, contents *contents) error {
	listed := make([]*job, len(jobs))
	for i, j := range jobs {
		listed[i] = &job{id: j.id}
	}
	if err := r.ask(ctx, listing, listed); err != nil {
		return err
	}
	for i, j := range jobs {
		switch l := listed[i]; {
		case !l.done:
		case l.merge:
			j.merge, j.done = true, true
		default:
			added, ok, err := r.additions(ctx, l, contents)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			for _, a := range added {
				if err := r.yield(a); err != nil {
					return err
				}
			}
			j.done = true
		}
	}
	return nil
}

// additions is what a commit adds; not ok when git has to tell.
func (r *run) additions(ctx context.Context, j *job, contents *contents) (all []Addition, ok bool, err error) {
	for i := range j.list {
		e := &j.list[i]
		if r.opt.skips(e.path) || e.blob == e.old[0].blob {
			continue
		}
		if !ordinary(e) || r.opt.wantsEvery(e.path) {
			return nil, false, nil
		}
		text, old, ok, err := contents.pair(ctx, e)
		if err != nil || !ok {
			return nil, false, err
		}
		a := Addition{Commit: j.id, Path: e.path, Blob: e.blob}
		if isBinary(text) || isBinary(old) {
			a.Binary = true
			all = append(all, a)
			continue
		}
		runs, sure := linediff.Added(old, text)
		if !sure {
			return nil, false, nil
		}
		for _, run := range runs {
			if run.End-run.Start > r.opt.maxText() {
				return nil, false, nil
			}
			a.FirstLine, a.Text = run.FirstLine, string(text[run.Start:run.End])
			all = append(all, a)
		}
	}
	return all, true, nil
}

// ordinary reports whether an entry is a file or a link that is added, changed or renamed.
func ordinary(e *entry) bool {
	return strings.Contains("AMR", e.status[:1]) && e.mode&modeType != modeGitlink && e.old[0].mode&modeType != modeGitlink
}

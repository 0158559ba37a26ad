package patch

import (
	"context"
	"slices"
	"strings"
)

// What git is asked of merges: the files that no parent has so, first by their paths alone, which is quick. Looking for
// renames needs each parent compared whole.
var (
	mergeFiles = question{
		args: []string{"diff-tree", "--stdin", "-r", "-c", "--raw", "-z", "--always", "--no-abbrev", "--ignore-submodules=none"},
		body: func(p *parser, j *job) (err error) { j.list, err = p.entries(false); return err },
	}
	mergeRenames = question{
		args: append(slices.Clone(mergeFiles.args), "-M", "--combined-all-paths"),
		body: func(p *parser, j *job) (err error) { j.list, err = p.entries(true); return err },
	}
)

// merges yields what merges add themselves.
func (r *run) merges(ctx context.Context, jobs []*job) error {
	if len(jobs) == 0 {
		return nil
	}
	listed := make([]*job, len(jobs))
	for i, j := range jobs {
		listed[i] = &job{id: j.id}
	}
	if err := r.ask(ctx, mergeFiles, listed); err != nil {
		return err
	}
	if err := r.renames(ctx, listed); err != nil {
		return err
	}
	for i, j := range jobs {
		if !listed[i].done {
			j.why = listed[i].why
			continue
		}
		for k := range listed[i].list {
			if err := r.merged(ctx, j, &listed[i].list[k]); err != nil {
				return err
			}
		}
		j.done = true
	}
	return nil
}

// renames looks for the old paths of files that a parent does not have at all. What it does not find stays new: that
// makes the text longer, never shorter.
func (r *run) renames(ctx context.Context, jobs []*job) error {
	var again, where []*job
	for _, j := range jobs {
		for _, e := range j.list {
			if j.done && strings.Contains(e.status, "A") {
				again, where = append(again, &job{id: j.id}), append(where, j)
				break
			}
		}
	}
	if len(again) == 0 {
		return nil
	}
	if err := r.ask(ctx, mergeRenames, again); err != nil {
		return err
	}
	for i, j := range again {
		if j.done {
			where[i].list = j.list
		}
	}
	return nil
}

// merged yields what a merge adds to one file.
func (r *run) merged(ctx context.Context, j *job, e *entry) error {
	if e.mode == 0 || r.opt.skips(e.path) {
		return nil
	}
	text, err := r.content(ctx, e.side)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		j.missed = append(j.missed, Missed{j.id, e.path, bounded(err.Error())})
		return nil
	}
	a := Addition{Commit: j.id, Path: e.path, Blob: e.blob, Merge: true}
	if isBinary([]byte(text[:min(len(text), binaryHead)])) {
		a.Binary = true
		return r.yield(a)
	}
	old, err := r.oldLines(ctx, e)
	if err != nil {
		return err
	}
	for first, run := range newRuns(text, old) {
		if len(run) > r.opt.maxText() {
			j.missed = append(j.missed, Missed{j.id, e.path, tooLong(r.opt.maxText())})
			continue
		}
		a.FirstLine, a.Text = first, strings.Clone(run)
		if err := r.yield(a); err != nil {
			return err
		}
	}
	return nil
}

// content is what a diff compares of a version of a file.
func (r *run) content(ctx context.Context, s side) (string, error) {
	if s.mode&modeType == modeGitlink {
		return "Subproject commit " + s.blob + "\n", ctx.Err()
	}
	b, err := r.repo.ReadBlob(ctx, s.blob, s.path)
	return string(b), err
}

// oldLines collects the lines of the parents' versions. One that cannot be read takes nothing away from what is new.
func (r *run) oldLines(ctx context.Context, e *entry) (map[string]bool, error) {
	lines := map[string]bool{}
	for _, s := range e.old {
		if s.mode == 0 {
			continue
		}
		if s.path == "" {
			s.path = e.path
		}
		text, err := r.content(ctx, s)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			continue
		}
		for line := range strings.Lines(text) {
			lines[strings.TrimSuffix(line, "\n")] = true
		}
	}
	return lines, nil
}

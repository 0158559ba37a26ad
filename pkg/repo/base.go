package repo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-git/go-git/v5/plumbing"
)

// Base is the revision a change is judged against.
type Base struct {
	Rev    string // as given or found
	Commit string // its id
	Source string // "--base", the variable's name, "origin/HEAD"
}

// DiscoverBase finds the base: rev when given, else what the CI's variables name (the event in GITHUB_EVENT_PATH,
// GITHUB_BASE_REF, CI_MERGE_REQUEST_TARGET_BRANCH_SHA, CI_MERGE_REQUEST_DIFF_BASE_SHA), else origin/HEAD, else none (nil). A
// base that is named but is not in the object store is an error: to go on to the next would have a change judged by rules
// of its own choosing. Nothing is looked up for a plain folder, unless rev is given, which is an error there.
//
// Of a pull or merge request it is the tip of the target branch that counts. What CI systems name is that tip as it was
// when the request was last pushed to, so a later one is taken when it was fetched: what was withdrawn since is withdrawn.
func (r *Repository) DiscoverBase(ctx context.Context, rev string, getenv func(string) string) (*Base, error) {
	if rev != "" {
		return r.base(ctx, "--base", rev)
	}
	if r.Plain() {
		return nil, nil
	}
	if name := getenv("GITHUB_EVENT_PATH"); name != "" {
		e, err := readEvent(name)
		if err != nil {
			return nil, fmt.Errorf("find the base: GITHUB_EVENT_PATH: %w", err)
		}
		if b, err := r.eventBase(ctx, e); b != nil || err != nil {
			return b, err
		}
	}
	if branch := getenv("GITHUB_BASE_REF"); branch != "" {
		return r.branchBase(ctx, "GITHUB_BASE_REF", branch)
	}
	for _, name := range []string{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"} {
		if id := getenv(name); id != "" {
			b, err := r.base(ctx, name, id)
			if err != nil {
				return nil, err
			}
			return r.advance(ctx, b, getenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")), nil
		}
	}
	return r.originHead(ctx)
}

// advance moves a base to the tip of its branch when that was fetched and descends from it.
func (r *Repository) advance(ctx context.Context, b *Base, branch string) *Base {
	if branch == "" {
		return b
	}
	tip, err := r.store.reference(plumbing.ReferenceName("refs/remotes/origin/" + branch))
	if err != nil || tip.String() == b.Commit {
		return b
	}
	if later, err := r.isAncestor(ctx, plumbing.NewHash(b.Commit), tip); err != nil || !later {
		return b
	}
	return &Base{Rev: "origin/" + branch, Commit: tip.String(), Source: b.Source}
}

func (r *Repository) base(ctx context.Context, source, rev string) (*Base, error) {
	id, err := r.resolve(ctx, rev)
	if err != nil {
		return nil, fmt.Errorf("find the base: %s: %w", source, err)
	}
	return &Base{Rev: rev, Commit: id.String(), Source: source}, nil
}

func (r *Repository) branchBase(ctx context.Context, source, branch string) (*Base, error) {
	for _, found := range []struct{ full, rev string }{
		{"refs/remotes/origin/" + branch, "origin/" + branch},
		{"refs/heads/" + branch, branch},
	} {
		_, err := r.store.reference(plumbing.ReferenceName(found.full))
		if errors.Is(err, plumbing.ErrReferenceNotFound) {
			continue
		}
		b, err := r.base(ctx, source, found.full)
		if err != nil {
			return nil, err
		}
		b.Rev = found.rev
		return b, nil
	}
	return nil, fmt.Errorf("find the base: %s: branch %q: %w: run git fetch origin %[2]s:refs/remotes/origin/%[2]s, or set fetch-depth: 0 in actions/checkout", source, branch, ErrUnknownRevision)
}

func (r *Repository) originHead(ctx context.Context) (*Base, error) {
	const name = "refs/remotes/origin/HEAD"
	there, err := r.store.hasReference(name)
	if err != nil {
		return nil, fmt.Errorf("find the base: origin/HEAD: %w", err)
	}
	if !there {
		return nil, nil
	}
	if _, err := r.store.reference(name); errors.Is(err, plumbing.ErrReferenceNotFound) {
		return nil, fmt.Errorf("find the base: origin/HEAD names a branch that is not there: run git fetch origin and git remote set-head origin --auto: %w", ErrUnknownRevision)
	}
	b, err := r.base(ctx, "origin/HEAD", name)
	if err != nil {
		return nil, err
	}
	b.Rev = "origin/HEAD"
	return b, nil
}

// event is what is read of a GitHub event: a pull request, a merge queue's group, or a push.
type event struct {
	PullRequest *struct {
		Base struct {
			SHA string `json:"sha"`
			Ref string `json:"ref"`
		} `json:"base"`
	} `json:"pull_request"`
	MergeGroup *struct {
		BaseSHA string `json:"base_sha"`
	} `json:"merge_group"`
	Ref        string `json:"ref"`
	Before     string `json:"before"`
	Repository struct {
		DefaultBranch string `json:"default_branch"`
	} `json:"repository"`
}

func readEvent(name string) (*event, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%w: point it at the event file, or give --base", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("%w: point it at the event file, or give --base", err)
	}
	if len(b) > MaxFileSize {
		return nil, fmt.Errorf("%s: %w", name, tooLarge(int64(len(b))))
	}
	e := &event{}
	if err := json.Unmarshal(b, e); err != nil {
		return nil, fmt.Errorf("%s: %w: point it at the event file, or give --base", name, err)
	}
	switch {
	case e.PullRequest != nil && !plumbing.IsHash(e.PullRequest.Base.SHA):
		return nil, fmt.Errorf("%s: pull_request.base.sha is %q, not a commit id: give --base", name, e.PullRequest.Base.SHA)
	case e.MergeGroup != nil && !plumbing.IsHash(e.MergeGroup.BaseSHA):
		return nil, fmt.Errorf("%s: merge_group.base_sha is %q, not a commit id: give --base", name, e.MergeGroup.BaseSHA)
	}
	return e, nil
}

// eventBase is the base that an event names, nil when it names none. Of pushes only one to the default branch does: on any
// other branch, what was there before is as little to be trusted as what is there now. Where it was not fetched, there is
// no base.
func (r *Repository) eventBase(ctx context.Context, e *event) (*Base, error) {
	const source = "GITHUB_EVENT_PATH"
	switch {
	case e.PullRequest != nil:
		b, err := r.base(ctx, source, e.PullRequest.Base.SHA)
		if err != nil {
			return nil, err
		}
		return r.advance(ctx, b, e.PullRequest.Base.Ref), nil
	case e.MergeGroup != nil:
		return r.base(ctx, source, e.MergeGroup.BaseSHA)
	case e.Repository.DefaultBranch != "" && e.Ref == "refs/heads/"+e.Repository.DefaultBranch && plumbing.IsHash(e.Before):
		b, err := r.base(ctx, source, e.Before)
		if errors.Is(err, ErrMissingObject) {
			return nil, nil
		}
		return b, err
	}
	return nil, nil
}

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

// DiscoverBase finds the base: rev when given, else what the CI's variables name (GITHUB_EVENT_PATH's
// pull_request.base.sha, GITHUB_BASE_REF, CI_MERGE_REQUEST_TARGET_BRANCH_SHA, CI_MERGE_REQUEST_DIFF_BASE_SHA), else
// origin/HEAD, else none (nil). A base that is named but is not in the object store is an error: to go on to the next
// would have a change judged by rules of its own choosing. Nothing is looked up for a plain folder, unless rev is given,
// which is an error there.
func (r *Repository) DiscoverBase(ctx context.Context, rev string, getenv func(string) string) (*Base, error) {
	if rev != "" {
		return r.base(ctx, "--base", rev)
	}
	if r.Plain() {
		return nil, nil
	}
	if name := getenv("GITHUB_EVENT_PATH"); name != "" {
		id, err := eventBase(name)
		if err != nil {
			return nil, fmt.Errorf("find the base: GITHUB_EVENT_PATH: %w", err)
		}
		if id != "" {
			return r.base(ctx, "GITHUB_EVENT_PATH", id)
		}
	}
	if branch := getenv("GITHUB_BASE_REF"); branch != "" {
		return r.branchBase(ctx, "GITHUB_BASE_REF", branch)
	}
	for _, name := range []string{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"} {
		if id := getenv(name); id != "" {
			return r.base(ctx, name, id)
		}
	}
	return r.originHead(ctx)
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

// eventBase reads the base of a pull request out of a GitHub event, "" when the event is not about one.
func eventBase(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("%w: point it at the event file, or give --base", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return "", fmt.Errorf("%w: point it at the event file, or give --base", err)
	}
	if len(b) > MaxFileSize {
		return "", fmt.Errorf("%s: %w", name, tooLarge(int64(len(b))))
	}
	var event struct {
		PullRequest *struct {
			Base struct {
				SHA string `json:"sha"`
			} `json:"base"`
		} `json:"pull_request"`
	}
	if err := json.Unmarshal(b, &event); err != nil {
		return "", fmt.Errorf("%s: %w: point it at the event file, or give --base", name, err)
	}
	switch pr := event.PullRequest; {
	case pr == nil:
		return "", nil
	case !plumbing.IsHash(pr.Base.SHA):
		return "", fmt.Errorf("%s: pull_request.base.sha is %q, not a commit id: give --base", name, pr.Base.SHA)
	default:
		return pr.Base.SHA, nil
	}
}

package repo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

func TestResolve(t *testing.T) {
	g := newRepo(t)
	var ids []string
	for _, m := range []string{"one", "two", "three"} {
		g.write("f", m)
		ids = append(ids, g.commit(m))
	}
	g.git("tag", "light", "HEAD~1")
	g.git("tag", "-a", "v1.0", "-m", "x", "HEAD~2")
	g.git("tag", "-a", "of-tag", "-m", "x", "v1.0")
	g.git("checkout", "-q", "-b", "feature/x", "HEAD~1")
	g.write("g", "x")
	g.commit("side")
	g.git("checkout", "-q", "main")
	g.git("merge", "-q", "--no-ff", "-m", "merge", "feature/x")
	g.git("branch", "both")
	g.git("tag", "both", "HEAD~1")
	g.git("branch", ids[0][:7], "HEAD~1") // a branch that looks like an abbreviation
	g.git("update-ref", "refs/remotes/origin/main", ids[1])
	g.git("update-ref", "refs/remotes/origin/topic", ids[2])
	g.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	g.git("fetch", "-q", ".", "light")

	for range 2 {
		r := g.open()
		for _, rev := range []string{
			"HEAD", "@", "main", "heads/main", "refs/heads/main", "feature/x", "light", "tags/light", "v1.0", "v1.0^{}", "v1.0^{commit}",
			"of-tag", "both", "origin/main", "origin/topic", "origin", "HEAD~", "HEAD^", "HEAD~2", "HEAD^2", "HEAD^1~1", "HEAD^2^", "@~1", "HEAD^0", "HEAD~0", "v1.0~0",
			ids[0], ids[0][:12], ids[1][:9], ids[1][:8], ids[1][:12] + "^", ids[0][:7], strings.ToUpper(ids[1]), "v1.0-2-g" + ids[2][:9], "FETCH_HEAD",
		} {
			want := g.git("rev-parse", rev+"^{commit}")
			if got, err := r.Resolve(context.Background(), rev); err != nil || got != want {
				t.Errorf("%s is %q, %v, want %q", rev, got, err, want)
			}
		}
		for _, rev := range []string{"", "nope", "HEAD~9", "HEAD^3", "abc", "HEAD^{tree}", "HEAD:f", "-x", ":/one", "main@{1}", "config", "../../x", "HEAD~99999999999999999999", "^", "~1", "main..HEAD", "refs/heads", "refs", "heads"} {
			if got, err := r.Resolve(context.Background(), rev); !errors.Is(err, repo.ErrUnknownRevision) {
				t.Errorf("%q is %q, %v", rev, got, err)
			}
		}
		tree := g.git("rev-parse", "HEAD^{tree}")
		_, err := r.Resolve(context.Background(), tree)
		fails(t, err, "names a tree, not a commit")
		_, err = r.Resolve(context.Background(), "1234567890123456789012345678901234567890")
		if !errors.Is(err, repo.ErrMissingObject) {
			t.Errorf("error is %v", err)
		}
		fails(t, err, "git fetch origin 1234567890123456789012345678901234567890", "fetch-depth: 0")
		g.git("gc", "-q") // once more with everything packed
	}
}

func TestMergeBase(t *testing.T) {
	g := newRepo(t)
	root := g.commit("root")
	g.git("checkout", "-q", "-b", "a")
	a1 := g.commit("a1")
	g.git("checkout", "-q", "-b", "b", root)
	b1 := g.commit("b1")
	g.git("checkout", "-q", "-b", "cross-a", a1)
	g.git("merge", "-q", "--no-ff", "-m", "x", b1)
	g.git("checkout", "-q", "-b", "cross-b", b1)
	g.git("merge", "-q", "--no-ff", "-m", "x", a1)
	g.commit("more")
	g.git("checkout", "-q", "--orphan", "alone")
	g.commit("alone")
	r := g.open()
	ctx := context.Background()
	for _, c := range [][2]string{{"a", "b"}, {"a", "a"}, {root, "b"}, {"b", root}, {"a", "cross-a"}, {"cross-b", "b"}, {"main", "cross-b"}} {
		want := g.git("merge-base", c[0], c[1])
		if got, err := r.MergeBase(ctx, c[0], c[1]); err != nil || got != want {
			t.Errorf("%v: %s, %v, want %s", c, got, err, want)
		}
	}
	got, err := r.MergeBase(ctx, "cross-a", "cross-b")
	if all := g.git("merge-base", "--all", "cross-a", "cross-b"); err != nil || !strings.Contains(all, got) {
		t.Errorf("criss-cross: %s, %v, want one of %s", got, err, all)
	}
	_, err = r.MergeBase(ctx, "a", "alone")
	if !errors.Is(err, repo.ErrNoMergeBase) {
		t.Errorf("error is %v", err)
	}
}

func TestShallowClone(t *testing.T) {
	g := newRepo(t)
	g.commit("root")
	g.git("branch", "base")
	for range 3 {
		g.commit("main")
	}
	g.git("checkout", "-q", "base")
	g.commit("base")
	if g.open().Shallow() {
		t.Error("a whole repository is shallow")
	}
	dir := filepath.Join(filepath.Dir(g.dir), "shallow")
	g.git("clone", "-q", "--depth=1", "--no-single-branch", "file://"+g.dir, dir)
	c := g.in(dir)
	r := c.open()
	if !r.Shallow() {
		t.Error("a shallow clone is not shallow")
	}
	ctx := context.Background()
	_, err := r.MergeBase(ctx, "origin/main", "origin/base")
	if !errors.Is(err, repo.ErrShallow) {
		t.Errorf("error is %v", err)
	}
	fails(t, err, "git fetch --unshallow", "fetch-depth: 0")
	if _, err = r.Resolve(ctx, "origin/main~1"); !errors.Is(err, repo.ErrShallow) {
		t.Errorf("error is %v", err)
	}
	c.git("fetch", "-q", "--unshallow")
	if got, err := c.open().MergeBase(ctx, "origin/main", "origin/base"); err != nil || got != c.git("merge-base", "origin/main", "origin/base") {
		t.Errorf("after unshallow: %s, %v", got, err)
	}
}

func TestDiscoverBase(t *testing.T) {
	g := newRepo(t)
	g.write("f", "1")
	one := g.commit("one")
	two := g.commit("two")
	three := g.commit("three")
	g.git("update-ref", "refs/remotes/origin/release", one)
	g.git("branch", "local-only", two)
	g.git("update-ref", "refs/remotes/origin/main", three)
	missing := "1234567890123456789012345678901234567890"
	event := func(content string) string {
		name := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	pull := event(`{"action":"opened","pull_request":{"base":{"ref":"main","sha":"` + two + `"}}}`)
	stale := event(`{"pull_request":{"base":{"ref":"release","sha":"` + two + `"}}}`)
	push := event(`{"ref":"refs/heads/main"}`)
	pushed := func(ref, before string) string {
		return event(`{"ref":"` + ref + `","before":"` + before + `","repository":{"default_branch":"main"}}`)
	}
	type env = map[string]string
	for _, c := range []struct {
		name, rev string
		env       env
		want      *repo.Base
		says      string
	}{
		{name: "nothing"},
		{name: "given", rev: "main~2", env: env{"GITHUB_BASE_REF": "release"}, want: &repo.Base{Rev: "main~2", Commit: one, Source: "--base"}},
		{name: "given, unknown", rev: "nope", says: "--base"},
		{name: "pull request", env: env{"GITHUB_EVENT_PATH": pull, "GITHUB_BASE_REF": "release"}, want: &repo.Base{Rev: "origin/main", Commit: three, Source: "GITHUB_EVENT_PATH"}},
		{name: "pull request, branch fetched before it moved", env: env{"GITHUB_EVENT_PATH": stale}, want: &repo.Base{Rev: two, Commit: two, Source: "GITHUB_EVENT_PATH"}},
		{name: "merge queue", env: env{"GITHUB_EVENT_PATH": event(`{"merge_group":{"base_sha":"` + two + `"}}`)}, want: &repo.Base{Rev: two, Commit: two, Source: "GITHUB_EVENT_PATH"}},
		{name: "merge queue without an id", env: env{"GITHUB_EVENT_PATH": event(`{"merge_group":{}}`)}, says: "merge_group.base_sha"},
		{name: "push to the default branch", env: env{"GITHUB_EVENT_PATH": pushed("refs/heads/main", two)}, want: &repo.Base{Rev: two, Commit: two, Source: "GITHUB_EVENT_PATH"}},
		{name: "push to another branch", env: env{"GITHUB_EVENT_PATH": pushed("refs/heads/topic", two)}},
		{name: "first push", env: env{"GITHUB_EVENT_PATH": pushed("refs/heads/main", strings.Repeat("0", 40))}},
		{name: "push, before not fetched", env: env{"GITHUB_EVENT_PATH": pushed("refs/heads/main", missing)}},
		{name: "push", env: env{"GITHUB_EVENT_PATH": push}},
		{name: "push, then the next", env: env{"GITHUB_EVENT_PATH": push, "GITHUB_BASE_REF": "release"}, want: &repo.Base{Rev: "origin/release", Commit: one, Source: "GITHUB_BASE_REF"}},
		{name: "local branch", env: env{"GITHUB_BASE_REF": "local-only"}, want: &repo.Base{Rev: "local-only", Commit: two, Source: "GITHUB_BASE_REF"}},
		{name: "branch not fetched", env: env{"GITHUB_BASE_REF": "gone", "CI_MERGE_REQUEST_DIFF_BASE_SHA": one}, says: "git fetch origin gone:refs/remotes/origin/gone"},
		{name: "event's base not fetched", env: env{"GITHUB_EVENT_PATH": event(`{"pull_request":{"base":{"sha":"` + missing + `"}}}`), "GITHUB_BASE_REF": "release"}, says: "git fetch origin " + missing},
		{name: "event without an id", env: env{"GITHUB_EVENT_PATH": event(`{"pull_request":{}}`), "GITHUB_BASE_REF": "release"}, says: "not a commit id"},
		{name: "event not JSON", env: env{"GITHUB_EVENT_PATH": event(`{`)}, says: "GITHUB_EVENT_PATH"},
		{name: "event not there", env: env{"GITHUB_EVENT_PATH": "/no/such/file"}, says: "GITHUB_EVENT_PATH"},
		{name: "GitLab target", env: env{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": two, "CI_MERGE_REQUEST_DIFF_BASE_SHA": one}, want: &repo.Base{Rev: two, Commit: two, Source: "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"}},
		{name: "GitLab target, moved since", env: env{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": two, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}, want: &repo.Base{Rev: "origin/main", Commit: three, Source: "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"}},
		{name: "GitLab diff base", env: env{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "", "CI_MERGE_REQUEST_DIFF_BASE_SHA": one}, want: &repo.Base{Rev: one, Commit: one, Source: "CI_MERGE_REQUEST_DIFF_BASE_SHA"}},
		{name: "GitLab, missing", env: env{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": missing, "CI_MERGE_REQUEST_DIFF_BASE_SHA": one}, says: "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := g.open().DiscoverBase(context.Background(), c.rev, func(name string) string { return c.env[name] })
			switch {
			case c.says != "":
				fails(t, err, c.says)
			case err != nil:
				t.Error(err)
			case (got == nil) != (c.want == nil) || got != nil && *got != *c.want:
				t.Errorf("base is %+v, want %+v", got, c.want)
			}
		})
	}
	none := func(string) string { return "" }
	g.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	got, err := g.open().DiscoverBase(context.Background(), "", none)
	if want := (repo.Base{Rev: "origin/HEAD", Commit: three, Source: "origin/HEAD"}); err != nil || got == nil || *got != want {
		t.Errorf("base is %+v, %v", got, err)
	}
	g.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
	_, err = g.open().DiscoverBase(context.Background(), "", none)
	fails(t, err, "git remote set-head origin --auto")

	plain := newFolder(t).open()
	if got, err := plain.DiscoverBase(context.Background(), "", func(string) string { return one }); got != nil || err != nil {
		t.Errorf("base of a plain folder is %v, %v", got, err)
	}
	if _, err := plain.DiscoverBase(context.Background(), "main", none); !errors.Is(err, repo.ErrPlain) {
		t.Errorf("error is %v", err)
	}
}

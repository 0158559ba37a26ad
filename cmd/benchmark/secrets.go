package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// What secret-scan is measured on: the history of real source, so many commits that add so many bytes. The budgets are a third of
// what gitleaks' RE2 build needs, a tenth of its standard build's, half a second for ten new commits and 0.3 s for five staged
// files among 50,000.
const (
	leakCommits  = 10_000
	leakBytes    = 100 << 20
	stagedAmong  = 50_000
	newCommits   = 10
	gitleaksTool = "github.com/zricethezav/gitleaks/v8"
	gitleaksVer  = "v8.30.1"
)

// leaks measures secret-scan.
func leaks(ctx context.Context, w *strings.Builder, gate, work string, runs int) error {
	builds, err := gitleaksBuilds(ctx, work)
	if err != nil {
		return err
	}
	dir := filepath.Join(work, "history")
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("finding Go's own source: %w", err)
	}
	source, added := filepath.Join(strings.TrimSpace(string(root)), "src"), 0
	if err := importHistory(ctx, dir, func(w io.Writer) { added = sourceHistory(w, source) }); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n## secret-scan\n\nA history of %d commits that add %d MB, made of the Go distribution's own source; %d new commits; five staged files among %d.\n\n"+
		"| this | against | ratio | medians |\n|---|---|---|---|\n", leakCommits, added>>20, newCommits, stagedAmong)
	cold := command{name: "secret-scan --history, cold", args: []string{gate, "secret-scan", "--history", "--quiet", "--no-cache"}, dir: dir}
	for _, b := range builds {
		// What takes a minute and a half is run less often.
		pair, err := measure(ctx, cold, command{name: b.name, args: []string{b.path, "git", "--no-banner", "--log-level", "error", "."}, dir: dir}, max(3, runs/3))
		if err != nil {
			return err
		}
		pair.row(w)
	}
	if err := warmLeaks(ctx, w, gate, work, dir, cold, runs); err != nil {
		return err
	}
	return stagedLeaks(ctx, w, gate, work, builds[0], runs)
}

// warmLeaks measures history again when all but its newest commits are known.
func warmLeaks(ctx context.Context, w *strings.Builder, gate, work, dir string, cold command, runs int) error {
	saved, cache := filepath.Join(work, "leaks-saved"), filepath.Join(work, "leaks-cache")
	older := filepath.Join(work, "older")
	for _, step := range []command{
		{args: []string{"git", "worktree", "add", "-q", "--detach", older, fmt.Sprintf("topic~%d", newCommits)}, dir: dir},
		{args: []string{"git", "clone", "-q", "--single-branch", older, older + ".git"}, dir: work},
		{args: []string{gate, "secret-scan", "--history", "--quiet"}, dir: older + ".git", env: []string{"XDG_CACHE_HOME=" + saved}},
	} {
		step.name = strings.Join(step.args[:2], " ")
		if _, _, err := step.run(ctx); err != nil {
			return err
		}
	}
	script := fmt.Sprintf("rm -rf %[1]q && cp -r %[2]q %[1]q && exec %[3]q secret-scan --history --quiet", cache, saved, gate)
	warm := command{name: fmt.Sprintf("secret-scan --history, %d new commits", newCommits), args: []string{"sh", "-c", script}, dir: dir, env: []string{"XDG_CACHE_HOME=" + cache}}
	pair, err := measure(ctx, warm, cold, runs)
	if err != nil {
		return err
	}
	pair.row(w)
	return nil
}

// stagedLeaks measures a commit hook: five files are staged among many.
func stagedLeaks(ctx context.Context, w *strings.Builder, gate, work string, peer gitleaksBuild, runs int) error {
	dir := filepath.Join(work, "staged")
	err := importHistory(ctx, dir, func(w io.Writer) {
		startCommit(w, "topic", 0, "")
		for i := range stagedAmong {
			addFile(w, fmt.Sprintf("src/%d/file%d.go", i%500, i), fmt.Sprintf("package app // %d\n", i))
		}
	})
	if err != nil {
		return err
	}
	for i := range 5 {
		name := fmt.Sprintf("src/0/new%d.go", i)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Repeat("package app // new\n", 100)), 0o600); err != nil {
			return err
		}
		if _, _, err := (command{name: "git add", args: []string{"git", "add", name}, dir: dir}).run(ctx); err != nil {
			return err
		}
	}
	pair, err := measure(ctx,
		command{name: fmt.Sprintf("secret-scan --staged, %d files", stagedAmong), args: []string{gate, "secret-scan", "--staged", "--quiet", "--no-cache"}, dir: dir},
		command{name: peer.name + ", --staged", args: []string{peer.path, "git", "--staged", "--no-banner", "--log-level", "error", "."}, dir: dir}, runs)
	if err != nil {
		return err
	}
	pair.row(w)
	return nil
}

type gitleaksBuild struct{ name, path string }

// gitleaksBuilds builds gitleaks with both of its regular expression engines.
func gitleaksBuilds(ctx context.Context, work string) ([]gitleaksBuild, error) {
	var out []gitleaksBuild
	for _, b := range []struct{ name, tags string }{{"gitleaks " + gitleaksVer + ", RE2", "gore2regex"}, {"gitleaks " + gitleaksVer + ", standard", ""}} {
		dir := filepath.Join(work, "gitleaks-"+b.tags)
		cmd := exec.CommandContext(ctx, "go", "install", "-tags", b.tags, gitleaksTool+"@"+gitleaksVer)
		cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
		cmd.Dir = os.TempDir()
		if text, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("installing %s: %w\n%s", b.name, err, text)
		}
		out = append(out, gitleaksBuild{b.name, filepath.Join(dir, "gitleaks")})
	}
	return out, nil
}

// sourceHistory writes a history in which real source grows: each commit adds a stretch of lines to some files. It returns how
// many bytes are added.
func sourceHistory(w io.Writer, source string) (added int) {
	var files [][]byte
	total := 0
	_ = filepath.WalkDir(source, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || total >= leakBytes {
			return nil
		}
		text, err := os.ReadFile(name)
		if err == nil && len(text) < 1<<20 && utf8.Valid(text) && !bytes.Contains(text, []byte{0}) {
			files, total = append(files, text), total+len(text)
		}
		return nil
	})
	startCommit(w, "main", 0, "")
	addFile(w, "README.md", "# History\n")
	each := total/leakCommits + 1
	file, at := 0, 0
	for i := range leakCommits {
		from := ""
		if i == 0 {
			from = "main"
		}
		startCommit(w, "topic", 1+i, from)
		for room := each; room > 0 && file < len(files); {
			text := files[file]
			end := at + room
			if end < len(text) {
				if n := bytes.IndexByte(text[end:], '\n'); n >= 0 {
					end += n + 1
				} else {
					end = len(text)
				}
			}
			end = min(end, len(text))
			addFile(w, fmt.Sprintf("src/%d/file%d.go", file%97, file), string(text[:end]))
			added += end - at
			room -= end - at
			if at = end; at >= len(text) {
				file, at = file+1, 0
			}
		}
	}
	return added
}

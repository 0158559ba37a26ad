package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/cli"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// TestScansOfOddRepositories: whatever a repository looks like, what is in it is found, and what is not looked at is told.
func TestScansOfOddRepositories(t *testing.T) {
	t.Parallel()
	key := "key = " + fake("odd") + "\n"
	for name, c := range map[string]struct {
		make   func(c *clone) (dir string, args []string)
		status int
		want   []string
	}{
		"plain folder": {func(c *clone) (string, []string) {
			dir := c.TempDir()
			put(c, dir, "a.txt", key)
			return dir, nil
		}, 1, []string{"aws-access-token a.txt:1"}},
		"history of a plain folder": {func(c *clone) (string, []string) {
			dir := c.TempDir()
			put(c, dir, "a.txt", "nothing\n")
			return dir, []string{"--history"}
		}, 3, nil},
		"nothing is committed": {func(c *clone) (string, []string) {
			dir := c.TempDir()
			c.dir = dir
			c.git("init", "-q")
			put(c, dir, "a.txt", key)
			c.git("add", "-A")
			return dir, []string{"--history"}
		}, 1, []string{"aws-access-token a.txt:1"}},
		"staged before the first commit": {func(c *clone) (string, []string) {
			dir := c.TempDir()
			c.dir = dir
			c.git("init", "-q")
			put(c, dir, "a.txt", key)
			c.git("add", "-A")
			return dir, []string{"--staged"}
		}, 1, []string{"aws-access-token a.txt:1"}},
		"bare": {func(c *clone) (string, []string) {
			c.write("a.txt", key)
			c.commit()
			dir := filepath.Join(c.TempDir(), "bare.git")
			c.git("clone", "-q", "--bare", c.dir, dir)
			return dir, []string{"--head", "HEAD", "--history"}
		}, 1, []string{"aws-access-token a.txt:1", "aws-access-token a.txt:1@"}},
		"linked worktree": {func(c *clone) (string, []string) {
			c.write("a.txt", key)
			c.commit()
			dir := filepath.Join(c.TempDir(), "linked")
			c.git("worktree", "add", "-q", "--detach", dir)
			return dir, []string{"--base", "main"}
		}, 1, []string{"aws-access-token a.txt:1", "aws-access-token a.txt:1@"}},
		"names": {func(c *clone) (string, []string) {
			if runtime.GOOS != "linux" {
				c.Skip("file names are text here")
			}
			c.write("a\nb.txt", key, "-rf.txt", key, "tab\there.txt", key, `"quoted".txt`, key)
			c.commit()
			return c.dir, []string{"--base", "main", "--head", "HEAD"}
		}, 1, []string{
			"aws-access-token a\nb.txt:1", "aws-access-token a\nb.txt:1@", "aws-access-token -rf.txt:1", "aws-access-token -rf.txt:1@",
			"aws-access-token tab\there.txt:1", "aws-access-token tab\there.txt:1@", `aws-access-token "quoted".txt:1`, `aws-access-token "quoted".txt:1@`,
		}},
		"a file of two gigabytes": {func(c *clone) (string, []string) {
			c.write("big.sql", "")
			if err := os.Truncate(c.path("big.sql"), 2<<30); err != nil {
				c.Skip(err)
			}
			c.write("a.txt", key)
			return c.dir, nil
		}, 1, []string{"aws-access-token a.txt:1"}},
		"an archive in an archive": {func(c *clone) (string, []string) {
			c.write("outer.zip", zipOf(c.T, map[string]string{"inner.zip": zipOf(c.T, map[string]string{"a.txt": key})}))
			return c.dir, nil
		}, 1, []string{"aws-access-token outer.zip!inner.zip!a.txt:1"}},
		"a bomb": {func(c *clone) (string, []string) {
			c.write("bomb.zip", zipOf(c.T, map[string]string{"zeros": string(make([]byte, 80<<20))}))
			return c.dir, nil
		}, 3, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clone := newClone(t)
			dir, args := c.make(clone)
			var stdout, stderr bytes.Buffer
			status := cli.Run(context.Background(), cli.Surroundings{
				Args: append([]string{"secret-scan", "-f", "json"}, args...), Getenv: func(name string) string {
					if name == "PATH" {
						return os.Getenv("PATH")
					}
					return ""
				}, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Dir: dir,
			})
			var r finding.Report
			if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
				t.Fatalf("%v\n%s", err, &stderr)
			}
			slices.Sort(c.want)
			if got := leaksOf(&r); status != c.status || !slices.Equal(got, c.want) {
				t.Errorf("status %d, want %d\n%q, want\n%q\n%v", status, c.status, got, c.want, errorsOf(&r))
			}
			if name == "a file of two gigabytes" && !slices.Contains(errorsOf(&r), "SEC005") {
				t.Errorf("the file that is too large is not told: %v", errorsOf(&r))
			}
		})
	}
}

func put(c *clone, dir, name, text string) {
	c.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		c.Fatal(err)
	}
}

// TestPartialClone: what a partial clone lacks is not fetched, and not taken for clean.
func TestPartialClone(t *testing.T) {
	t.Parallel()
	c := newClone(t)
	c.write("a.txt", "key = "+fake("partial")+"\n")
	c.commit()
	c.write("a.txt", "nothing\n")
	c.commit()
	c.git("config", "uploadpack.allowFilter", "true")
	dir := filepath.Join(t.TempDir(), "partial")
	if out, err := exec.Command("git", "clone", "-q", "--filter=blob:none", "file://"+c.dir, dir).CombinedOutput(); err != nil {
		t.Skipf("git makes no partial clone: %v %s", err, out)
	}
	c.dir = dir
	r, status := c.scanned("--history")
	if status != 3 || !slices.Contains(errorsOf(r), "SEC005") {
		t.Errorf("status %d, %v", status, errorsOf(r))
	}
}

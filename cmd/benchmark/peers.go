package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// conftestRules say what six of ours say, of manifests and of plans.
//
//go:embed conftest/*.rego
var conftestRules embed.FS

// peer is a tool to compare with.
type peer struct {
	name    string
	version string
	module  string // for go install; "" when it must be on PATH
	path    string
	// args judge the files of the current folder.
	args func(path, rules string, files []string) []string
	// plan are the arguments for a plan, nil for a tool that reads none.
	plan func(path, rules, file string) []string
	// unread tells from the output that a file could not be read.
	unread string
}

var known = []peer{
	{
		name: "kube-score", version: "v1.20.0", module: "github.com/zegl/kube-score/cmd/kube-score", unread: "Failed to",
		args: func(path, _ string, files []string) []string { return append([]string{path, "score"}, files...) },
	},
	{
		name: "conftest", version: "v0.71.1", module: "github.com/open-policy-agent/conftest", unread: "rror: ",
		args: func(path, rules string, files []string) []string {
			if len(files) == 1 {
				return []string{path, "test", "-p", rules, files[0]}
			}
			return []string{path, "test", "-p", rules, "."}
		},
		plan: func(path, rules, file string) []string { return []string{path, "test", "-p", rules, file} },
	},
	{
		name: "kube-linter", unread: "rror: ",
		args: func(path, _ string, files []string) []string {
			args := []string{path, "lint", "--include", "no-liveness-probe,no-readiness-probe"}
			if len(files) == 1 {
				return append(args, files[0])
			}
			return append(args, ".")
		},
	},
}

// install builds the peers into dir. A tool that is nowhere is said to be left out.
func install(ctx context.Context, dir string) ([]peer, error) {
	var out []peer
	for _, p := range known {
		if p.module == "" {
			path, err := exec.LookPath(p.name)
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s is not on PATH: left out\n", p.name)
				continue
			}
			p.path, p.version = path, "from PATH"
			out = append(out, p)
			continue
		}
		if err := goInstall(ctx, dir, p.module+"@"+p.version); err != nil {
			return nil, err
		}
		p.path = filepath.Join(dir, p.name)
		out = append(out, p)
	}
	return out, nil
}

// goInstall builds a program into dir.
func goInstall(ctx context.Context, dir, program string) error {
	cmd := exec.CommandContext(ctx, "go", "install", program)
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
	cmd.Dir = os.TempDir() // outside this module
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("installing %s: %w\n%s", program, err, text)
	}
	return nil
}

// rulesDir is a folder with conftest's rules for manifests or plans alone.
func rulesDir(work, what string) (string, error) {
	dir := filepath.Join(work, "rules", what)
	text, err := conftestRules.ReadFile("conftest/" + what + ".rego")
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "rules.rego"), text, 0o644)
	}
	return dir, err
}

// readable reports whether every peer can read a file: one bad file ends the run of some.
func readable(ctx context.Context, peers []peer, file, rules, work string) bool {
	for _, p := range peers {
		args := p.args(p.path, rules, []string{file})
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir = work
		text, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil || (err != nil && cmd.ProcessState.ExitCode() < 0) || bytes.Contains(text, []byte(p.unread)) {
			return false
		}
	}
	return true
}

func (p peer) judge(dir string, files []string, rules string) command {
	return command{name: strings.TrimSpace(p.name + " " + p.version), args: p.args(p.path, rules, files), dir: dir}
}

package plan_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
)

func TestRunRefusals(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct {
		run  plan.Run
		says string
	}{
		"other tool": {plan.Run{Tool: "rm", Path: "/bin"}, "name terraform or tofu"},
		"no path":    {plan.Run{Tool: "terraform"}, "not on the PATH: install it"},
		"missing":    {plan.Run{Tool: "tofu", Path: dir}, "run tofu: it is not on the PATH"},
		"relative":   {plan.Run{Tool: "terraform", Path: "testdata:."}, "not on the PATH"},
	} {
		if data, err := test.run.Plan(context.Background(), dir); err == nil || data != nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s = %v", name, err)
		}
	}
	if runtime.GOOS == "windows" {
		return
	}
	tool(t, dir, "exit 1")
	for env, says := range map[string]string{
		"TF_CLI_ARGS_plan=-destroy": "TF_CLI_ARGS_plan changes",
		"TF_LOG=trace":              "TF_LOG changes",
		"TF_VAR_a-b=x":              "entry 0",
		"novalue":                   "entry 0",
	} {
		r := plan.Run{Tool: "tofu", Path: dir, Env: []string{env}}
		if _, err := r.Plan(context.Background(), dir); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s = %v", env, err)
		}
	}
}

// tool puts a script in the place of tofu.
func tool(t *testing.T, dir, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "tofu"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestEnvironment(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	dir := t.TempDir()
	t.Setenv("CDBGATE_LEAK", "leaked")
	t.Setenv("TF_VAR_leak", "leaked")
	tool(t, dir, `env >`+filepath.Join(dir, "env")+`; exit 1`)
	r := plan.Run{Tool: "tofu", Path: dir + ":/usr/bin:/bin", Env: []string{"TF_VAR_a=it's \"$x\"", "TF_WORKSPACE=prod", "AWS_PROFILE=p", "PATH=/nowhere"}}
	if _, err := r.Plan(context.Background(), dir); err == nil {
		t.Fatal("no error")
	}
	text, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"TF_VAR_a=it's \"$x\"\n", "TF_WORKSPACE=prod\n", "AWS_PROFILE=p\n", "TF_IN_AUTOMATION=1\n", "CHECKPOINT_DISABLE=1\n", "PATH=" + r.Path + "\n", "HOME=", "TMPDIR="} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the environment %s", want, text)
		}
	}
	for _, not := range []string{"leak", "CDBGATE_ENV", "HOME=" + os.Getenv("HOME") + "\n"} {
		if strings.Contains(string(text), not) {
			t.Errorf("%q is in the environment %s", not, text)
		}
	}
}

// TestKilled has a tool that ignores interrupts and has started a child that does, too. Both are dead when Plan returns.
func TestKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("process groups of the library are there on Linux only")
	}
	for name, cancel := range map[string]bool{"timeout": false, "cancel": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			tool(t, dir, fmt.Sprintf(`trap '' INT; sh -c 'trap "" INT; echo $$ >%s/child; exec sleep 60' & echo $$ >%[1]s/parent; sleep 60; wait`, dir))
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			r := plan.Run{Tool: "tofu", Path: dir + ":/usr/bin:/bin", Timeout: time.Second}
			want := context.DeadlineExceeded
			if cancel {
				r.Timeout, want = time.Minute, context.Canceled
				time.AfterFunc(500*time.Millisecond, stop)
			}
			start := time.Now()
			_, err := r.Plan(ctx, dir)
			if !errors.Is(err, want) || time.Since(start) > 20*time.Second {
				t.Errorf("Plan = %v after %v", err, time.Since(start))
			}
			if !cancel && !strings.Contains(fmt.Sprint(err), "took longer than 1s: raise the timeout") {
				t.Errorf("error = %v", err)
			}
			for _, file := range []string{"parent", "child"} {
				text, err := os.ReadFile(filepath.Join(dir, file))
				if err != nil {
					t.Fatal(err)
				}
				if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err != nil || alive(pid) {
					t.Errorf("the %s, process %d, lives", file, pid)
				}
			}
		})
	}
}

// alive reports whether a process runs; a zombie does not.
func alive(pid int) bool {
	for range 20 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || bytes.Contains(stat, []byte(") Z ")) {
			return false
		}
		time.Sleep(50 * time.Millisecond)
	}
	return true
}

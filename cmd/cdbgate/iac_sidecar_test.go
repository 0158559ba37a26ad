package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// TestSavedPlans: what --run made and kept is judged later, as long as it is of the code that is judged.
func TestSavedPlans(t *testing.T) {
	planners(t, savedPlans)
}

func savedPlans(t *testing.T, c planner) {
	c.base(func() {
		c.write("infra/main.tf", `resource "terraform_data" "a" { input = "one" }`+"\n", ".gitignore", ".terraform/\n*.tfstate*\n/plans/\n")
	})
	c.write("infra/main.tf", `resource "terraform_data" "a" { input = templatefile("${path.module}/a.tpl", {}) }`+"\n", "infra/a.tpl", "two\n")
	c.commit()
	env := c.environment()
	if _, status := c.runIn(env, "iac-diff", "--base", "main", "--run", c.tool, "--save-plans", "plans"); status != 0 {
		t.Fatalf("--run: status %d", status)
	}
	if _, status := c.runIn(env, "iac-diff", "--save-plans", "plans"); status != 2 {
		t.Errorf("--save-plans without --run: status %d", status)
	}
	file, side := c.path("plans/infra/plan.json"), c.path("plans/infra/.cdbgate-plan.json")
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the plan is not private: %v, %v", info, err)
	}
	original, err := os.ReadFile(side)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// judge returns the errors about the plan.
	judge := func(args ...string) []string {
		t.Helper()
		r, status := c.runIn(env, append([]string{"iac-diff", "--base", "main", "--plan"}, args...)...)
		var out []string
		for _, f := range r.Findings {
			if f.Rule == "IAC002" && f.Severity == finding.Error {
				out = append(out, f.Message)
			}
		}
		if (status != 0) != (len(out) > 0) {
			t.Errorf("status %d with %q", status, out)
		}
		return out
	}
	expect := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	put := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change := func(key string, value any) []byte {
		t.Helper()
		var all map[string]any
		if err := json.Unmarshal(original, &all); err != nil {
			t.Fatal(err)
		}
		all[key] = value
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	head := c.git("rev-parse", "HEAD")[:12]

	// The root is what the sidecar says.
	expect("as made", judge(file))
	expect("named", judge("infra="+file))

	c.write("infra/a.tpl", "three\n")
	expect("a template has changed", judge(file), "the files of its root are not those that the plan was made from")
	c.write("infra/a.tpl", "two\n", "infra/notes.txt", "not read by anybody\n")
	expect("a file that is not read", judge(file))
	c.remove("infra/notes.txt")

	put(file, append(slices.Clone(plan), '\n'))
	expect("another plan", judge(file), "the plan is not the one that its .cdbgate-plan.json was written for")
	put(file, plan)

	put(side, change("root", "live"))
	expect("another root", judge("infra="+file), "the plan was made for live, and is given for infra")
	put(side, change("commit", "0123456789abcdef0123456789abcdef01234567"))
	expect("another commit", judge(file), "the plan was made from commit 0123456789ab, and commit "+head+" is judged")
	put(side, change("plan", "other.json"))
	expect("of another plan", judge(file))
	for what, text := range map[string][]byte{
		"it is not what --save-plans writes":       []byte(`{"schema_version": 1, "committed": true}`),
		"schema_version 2 is not supported, 1 is":  change("schema_version", 2),
		"it cannot be read, or is too large":       []byte(strings.Repeat(" ", 70_000)),
		"it is not what --save-plans writes ":      []byte("{} {}"),
		"it is not what --save-plans writes  ":     nil,
		"it is not what --save-plans writes      ": []byte(`{"schema_version": 1`),
	} {
		put(side, text)
		expect(what, judge(file), "what the plan was made from cannot be told: .cdbgate-plan.json beside it: "+strings.TrimSpace(what))
	}
	put(side, original)
	expect("restored", judge(file))

	// One commit further, the plan is of another commit, even where the root is the same.
	c.write("README.md", "# Read me\n")
	c.commit()
	expect("one commit further", judge(file), "the plan was made from commit "+head+", and commit "+c.git("rev-parse", "HEAD")[:12]+" is judged")

	// A second run replaces both; an unwritable place is an error, not a verdict.
	if _, status := c.runIn(env, "iac-diff", "--base", "main", "--run", c.tool, "--save-plans", "plans"); status != 0 {
		t.Fatalf("--run again: status %d", status)
	}
	expect("made again", judge(file))
	if err := os.WriteFile(filepath.Join(c.dir, "plans", "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, status := c.runIn(env, "iac-diff", "--base", "main", "--run", c.tool, "--save-plans", "plans/file"); status != 2 {
		t.Errorf("a file in the folder's place: status %d", status)
	}
}

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// planner is a real terraform or tofu, kept away from the user's configuration.
type planner struct {
	*clone
	tool, config string
}

// planners are the tools that are on PATH; without any the test is skipped.
func planners(t *testing.T, test func(t *testing.T, p planner)) {
	found := false
	for _, tool := range []string{"terraform", "tofu"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Logf("no %s on PATH: its plans are not judged", tool)
			continue
		}
		found = true
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			c := newClone(t)
			test(t, planner{c, tool, c.providerConfig()})
		})
	}
	if !found {
		t.Skip("neither terraform nor tofu on PATH: no plan of theirs is judged")
	}
}

// run runs the tool in a folder of the clone.
func (p planner) run(dir string, args ...string) string {
	p.Helper()
	cmd := exec.Command(p.tool, args...)
	cmd.Dir = p.path(dir)
	cmd.Env = append(os.Environ(), "TF_IN_AUTOMATION=1", "TF_INPUT=0", "TF_CLI_CONFIG_FILE="+p.config, "CHECKPOINT_DISABLE=1", "HOME="+p.TempDir())
	out, err := cmd.Output()
	if err != nil {
		p.Fatalf("%s %s: %v\n%s", p.tool, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// plan makes the plan of a root and writes its JSON outside of the repository.
func (p planner) plan(dir string, args ...string) string {
	p.Helper()
	p.run(dir, append([]string{"plan", "-out=plan.bin"}, args...)...)
	file := filepath.Join(p.TempDir(), "plan.json")
	if err := os.WriteFile(file, []byte(p.run(dir, "show", "-json", "plan.bin")), 0o600); err != nil {
		p.Fatal(err)
	}
	return file
}

// environment is what the gate needs to run the tool itself.
func (p planner) environment() map[string]string {
	return map[string]string{"PATH": os.Getenv("PATH"), "TF_CLI_CONFIG_FILE": p.config}
}

// TestPlansOfTerraform judges plans that the real terraform made: terraform_data needs no provider.
func TestPlansOfTerraform(t *testing.T) {
	planners(t, plansOf)
}

func plansOf(t *testing.T, c planner) {
	const canary = "canary-6f1d2c"
	base := `variable "token" {
  type      = string
  sensitive = true
  default   = "` + canary + `"
}
resource "terraform_data" "kept" { input = "one" }
resource "terraform_data" "replaced" { triggers_replace = ["v1"] }
resource "terraform_data" "removed" { input = "x" }
resource "terraform_data" "secret" { input = var.token }
`
	c.base(func() { c.write("infra/main.tf", base, ".gitignore", ".terraform/\n*.tfstate*\n*.bin\n") })
	c.run("infra", "init")

	// Everything is created, and no code changed: the plan has nothing to do with this change.
	created := c.plan("infra")
	r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+created)
	if actions := actionsOf(r); status != 1 || !slices.Equal(errorsOf(r), []string{"IAC005"}) || len(actions) != 4 || actions["terraform_data.kept"] != "create" {
		t.Errorf("created: status %d, errors %v, %v", status, errorsOf(r), actions)
	}
	c.run("infra", "apply", "-auto-approve", "plan.bin")

	// A plan from before the change's newest commit says nothing of it.
	next := strings.NewReplacer(`"one"`, `"two"`, `"v1"`, `"v2"`, "resource \"terraform_data\" \"removed\" { input = \"x\" }\n", "",
		`var.token`, `"${var.token}!"`).Replace(base)
	c.write("infra/main.tf", next+"resource \"terraform_data\" \"added\" { input = \"new\" }\n")
	c.at("2098-01-01T00:00:00Z")
	c.commit()
	changed := c.plan("infra")
	if r, status = c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+changed); status != 1 || !slices.Equal(errorsOf(r), []string{"IAC002"}) {
		t.Errorf("older than the code: status %d, errors %v", status, errorsOf(r))
	}
	c.env = nil
	c.git("commit", "-q", "--amend", "--no-edit", "--date=now")
	changed = c.plan("infra")
	if r, status = c.runIn(nil, "iac-diff", "--base", "main"); status != 1 || !slices.Equal(errorsOf(r), []string{"IAC001"}) {
		t.Errorf("without the plan: status %d, errors %v", status, errorsOf(r))
	}
	r, status = c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+changed)
	want := map[string]string{
		"terraform_data.kept": "update", "terraform_data.replaced": "replace", "terraform_data.removed": "delete", "terraform_data.added": "create",
		"terraform_data.secret": "update",
	}
	got := actionsOf(r)
	for address, action := range want {
		if got[address] != action {
			t.Errorf("%s: %q, want %q", address, got[address], action)
		}
	}
	if status != 0 || len(got) != len(want) {
		t.Errorf("changed: status %d, errors %v, %v", status, errorsOf(r), got)
	}
	// Made by the gate itself, in a copy that has the state: the same, and the tree stays as it was.
	before := c.git("status", "--porcelain", "--ignored")
	r2, status := c.runIn(c.environment(), "iac-diff", "--base", "main", "--run", c.tool)
	if after := c.git("status", "--porcelain", "--ignored"); status != 0 || !maps.Equal(actionsOf(r2), got) || after != before {
		t.Errorf("--run: status %d, errors %v, %v; the tree was %q, is %q", status, errorsOf(r2), actionsOf(r2), before, after)
	}
	if r2, status = c.runIn(map[string]string{"PATH": "/nowhere"}, "iac-diff", "--base", "main", "--run", c.tool); status != 1 || !slices.Equal(errorsOf(r2), []string{"IAC002"}) {
		t.Errorf("--run without the tool: status %d, errors %v", status, errorsOf(r2))
	}
	// Nothing of the sensitive value is in the report, whatever repeats it.
	for _, p := range r.Plans {
		for _, change := range p.Changes {
			for _, a := range change.Attributes {
				if strings.Contains(a.Before+a.After, canary) {
					t.Errorf("%s.%s shows the secret", change.Address, a.Path)
				}
			}
		}
	}
}

func actionsOf(r *finding.Report) map[string]string {
	out := map[string]string{}
	for _, p := range r.Plans {
		for _, c := range p.Changes {
			out[c.Address] = c.Action
		}
	}
	return out
}

// placeOf is where a finding stands: the file, with its line where there is one.
func placeOf(f finding.Finding) string {
	switch {
	case f.Location == nil:
		return ""
	case f.Location.StartLine == 0:
		return f.Location.Path
	}
	return fmt.Sprintf("%s:%d", f.Location.Path, f.Location.StartLine)
}

package plan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
)

// terraform is what runs the real tool; it skips the test where there is none.
func terraform(t *testing.T, env ...string) plan.Run {
	t.Helper()
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("terraform is not on the PATH")
	}
	config := filepath.Join(t.TempDir(), "terraformrc")
	write(t, config, "")
	return plan.Run{Tool: "terraform", Path: os.Getenv("PATH"), Timeout: time.Minute, Env: append(env, "TF_CLI_CONFIG_FILE="+config)}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// apply applies what stands in dir, which Run never does.
func apply(t *testing.T, r plan.Run, dir string) {
	t.Helper()
	for _, args := range [][]string{{"init", "-input=false"}, {"apply", "-input=false", "-auto-approve"}} {
		cmd := exec.Command("terraform", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), r.Env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("terraform %s: %v\n%s", args[0], err, out)
		}
	}
}

func planned(t *testing.T, r plan.Run, dir string) *plan.Plan {
	t.Helper()
	data, err := r.Plan(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Read("plan.json", bytes.NewReader(data), 2)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// summary is address and action of each change.
func summary(changes []plan.Change) string {
	var all []string
	for _, c := range changes {
		all = append(all, c.Address+" "+string(c.Action))
	}
	return strings.Join(all, ", ")
}

const first = `
variable "token" {
  sensitive = true
}
resource "terraform_data" "updated" {
  input = { size = 1, token = var.token }
}
resource "terraform_data" "replaced" {
  count            = 1
  triggers_replace = "one"
}
resource "terraform_data" "deleted" {}
resource "terraform_data" "same" {
  input = "x"
}
output "token" {
  value     = "token ${var.token}"
  sensitive = true
}
`

const second = `
variable "token" {
  sensitive = true
}
resource "terraform_data" "updated" {
  input = { size = 2, token = var.token }
}
resource "terraform_data" "replaced" {
  count            = 1
  triggers_replace = "two"
}
resource "terraform_data" "created" {
  lifecycle {
    create_before_destroy = true
  }
}
resource "terraform_data" "same" {
  input = "x"
}
`

func TestTerraform(t *testing.T) {
	const canary = "canary-5f1d-$(x)'\"\n"
	r := terraform(t, "TF_VAR_token="+canary)
	dir := t.TempDir()
	file := filepath.Join(dir, "main.tf")
	write(t, file, first)
	p := planned(t, r, dir)
	if got, want := summary(p.Changes), "terraform_data.deleted create, terraform_data.replaced[0] create, terraform_data.same create, terraform_data.updated create"; got != want {
		t.Errorf("first = %s, want %s", got, want)
	}
	if p.TerraformVersion == "" || p.Timestamp.IsZero() || p.Complete == nil || !*p.Complete || p.Applyable == nil || !*p.Applyable || p.Errored == nil || *p.Errored || p.Unknown != nil {
		t.Errorf("header = %+v", p)
	}
	if c := p.Changes[1]; c.Index != "0" || c.Type != "terraform_data" || c.Mode != "managed" || len(c.Unknown) == 0 {
		t.Errorf("replaced = %+v", c)
	}
	if len(p.Outputs) != 1 || !p.Outputs[0].Sensitive || p.Outputs[0].Action != plan.Create {
		t.Errorf("outputs = %+v", p.Outputs)
	}
	nowhere(t, p, "canary-5f1d")
	if _, err := os.Stat(filepath.Join(dir, "terraform.tfstate")); err == nil {
		t.Error("Plan has applied")
	}

	apply(t, r, dir)
	p = planned(t, r, dir)
	if len(p.Changes) != 0 || p.Unchanged != 4 || len(p.Drift) != 0 || len(p.Outputs) != 0 {
		t.Errorf("applied = %+v", p)
	}
	state := filepath.Join(dir, "terraform.tfstate")
	before, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}

	write(t, file, second)
	p = planned(t, r, dir)
	if got, want := summary(p.Changes), "terraform_data.created create, terraform_data.deleted delete, terraform_data.replaced[0] replace, terraform_data.updated update"; got != want {
		t.Errorf("second = %s, want %s", got, want)
	}
	if p.Unchanged != 1 {
		t.Errorf("unchanged = %d", p.Unchanged)
	}
	for _, c := range p.Changes {
		switch c.Name {
		case "replaced":
			if len(c.ReplacePaths) != 1 || c.ReplacePaths[0] != "triggers_replace" || c.Reason != "replace_because_cannot_update" {
				t.Errorf("replaced: %q, %q", c.ReplacePaths, c.Reason)
			}
		case "updated":
			// The expression of input refers to the variable, so none of it is told.
			if got := lines(c.Attributes); len(got) != 2 || got[0] != "input.size: (sensitive value) > (sensitive value) !" {
				t.Errorf("updated: %q", got)
			}
		}
	}
	nowhere(t, p, "canary-5f1d")
	if after, err := os.ReadFile(state); err != nil || !bytes.Equal(before, after) {
		t.Errorf("Plan has changed the state: %v", err)
	}
}

// nowhere looks for a secret in a whole plan.
func nowhere(t *testing.T, p *plan.Plan, secret string) {
	t.Helper()
	if out, err := json.Marshal(p); err != nil || bytes.Contains(out, []byte(secret)) {
		t.Errorf("%s is in the plan, or %v: %s", secret, err, out)
	}
}

// TestTerraformDrift edits the state by hand. terraform_data, which needs no provider to be fetched, believes on refresh what it
// finds there, so the tool tells the difference as a change and not as drift.
func TestTerraformDrift(t *testing.T) {
	r := terraform(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), "resource \"terraform_data\" \"a\" {\n  input = \"as configured\"\n}\n")
	apply(t, r, dir)
	state := filepath.Join(dir, "terraform.tfstate")
	text, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	write(t, state, strings.Replace(string(text), "as configured", "by hand", 1))
	p := planned(t, r, dir)
	if len(p.Drift) != 0 || summary(p.Changes) != "terraform_data.a update" {
		t.Fatalf("drift: %s; changes: %s", summary(p.Drift), summary(p.Changes))
	}
	if got := lines(p.Changes[0].Attributes); len(got) == 0 || got[0] != `input: "by hand" > "as configured"` {
		t.Errorf("attributes = %q", got)
	}
}

func TestTerraformErrors(t *testing.T) {
	const canary = "canary-5f1d"
	r := terraform(t, "TF_VAR_token="+canary)
	t.Run("syntax", func(t *testing.T) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "main.tf"), "resource {")
		data, err := r.Plan(context.Background(), dir)
		if err == nil || data != nil || !strings.HasPrefix(err.Error(), "run terraform init: ") {
			t.Errorf("Plan = %s, %v", data, err)
		}
	})
	t.Run("errored", func(t *testing.T) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "main.tf"), `
variable "token" {}
resource "terraform_data" "good" {}
resource "terraform_data" "bad" {
  input = terraform_data.good.id == null ? "" : "x"
  lifecycle {
    precondition {
      condition     = var.token == ""
      error_message = "the token is ${var.token}"
    }
  }
}`)
		data, err := r.Plan(context.Background(), dir)
		if err == nil || !strings.Contains(err.Error(), "the token is (sensitive value)") || strings.Contains(err.Error(), canary) {
			t.Errorf("error = %v", err)
		}
		p, err := plan.Read("plan.json", bytes.NewReader(data), 1)
		if err != nil || p.Errored == nil || !*p.Errored || p.Applyable == nil || *p.Applyable {
			t.Fatalf("Read = %+v, %v", p, err)
		}
	})
}

// TestInterrupted stops at moments that fall anywhere into the calls.
func TestInterrupted(t *testing.T) {
	r := terraform(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), "resource \"terraform_data\" \"a\" {}\n")
	for i := range 12 {
		r.Timeout = time.Duration(i*i)*time.Millisecond + 1
		data, err := r.Plan(context.Background(), dir)
		if (err == nil) != (data != nil) || err != nil && (!errors.Is(err, context.DeadlineExceeded) || err.Error() == "") {
			t.Errorf("Plan in %v = %d bytes, %v", r.Timeout, len(data), err)
		}
	}
}

package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/cli"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// TestDriftOfTerraform judges real drift: what the state says of files, somebody changes past it. A provider that looks at the
// files is served by this test.
func TestDriftOfTerraform(t *testing.T) {
	planners(t, driftOf)
}

func driftOf(t *testing.T, c planner) {
	facts := t.TempDir()
	file := func(name string) string { return filepath.Join(facts, name) }
	config := `terraform {
  required_providers {
    fact = { source = "` + providerSource + `" }
  }
}

resource "fact_file" "kept" {
  path    = "` + file("kept") + `"
  content = "as written"
}

module "app" {
  source = "./modules/app"
  path   = "` + file("app") + `"
}
`
	module := `variable "path" { type = string }

terraform {
  required_providers {
    fact = { source = "` + providerSource + `" }
  }
}

resource "fact_file" "lost" {
  path    = var.path
  content = "as written"
}
`
	c.base(func() {
		c.write("infra/main.tf", config, "infra/modules/app/main.tf", module, ".gitignore", ".terraform/\n.terraform.lock.hcl\n*.tfstate*\n*.bin\n")
	})
	c.run("infra", "init")
	c.run("infra", "apply", "-auto-approve")

	r, status := c.runIn(nil, "iac-diff", "--plan", "infra="+c.plan("infra"))
	if status != 0 || len(r.Plans) != 1 || len(r.Plans[0].Drift) != 0 {
		t.Errorf("nothing has drifted: status %d, errors %v, %+v", status, errorsOf(r), r.Plans)
	}

	if err := os.WriteFile(file("kept"), []byte("by hand"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file("app")); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"given": {"--plan", "infra=" + c.plan("infra")}, "only refreshed": {"--plan", "infra=" + c.plan("infra", "-refresh-only")},
		"made by the gate": {"--run", c.tool},
	} {
		r, status := c.runIn(c.environment(), append([]string{"iac-diff"}, args...)...)
		if status != 1 || len(r.Plans) != 1 {
			t.Errorf("%s: status %d, errors %v, %d plans", name, status, errorsOf(r), len(r.Plans))
			continue
		}
		drift := map[string]string{}
		for _, d := range r.Plans[0].Drift {
			drift[d.Address] = d.Action
		}
		if len(drift) != 2 || drift["fact_file.kept"] != "update" || drift["module.app.fact_file.lost"] != "delete" {
			t.Errorf("%s: drift %v", name, drift)
		}
		want := map[string]string{
			"fact_file.kept has drifted: content":               "infra/main.tf:7",
			"module.app.fact_file.lost has drifted: it is gone": "infra/modules/app/main.tf:9",
		}
		for message, place := range want {
			at := slices.IndexFunc(r.Findings, func(f finding.Finding) bool { return f.Rule == "IAC003" && f.Message == message })
			if at < 0 {
				t.Errorf("%s: no %q among %v", name, message, r.Findings)
			} else if got := placeOf(r.Findings[at]); got != place {
				t.Errorf("%s: %q stands at %s, want %s", name, message, got, place)
			}
		}
	}

	// Each is an event for whoever keeps a record.
	var events []audit.Event
	status = cli.Run(t.Context(), cli.Surroundings{
		Args: []string{"iac-diff", "-q", "--plan", "infra=" + c.plan("infra")}, Getenv: func(string) string { return "" },
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Dir: c.dir,
		Audit: func(_ context.Context, e []audit.Event) error { events = e; return nil },
	})
	var told []string
	for i, e := range events {
		if run, ok := e.Data.(audit.Run); i == 0 && (!ok || e.Type != audit.RunType || run.Verdict != "failed" || run.Events != len(events)-1) {
			t.Errorf("the first event is no run: %+v", e)
		}
		if e.Type != audit.DriftType {
			continue
		}
		d, ok := e.Data.(audit.Drift)
		if !ok || d.Rule != "IAC003" || d.Root != "infra" || d.Plan == "" || d.Fingerprint == "" || len(d.Clauses) == 0 {
			t.Errorf("an event that lacks something: %+v", e)
		}
		told = append(told, d.Action+" "+d.Resource+" "+strings.Join(d.Attributes, ","))
	}
	if want := []string{"update fact_file.kept content", "delete module.app.fact_file.lost content,path"}; status != 1 || !slices.Equal(told, want) {
		t.Errorf("events: status %d, %q, want %q", status, told, want)
	}

	// An edited state that its provider cannot see is a plan that changes what no code changed.
	c.base(func() { c.write("data/main.tf", `resource "terraform_data" "a" { input = "one" }`+"\n") })
	c.run("data", "init")
	c.run("data", "apply", "-auto-approve")
	state, err := os.ReadFile(c.path("data/terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.ReplaceAll(string(state), `"one"`, `"two"`)
	if err := os.WriteFile(c.path("data/terraform.tfstate"), []byte(edited), 0o600); err != nil || edited == string(state) {
		t.Fatal("the state was not edited", err)
	}
	if r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "data="+c.plan("data")); status != 1 || !slices.Equal(errorsOf(r), []string{"IAC005"}) {
		t.Errorf("an edited state: status %d, errors %v", status, errorsOf(r))
	}
}

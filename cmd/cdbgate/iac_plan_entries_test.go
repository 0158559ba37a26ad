package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// rulesOf lists what the findings of a plan's entries and of the plan itself say, as "RULE severity".
func rulesOf(r *finding.Report) (out []string) {
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Rule, "IAC") {
			out = append(out, f.Rule+" "+string(f.Severity))
		}
	}
	slices.Sort(out)
	return out
}

// TestActionsOfPlans goes through what a plan may do to a resource. What keeps data may not go; what else goes is told.
func TestActionsOfPlans(t *testing.T) {
	t.Parallel()
	c := planned(t)
	const none, warned, denied = "", "IAC004 warning", "IAC004 error"
	for _, test := range []struct {
		what, address, body, action, rule string
	}{
		{"create", "aws_instance.web", created, "create", none},
		{"create what keeps data", "aws_db_instance.main", created, "create", none},
		{"update", "aws_instance.web", updated, "update", none},
		{"update what keeps data", "aws_db_instance.main", updated, "update", none},
		{"delete", "aws_instance.web", `"actions":["delete"],"before":{"ami":"ami-1"},"after":null`, "delete", warned},
		{"delete what keeps data", "aws_db_instance.main", `"actions":["delete"],"before":{"ami":"ami-1"},"after":null`, "delete", denied},
		{"replace", "aws_instance.web", `"actions":["delete","create"],"before":{"ami":"a"},"after":{"ami":"b"},"replace_paths":[["ami"]]`, "replace", warned},
		{"replace what keeps data", "aws_db_instance.main", `"actions":["delete","create"],"before":{"ami":"a"},"after":{"ami":"b"},"replace_paths":[["ami"]]`, "replace", denied},
		{"create first", "aws_instance.web", `"actions":["create","delete"],"before":{"ami":"a"},"after":{"ami":"b"}`, "replace-create-first", warned},
		{"create first what keeps data", "aws_db_instance.main", `"actions":["create","delete"],"before":{"ami":"a"},"after":{"ami":"b"}`, "replace-create-first", denied},
		{"forget", "aws_instance.web", `"actions":["forget"],"before":{"ami":"a"},"after":null`, "forget", warned},
		{"forget what keeps data", "aws_s3_bucket.logs", `"actions":["forget"],"before":{"ami":"a"},"after":null`, "forget", denied},
		{"create and forget", "aws_instance.web", `"actions":["create","forget"],"before":{"ami":"a"},"after":{"ami":"b"}`, "create-forget", warned},
		{"forget and create", "aws_s3_bucket.logs", `"actions":["forget","create"],"before":{"ami":"a"},"after":{"ami":"b"}`, "create-forget", denied},
		{"read", "aws_instance.web", `"actions":["read"],"before":null,"after":{"ami":"a"}`, "read", none},
		{"no-op", "aws_db_instance.main", `"actions":["no-op"],"before":{"ami":"a"},"after":{"ami":"a"}`, "", none},
		{"import", "aws_db_instance.main", `"actions":["no-op"],"importing":{"id":"db-1"},"before":{"ami":"a"},"after":{"ami":"a"}`, "import", none},
		{"import and update", "aws_db_instance.main", updated + `,"importing":{"id":"db-1"}`, "update", none},
		{"import and replace", "aws_db_instance.main", `"actions":["delete","create"],"importing":{"id":"db-1"},"before":{"ami":"a"},"after":{"ami":"b"}`, "replace", denied},
	} {
		t.Run(test.what, func(t *testing.T) {
			t.Parallel()
			c := c.in(t)
			file := c.given(whole(changes(change(test.address, test.body))))
			r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+file)
			want, wantStatus := []string(nil), 0
			if test.rule != none {
				want = []string{test.rule}
			}
			if test.rule == denied {
				wantStatus = 1
			}
			if status != wantStatus || !slices.Equal(rulesOf(r), want) || actionsOf(r)[test.address] != test.action {
				t.Errorf("status %d, %v, %v; want %d, %v, %q", status, rulesOf(r), actionsOf(r), wantStatus, want, test.action)
			}
			for _, f := range r.Findings {
				if f.Rule == "IAC004" && (f.Resource != test.address || !strings.HasPrefix(f.Message, test.address+": the plan ")) {
					t.Errorf("the finding is about %q: %s", f.Resource, f.Message)
				}
			}
		})
	}
}

// TestMoved tells a move apart from a change, and a moved resource that goes from one that stays.
func TestMoved(t *testing.T) {
	t.Parallel()
	c := planned(t)
	moved := func(body string) string {
		return strings.Replace(change("aws_db_instance.new", body), `"mode"`, `"previous_address":"aws_db_instance.old","mode"`, 1)
	}
	unchanged := moved(`"actions":["no-op"],"before":{"ami":"a"},"after":{"ami":"a"}`)
	for _, test := range []struct {
		what, list, action string
		want               []string
	}{
		{"only moved", changes(unchanged), "move", nil},
		{"moved and replaced", changes(moved(`"actions":["delete","create"],"before":{"ami":"a"},"after":{"ami":"b"}`)), "replace", []string{"IAC004 error"}},
		{"a move is no drift", drift(unchanged), "", nil},
		{"moved and drifted", drift(moved(updated)), "", []string{"IAC003 error"}},
	} {
		file := c.given(whole(test.list))
		r, _ := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+file)
		if !slices.Equal(rulesOf(r), test.want) || actionsOf(r)["aws_db_instance.new"] != test.action {
			t.Errorf("%s: %v, %v", test.what, rulesOf(r), actionsOf(r))
		}
		if test.action != "" && r.Plans[0].Changes[0].PreviousAddress != "aws_db_instance.old" {
			t.Errorf("%s: it was at %q", test.what, r.Plans[0].Changes[0].PreviousAddress)
		}
	}
}

// TestPlansThatAreNotWhole are plans that say of themselves that there is more to come, or that there was to be more.
func TestPlansThatAreNotWhole(t *testing.T) {
	t.Parallel()
	c := planned(t)
	web := change("aws_instance.web", updated)
	for name, test := range map[string]struct {
		plan string
		says []string
	}{
		"partial":      {strings.Replace(whole(changes(web)), `"complete":true`, `"complete":false`, 1), []string{"not complete"}},
		"errored":      {strings.NewReplacer(`"complete":true`, `"complete":false`, `"errored":false`, `"errored":true`).Replace(whole(changes(web))), []string{"ended in errors", "not complete"}},
		"errored only": {strings.Replace(whole(changes(web)), `"errored":false`, `"errored":true`, 1), []string{"ended in errors"}},
		"deferred":     {whole(changes(web), `"deferred_changes":[{"reason":"instance_count_unknown","resource_change":`+web+`},{"reason":"provider_config_unknown","resource_change":`+web+`}]`), []string{"defers 2 changes"}},
		"before the code": {
			whole(changes(web), `"timestamp":"2001-01-01T00:00:00Z"`), []string{"made at 2001-01-01T00:00:00Z, before the newest change of its root"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := c.in(t)
			file := c.given(test.plan)
			r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+file)
			messages := about(r, file)
			if status != 1 || !slices.Equal(errorsOf(r), []string{"IAC002"}) || len(messages) != len(test.says) {
				t.Fatalf("status %d, errors %v, %q", status, errorsOf(r), messages)
			}
			all := strings.Join(messages, "\n")
			for _, says := range test.says {
				if !strings.Contains(all, says) {
					t.Errorf("nothing says %q: %q", says, messages)
				}
			}
			// What it does hold is shown all the same.
			if actionsOf(r)["aws_instance.web"] != "update" {
				t.Errorf("shown: %v", actionsOf(r))
			}
		})
	}
}

// TestNumbersOfPlans holds that no number is computed with: one that no machine's number holds is shown as it is written.
func TestNumbersOfPlans(t *testing.T) {
	t.Parallel()
	c := planned(t)
	tests := []struct{ before, after, wantBefore, wantAfter string }{
		{`1e400`, `12345678901234567890.123`, `1e400`, `12345678901234567890.123`},
		{`-1e-400`, `1E+400`, `-1e-400`, `1E+400`},
		{`9007199254740993`, `9007199254740992`, `9007199254740993`, `9007199254740992`},
		{`[1e400]`, `{"b":12345678901234567890.123}`, `1e400`, `12345678901234567890.123`}, // n[0] goes, n.b comes
		{`1e99999999999999999999`, `2e99999999999999999999`, `1e99999999999999999999`, `2e99999999999999999999`},
		{`1.50`, `1.5`, ``, ``}, // the same number is no change
		{`1e400`, `10e399`, ``, ``},
		{`0`, `-0.0e7`, ``, ``},
	}
	var entries []string
	for i, test := range tests {
		entries = append(entries, change(fmt.Sprintf("aws_instance.web%d", i), `"actions":["update"],"before":{"n":`+test.before+`,"x":0},"after":{"n":`+test.after+
			`,"x":1},"after_unknown":{"x":1e400,"y":12345678901234567890.123}`))
	}
	file := c.given(whole(changes(entries...)))
	r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+file)
	if status != 0 || len(r.Plans) != 1 || len(r.Plans[0].Changes) != len(tests) {
		t.Fatalf("status %d, %q, %+v", status, about(r, file), r.Plans)
	}
	for i, test := range tests {
		var before, after string
		for _, a := range r.Plans[0].Changes[i].Attributes {
			if strings.HasPrefix(a.Path, "n") {
				before, after = before+a.Before, after+a.After
			}
		}
		if before != test.wantBefore || after != test.wantAfter {
			t.Errorf("%s, %s: shown as %q, %q", test.before, test.after, before, after)
		}
	}
}

// annotation is a command that the gate itself gives the CI system.
var annotation = regexp.MustCompile(`^::(error|warning|notice) [^:]*title=(IAC|GIT)[0-9]{3} [^:]*::|^::group::cdbgate: [0-9]+ errors|^::endgroup::$`)

// TestHostileAddresses has addresses that would move a cursor, forge a line or command a CI system.
func TestHostileAddresses(t *testing.T) {
	t.Parallel()
	c := planned(t)
	hostile := []string{
		"aws_db_instance.a\n::error file=x::forged", "aws_db_instance.b\r\n::set-output name=x::y", "aws_db_instance.c\x1b[2J\x1b[31m", "aws_db_instance.d\u202egnp.exe",
		"aws_db_instance.e\x00\x07\x08", "aws_db_instance.f%0A::warning::forged", "aws_db_instance.g\u2028h", "aws_db_instance.i\u009b31m", "::error::aws_db_instance",
		"##[error]aws_db_instance", "aws_db_instance.j]]>\x7f",
	}
	var entries []string
	for _, address := range hostile {
		entry := strings.NewReplacer("\\a", `\u0007`, `\x00`, `\u0000`, `\x1b`, `\u001b`, `\x7f`, `\u007f`).Replace(fmt.Sprintf("%q", address))
		entries = append(entries, `{"address":`+entry+`,"previous_address":`+entry+`,"mode":"managed","type":"aws_db_instance","name":"x","action_reason":`+entry+
			`,"change":{"actions":["delete"],"before":{"a\n::error::b":"\u001b[1m\n::error::c"},"after":null}}`)
	}
	file := c.given(whole(changes(entries...), drift(entries...)))
	args := []string{"iac-diff", "--base", "main", "--plan", "infra=" + file}
	for _, format := range []string{"text", "github", "markdown"} {
		stdout, stderr, status := c.output(append(args, "-v", "-f", format)...)
		if status != 1 || !strings.Contains(stdout+stderr, "instance") {
			t.Errorf("%s: status %d, no address is shown", format, status)
		}
		for line := range strings.Lines(stdout + stderr) {
			trimmed := strings.TrimSpace(line)
			if strings.HasPrefix(trimmed, "::") && !(format == "github" && annotation.MatchString(trimmed)) || strings.Contains(line, "##[") ||
				format == "github" && strings.Contains(line, "%0A::") || strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\x00\x07\x08\r\n\x1b\x7f\u009b\u2028\u202e") {
				t.Errorf("%s: %q", format, line)
			}
		}
	}
	r, status := c.runIn(nil, args...)
	if status != 1 || !slices.Equal(errorsOf(r), []string{"IAC003", "IAC004"}) || len(r.Plans) != 1 || len(r.Plans[0].Changes) != len(hostile) {
		t.Fatalf("status %d, errors %v, %q", status, errorsOf(r), about(r, file))
	}
	for i, address := range hostile {
		if got := r.Plans[0].Changes[i].Address; got != address {
			t.Errorf("address %q, want %q", got, address)
		}
	}
}

// TestFilesOfTerraform gives the files that the real terraform makes beside the plan's JSON.
func TestFilesOfTerraform(t *testing.T) {
	planners(t, filesOf)
}

func filesOf(t *testing.T, c planner) {
	c.base(func() {
		c.write("infra/main.tf", "resource \"terraform_data\" \"a\" { input = \"one\" }\n", ".gitignore", ".terraform/\n*.tfstate*\n*.bin\n*.json\n*.txt\n")
	})
	c.write("infra/main.tf", "resource \"terraform_data\" \"a\" { input = \"one\" }\nresource \"terraform_data\" \"b\" { input = \"two\" }\n")
	c.commit()
	c.run("infra", "init")
	c.run("infra", "plan", "-out=plan.bin")
	c.write("infra/shown.txt", c.run("infra", "show", "-no-color", "plan.bin"), "infra/log.txt", c.run("infra", "plan", "-json"))
	c.run("infra", "plan", "-target=terraform_data.a", "-out=target.bin")
	c.write("infra/target.json", c.run("infra", "show", "-json", "target.bin"))
	c.run("infra", "apply", "-auto-approve", "plan.bin")
	c.write("infra/state.json", c.run("infra", "show", "-json"))
	for name, says := range map[string]string{
		"plan.bin": "a zip archive", "shown.txt": "not JSON", "log.txt": "log lines", "terraform.tfstate": "this is a state, not a plan",
		"state.json": "this is a state, not a plan", "target.json": "not complete",
	} {
		if c.tool == "tofu" && name == "target.json" {
			continue // OpenTofu does not write whether a plan is complete, which is a note
		}
		file := "infra/" + name
		r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", filepath.ToSlash(file))
		if messages := about(r, file); status != 1 || !slices.Equal(errorsOf(r), []string{"IAC002"}) || len(messages) != 1 || !strings.Contains(messages[0], says) {
			t.Errorf("%s: status %d, errors %v, %q, want %q", name, status, errorsOf(r), messages, says)
		}
	}
	if _, err := os.Stat(c.path("infra/plan.bin")); err != nil {
		t.Error(err)
	}
}

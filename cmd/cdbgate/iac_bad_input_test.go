package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/cli"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// A plan comes from elsewhere: from a pipeline that cut it, from somebody who took the wrong file, from somebody who means
// harm. Whatever it is, the gate says what is wrong with it and where, and never takes it for a plan without changes.

// planned is a repository whose change touches the code of its only root, so that the root's plan is all it takes.
func planned(t *testing.T) *clone {
	t.Helper()
	c := newClone(t)
	c.base(func() { c.write("infra/main.tf", "resource \"aws_instance\" \"web\" {}\n") })
	c.write("infra/main.tf", "resource \"aws_instance\" \"web\" { ami = \"ami-2\" }\n")
	c.commit()
	return c
}

// in is the same repository for a subtest, which must not change it.
func (c *clone) in(t *testing.T) *clone {
	d := *c
	d.T = t
	return &d
}

// given is a plan's file outside of the repository.
func (c *clone) given(text string) string {
	c.Helper()
	file := filepath.Join(c.TempDir(), "plan.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		c.Fatal(err)
	}
	return file
}

// output runs the gate in a format for people.
func (c *clone) output(args ...string) (stdout, stderr string, status int) {
	c.Helper()
	var out, err bytes.Buffer
	status = cli.Run(context.Background(), cli.Surroundings{
		Args: args, Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &err, Dir: c.dir,
	})
	return out.String(), err.String(), status
}

// whole is a plan of which the gate has nothing to say, with more properties.
func whole(more ...string) string {
	return `{"format_version":"1.2","terraform_version":"1.11.4","applyable":true,"complete":true,"errored":false` +
		strings.Join(append([]string{""}, more...), ",") + `}`
}

// changes is the list of what a plan changes, drift of what it found changed.
func changes(entries ...string) string {
	return `"resource_changes":[` + strings.Join(entries, ",") + `]`
}
func drift(entries ...string) string { return `"resource_drift":[` + strings.Join(entries, ",") + `]` }

// change is an entry of such a list.
func change(address, body string) string {
	kind, name, _ := strings.Cut(address, ".")
	return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"name":%q,"change":{%s}}`, address, kind, name, body)
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// archive looks as the plan file of terraform does.
func archive(t *testing.T) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"tfplan", "tfstate", "tfconfig/modules.json"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte("x"))
	}
	_ = z.Close()
	return b.String()
}

// about lists what the findings say of a plan.
func about(r *finding.Report, file string) (messages []string) {
	for _, f := range r.Findings {
		if f.Resource == "plan "+file {
			messages = append(messages, f.Message)
		}
	}
	return messages
}

const (
	created = `"actions":["create"],"before":null,"after":{"ami":"ami-2"},"after_unknown":{},"before_sensitive":false,"after_sensitive":{}`
	updated = `"actions":["update"],"before":{"ami":"ami-1"},"after":{"ami":"ami-2"},"after_unknown":{},"before_sensitive":{},"after_sensitive":{}`
)

func TestPlansThatAreNone(t *testing.T) {
	t.Parallel()
	c := planned(t)
	var many []string
	for i := range 500 {
		many = append(many, change(fmt.Sprintf("aws_instance.web%d", i), updated))
	}
	big := whole(changes(many...))
	packed := zipped(big)
	damaged := []byte(packed)
	damaged[len(damaged)/2] ^= 0xff
	if len(big) < 1<<16 {
		t.Fatal("the plan is too small to be cut")
	}
	nested := func(levels int) string { return strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels) }
	deep := whole(changes(change("aws_instance.web", `"actions":["create"],"after":`+nested(10_000))))
	// Around what nests too deep are four levels: the plan, the list, its entry and the change.
	tooDeep := strings.Index(deep, `{"a":`) + 196*len(`{"a":`)

	tests := map[string]struct {
		text string // with ¦ where the fault is, if it has a place
		says string
	}{
		"text of terraform plan":      {"¦Terraform used the selected providers to generate the following execution\nplan. canary\n", "not JSON"},
		"coloured text":               {"¦\x1b[1mTerraform will perform the following actions:\x1b[0m canary\n", "not JSON"},
		"log lines of terraform plan": {`{"@level":"info","@message":"Terraform 1.11.4","type":"version"}` + "\n" + `{"@level":"info","@message":"canary"}` + "\n", "log lines"},
		"shown state":                 {`{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[]}}}`, "this is a state, not a plan"},
		"shown state of nothing":      {`{"format_version":"1.0"}`, "nothing of a plan"},
		"raw state":                   {`{"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"x","outputs":{"o":{"value":"canary"}},"resources":[],"check_results":null}`, "this is a state, not a plan"},
		"plan file":                   {archive(t), "a zip archive"},
		"encrypted plan":              {`{"meta":{"key_provider.pbkdf2.main":"eyJzYWx0IjoiY2FuYXJ5In0="},"encrypted_data":"AAAA","encryption_version":"v0"}`, "OpenTofu has encrypted"},
		"encrypted state":             {`{"serial":3,"lineage":"x","meta":{"key_provider.pbkdf2.main":"eyJ9"},"encrypted_data":"AAAA","encryption_version":"v0"}`, "OpenTofu has encrypted"},
		"nothing":                     {"", "the file is empty"},
		"white space":                 {" \r\n\t", "the file is empty"},
		"empty object":                {"{}", "format_version is missing"},
		"list":                        {"¦[" + whole() + "]", "something else"},
		"null":                        {"¦null", "something else"},
		"changes alone":               {`{` + changes() + `}`, "format_version is missing"},

		"cut where wrappers cut":        {big[:1<<16] + "¦", "65,536"},
		"cut elsewhere":                 {big[:1<<16-1] + "¦", "the plan is truncated"},
		"cut in a number":               {whole(`"x":1¦`)[:len(whole(`"x":1¦`))-1], "the plan is truncated"},
		"truncated gzip":                {packed[:len(packed)/2], "the gzip file is truncated"},
		"gzip without its end":          {packed[:len(packed)-4], "the gzip file is truncated"},
		"gzip of nothing":               {zipped(""), "the file is empty"},
		"gzip of text":                  {zipped("Terraform will perform"), "not JSON"},
		"damaged gzip":                  {string(damaged), "the gzip file is damaged"},
		"gzip's head":                   {"\x1f\x8b\x08", "the gzip file is truncated"},
		"gzip in gzip":                  {zipped(zipped(whole())), "not JSON"},
		"nests 10,000 levels":           {deep[:tooDeep] + "¦" + deep[tooDeep:], "200 levels"},
		"nests 10,000 levels elsewhere": {whole(`"later":` + strings.Repeat("[", 199) + "¦" + strings.Repeat("[", 9801) + strings.Repeat("]", 10_000)), "200 levels"},

		"changes are an object": {whole(`"resource_changes":¦{}`), "resource_changes is not a list"},
		"drift is an object":    {whole(`"resource_drift":¦{}`), "resource_drift is not a list"},
		"deferred is a text":    {whole(`"deferred_changes":¦"none"`), "deferred_changes is not a list"},
		"unknown major":         {`{"format_version":¦"2.0","terraform_version":"3.0.0","complete":true,"errored":false,` + changes() + `}`, "2.0 is not supported"},
		"no version":            {`{"format_version":¦"latest",` + changes() + `}`, "no version"},
		"complete is a text":    {`{"format_version":"1.2",` + changes() + `,"complete":¦"yes"}`, "neither true nor false"},
		"changes twice":         {whole(changes(change("aws_instance.web", created)), `"¦resource_changes":[]`), "stands twice"},
		"errored twice":         {whole(`"¦errored":true`), "errored stands twice"},
		"other letters":         {whole(`"Resource_Drift":¦[]`), "other letters"},
		"byte order mark":       {"¦\xef\xbb\xbf" + whole(changes()), "byte order mark"},
		"UTF-16":                {"¦" + utf16(whole(changes())), "UTF-16"},
		"UTF-16, big end first": {"¦\xfe\xff\x00{\x00\"\x00f", "UTF-16"},
		"no UTF-8 at all":       {"¦\xff\xff\xff\xff", "not JSON"},
		"garbage behind it":     {whole(changes()) + "\n¦canary", "something stands behind the plan"},
		"plan behind plan":      {whole(changes()) + "\n¦" + whole(changes()), "something stands behind the plan"},
		"NUL behind it":         {whole(changes()) + "¦\x00", "something stands behind the plan"},
		"unknown action":        {whole(changes(change("aws_instance.web", `"actions":¦["explode"]`))), "actions of a change"},
		"one action too many":   {whole(changes(change("aws_instance.web", `"actions":¦["delete","create","forget"]`))), "actions of a change"},
		"actions that clash":    {whole(changes(change("aws_instance.web", `"actions":¦["update","delete"]`))), "actions of a change"},
		"no actions":            {whole(changes(change("aws_instance.web", `"actions":¦[]`))), "actions of a change"},
		"action in capitals":    {whole(changes(change("aws_instance.web", `"actions":¦["Delete"]`))), "actions of a change"},
		"actions are null":      {whole(changes(change("aws_instance.web", `"actions":¦null`))), "actions of a change"},
		"unknown drift":         {whole(drift(change("aws_instance.web", `"actions":¦["vanish"]`))), "actions of a change"},
		"an entry is null":      {whole(changes("¦null")), "not an object"},
		"an entry of nothing":   {whole(changes("¦{}")), "no address"},
	}
	// All at once: whatever is wrong with one, the others are read, and each is refused for its own fault.
	args, files := []string{"iac-diff", "--base", "main"}, map[string]string{}
	for name, test := range tests {
		files[name] = c.given(strings.Replace(test.text, "¦", "", 1))
		args = append(args, "--plan", "infra="+files[name])
	}
	r, status := c.runIn(nil, args...)
	if status != 1 || !slices.Equal(errorsOf(r), []string{"IAC002"}) || r.Summary.Error != len(tests) || len(r.Plans) > 0 {
		t.Errorf("status %d, errors %v, %d in all, shown as plans: %+v", status, errorsOf(r), r.Summary.Error, r.Plans)
	}
	for name, test := range tests {
		place := ""
		if at := strings.Index(test.text, "¦"); at >= 0 {
			place = fmt.Sprintf("byte %d: ", at)
		}
		messages := about(r, files[name])
		if len(messages) != 1 || !strings.HasPrefix(messages[0], place) || !strings.Contains(messages[0], test.says) {
			t.Errorf("%s: %q, want %q at %q", name, messages, test.says, place)
			continue
		}
		// A value of the plan may be a secret, and a control character a command.
		if m := messages[0]; strings.Contains(m, "canary") || strings.ContainsAny(m, "\n\x1b") {
			t.Errorf("%s: the message repeats the file: %q", name, m)
		}
	}
	// Each alone has the same exit status; these stand for the others.
	for _, name := range []string{"text of terraform plan", "raw state", "nothing", "damaged gzip", "nests 10,000 levels", "changes twice", "unknown action"} {
		if r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+files[name]); status != 1 || !slices.Equal(errorsOf(r), []string{"IAC002"}) {
			t.Errorf("%s alone: status %d, errors %v", name, status, errorsOf(r))
		}
	}
}

// TestPlansInOddForms reads what looks odd and is a plan all the same.
func TestPlansInOddForms(t *testing.T) {
	t.Parallel()
	c := planned(t)
	web := changes(change("aws_instance.web", updated))
	version := func(v string) string { return strings.Replace(whole(web), `"1.2"`, `"`+v+`"`, 1) }
	nested := strings.Repeat(`[`, 150) + "1" + strings.Repeat("]", 150)
	for name, test := range map[string]struct {
		text  string
		notes int // what it does not say of itself
		want  map[string]string
	}{
		"as the tool writes it":     {whole(web), 0, map[string]string{"aws_instance.web": "update"}},
		"gzip":                      {zipped(whole(web)), 0, map[string]string{"aws_instance.web": "update"}},
		"gzip in two parts":         {zipped(whole(web)[:50]) + zipped(whole(web)[50:]), 0, map[string]string{"aws_instance.web": "update"}},
		"white space around it":     {"\r\n\t " + whole(web) + "\n\n", 0, map[string]string{"aws_instance.web": "update"}},
		"format 0.1":                {version("0.1"), 0, map[string]string{"aws_instance.web": "update"}},
		"format 1.99":               {version("1.99"), 0, map[string]string{"aws_instance.web": "update"}},
		"no word on being complete": {`{"format_version":"0.2","terraform_version":"0.14.0",` + web + `}`, 2, map[string]string{"aws_instance.web": "update"}},
		"complete is null":          {strings.Replace(whole(web), `"complete":true`, `"complete":null`, 1), 1, map[string]string{"aws_instance.web": "update"}},
		"changes are null":          {whole(`"resource_changes":null`), 0, map[string]string{}},
		"no changes":                {whole(`"planned_values":{}`), 0, map[string]string{}},
		"a property of tomorrow":    {whole(web, `"tomorrow":[{}]`), 0, map[string]string{"aws_instance.web": "update"}},
		"nests 150 levels":          {whole(changes(change("aws_instance.web", `"actions":["create"],"after":{"a":`+nested+`}`))), 0, map[string]string{"aws_instance.web": "create"}},
		"no UTF-8 in a value":       {whole(changes(change("aws_instance.web", "\"actions\":[\"create\"],\"after\":{\"a\":\"\xff\xfe\"}"))), 0, map[string]string{"aws_instance.web": "create"}},
		"a lone surrogate":          {whole(changes(change("aws_instance.web", `"actions":["create"],"after":{"a":"\ud800"}`))), 0, map[string]string{"aws_instance.web": "create"}},
		"an escaped property":       {strings.Replace(whole(web), "resource_changes", `resource\u005fchanges`, 1), 0, map[string]string{"aws_instance.web": "update"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := c.in(t)
			file := c.given(test.text)
			r, status := c.runIn(nil, "iac-diff", "--base", "main", "--plan", "infra="+file)
			if status != 0 || len(errorsOf(r)) > 0 || len(r.Plans) != 1 {
				t.Fatalf("status %d, errors %v, %q", status, errorsOf(r), about(r, file))
			}
			if got := actionsOf(r); !equal(got, test.want) {
				t.Errorf("changes %v, want %v", got, test.want)
			}
			if notes := about(r, file); len(notes) != test.notes || len(notes) > 0 && !strings.Contains(strings.Join(notes, "\n"), "does not say whether it is complete") {
				t.Errorf("notes %q, want %d", notes, test.notes)
			}
		})
	}
}

func equal(a, b map[string]string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

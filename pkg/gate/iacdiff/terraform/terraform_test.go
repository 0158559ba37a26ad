package terraform_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/claire-de-binare/cdbgate/pkg/gate/iacdiff/terraform"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// configuration reads the files of an archive.
func configuration(t *testing.T, archive string) *terraform.Configuration {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := repo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Worktree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return terraform.New(s)
}

// TestRoots: a folder is no root when another one calls it, and only then.
func TestRoots(t *testing.T) {
	for name, c := range map[string]struct{ archive, want string }{
		"one":  {"-- infra/main.tf --\nlocals {}\n", "infra: infra"},
		"top":  {"-- main.tf --\n-- modules/a/main.tf --\n", ".: . | modules/a: modules/a"},
		"tofu": {"-- a/main.tofu --\n-- b/main.tf.json --\n{}\n-- c/main.tofu.json --\n{}\n-- d/.tf --\n-- e/x.tfvars --\n", "a: a | b: b | c: c"},
		"module": {
			"-- infra/main.tf --\nmodule \"a\" {\n  source = \"../modules/a\"\n}\n-- modules/a/main.tf --\nmodule \"b\" { source = \"./b\" }\n-- modules/a/b/main.tf --\n",
			"infra: infra modules/a modules/a/b",
		},
		"json":          {"-- infra/main.tf.json --\n{\"module\": {\"a\": {\"source\": \"./a\"}, \"b\": [{\"source\": \"./b\"}]}}\n-- infra/a/a.tf --\n-- infra/b/a.tf --\n", "infra: infra infra/a infra/b"},
		"elsewhere":     {"-- infra/main.tf --\nmodule \"a\" { source = \"hashicorp/a/aws\" }\nmodule \"b\" { source = \"git::https://example.org/b//modules\" }\n-- modules/main.tf --\n", "infra: infra | modules: modules"},
		"outside":       {"-- infra/main.tf --\nmodule \"a\" { source = \"../../other\" }\n-- other/main.tf --\n", "infra: infra ../other | other: other"},
		"circle":        {"-- a/main.tf --\nmodule \"b\" { source = \"../b\" }\n-- b/main.tf --\nmodule \"a\" { source = \"../a\" }\n", "a: a b | b: b a"},
		"itself":        {"-- a/main.tf --\nmodule \"a\" { source = \"./\" }\n", "a: a"},
		"comment":       {"-- a/main.tf --\n# module \"b\" { source = \"../b\" }\n-- b/main.tf --\n", "a: a | b: b"},
		"provisioner":   {"-- a/main.tf --\nresource \"x\" \"module\" {\n  provisioner \"file\" { source = \"../b\" }\n}\n-- b/main.tf --\n", "a: a | b: b"},
		"cannot parse":  {"-- a/main.tf --\nmodule \"b\" { source = \"../b\"\n-- b/main.tf --\n", "a: a | b: b"},
		"only computed": {"-- a/main.tf --\nmodule \"b\" { source = \"../${var.x}\" }\n-- b/main.tf --\n", "a: a ../\"../${var.x}\" | b: b"},
	} {
		conf := configuration(t, c.archive)
		var got []string
		for _, root := range conf.Roots() {
			got = append(got, root+": "+strings.Join(conf.Parts(root), " "))
		}
		if name == "only computed" { // such a folder is nowhere, and so is what it calls
			got, c.want = []string{strings.Join(conf.Roots(), " ")}, "a b"
		}
		if text := strings.Join(got, " | "); text != c.want {
			t.Errorf("%s: %s, want %s", name, text, c.want)
		}
	}
}

const shop = `
-- infra/main.tf --
variable "name" { type = string }

resource "aws_instance" "web" {
  user_data = templatefile("${path.module}/web.tpl", { name = var.name })
  policy    = file("../policies/${var.name}.json")
  zip       = "${path.root}/build"
  parts     = fileset("${path.module}/parts", "*.yaml")
  cidr      = "10.0.0.0/16"
  source    = "lambda.zip"
  name      = "modules"
}

data "aws_ami" "web" {}

module "app" {
  source = "../modules/app"
  config = "app.conf"
}

module "vpc" {
  source = "terraform-aws-modules/vpc/aws"
}
-- infra/more.tf.json --
{
  "resource": {
    "aws_instance": {
      "json": {}
    }
  }
}
-- infra/prod.tfvars --
-- infra/.terraform.lock.hcl --
-- modules/app/main.tf --
resource "aws_db_instance" "main" {
  init = file("${path.module}/init.sql")
}
-- values/prod.tfvars --
-- other/main.tf --
-- other/values/dev.tfvars.json --
{}
`

// TestTouches: what takes part in a root, and what does not.
func TestTouches(t *testing.T) {
	conf := configuration(t, shop)
	for name, want := range map[string]string{
		"infra/main.tf": "infra", "infra/more.tf.json": "infra", "infra/gone.tf": "infra", "infra/prod.tfvars": "infra", "infra/.terraform.lock.hcl": "infra",
		"modules/app/main.tf": "infra", "modules/app/init.sql": "infra", "infra/init.sql": "",
		"infra/web.tpl": "infra", "infra/README.md": "", "infra/web.tpl.bak": "",
		"policies/web.json": "infra", "policies/README.md": "infra",
		"infra/build/a/b": "infra", "infra/buildings": "", "infra/parts/a.yaml": "infra", "infra/parts": "infra",
		"infra/lambda.zip": "infra", "infra/app.conf": "infra", "modules/app/app.conf": "", "infra/modules/x": "",
		"values/prod.tfvars": "infra other", "other/values/dev.tfvars.json": "other", "other/a.tf": "other", "other/sub/a.tf": "",
		"main.tf": "", "all.tfvars": "infra other", "README.md": "",
	} {
		var got []string
		for _, root := range conf.Roots() {
			if conf.Touches(root, name) {
				got = append(got, root)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s touches %q, want %q", name, got, want)
		}
	}
	if !conf.IsPart("modules/app") || conf.IsRoot("modules/app") || conf.IsPart("values") || conf.IsRoot("values") {
		t.Error("what is a part and what a root is mixed up")
	}
}

// TestReads: paths in texts, and what only looks like one.
func TestReads(t *testing.T) {
	for text, want := range map[string]string{
		`"${path.module}/a.tpl"`:              "infra/a.tpl",
		`file("${path.module}/a/b.tpl")`:      "infra/a/b.tpl",
		`templatefile("a.tpl", {b = "c"})`:    "infra/a.tpl",
		`"${path.module}/${var.x}"`:           "infra",
		`fileset(path.module, "conf/*.json")`: "infra/conf",
		`"${path.module}/a-${var.x}.tpl"`:     "infra/a-*",
		`"${path.module}/../shared/x"`:        "shared/x",
		`"${path.module}/../../x"`:            "",
		`"/etc/passwd"`:                       "",
		`"."`:                                 "",
		`"./"`:                                "",
		`".."`:                                "",
		`"${path.module}"`:                    "",
		`"plain"`:                             "",
		`"a sentence. And more."`:             "",
		`"https://example.org/x"`:             "",
		`"${var.x}"`:                          "",
		`jsonencode({a = "b.json"})`:          "infra/b.json",
		`templatefile("${path.root}/t-${var.x["k"]}.tpl", {})`: "infra/t-*",
		"<<-EOT\n  ${file(\"x.sh\")}\n  EOT":                   "infra/x.sh",
	} {
		conf := configuration(t, fmt.Sprintf("-- infra/main.tf --\nlocals {\n  a = %s\n}\n", text))
		var got []string
		for _, r := range conf.Reads("infra") {
			if r.Prefix {
				r.Path += "*"
			}
			got = append(got, r.Path)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestPlace: through modules and instance keys, to the nearest that the repository has.
func TestPlace(t *testing.T) {
	conf := configuration(t, shop)
	for _, c := range []struct{ root, module, mode, kind, name, want string }{
		{"infra", "", "managed", "aws_instance", "web", "infra/main.tf:3-11"},
		{"infra", "", "", "aws_instance", "web", "infra/main.tf:3-11"},
		{"infra", "", "data", "aws_ami", "web", "infra/main.tf:13-13"},
		{"infra", "", "managed", "aws_instance", "json", "infra/more.tf.json:4-4"},
		{"infra", "module.app", "managed", "aws_db_instance", "main", "modules/app/main.tf:1-3"},
		{"infra", `module.app["a.b\"]"]`, "managed", "aws_db_instance", "main", "modules/app/main.tf:1-3"},
		{"infra", "module.app[0]", "managed", "aws_db_instance", "main", "modules/app/main.tf:1-3"},
		{"infra", "module.app", "managed", "aws_db_instance", "gone", "infra/main.tf:15-18 in module app"},
		{"infra", `module.vpc["x"].module.sub`, "managed", "aws_vpc", "this", "infra/main.tf:20-22 in module vpc"},
		{"infra", "module.nobody", "managed", "aws_vpc", "this", "none"},
		{"infra", "", "managed", "aws_vpc", "this", "none"},
		{"infra", "odd", "managed", "aws_instance", "web", "infra/main.tf:3-11"},
		{"infra", `module.app["`, "managed", "aws_db_instance", "main", "modules/app/main.tf:1-3"},
		{"nowhere", "", "managed", "aws_instance", "web", "none"},
	} {
		got := "none"
		if p, ok := conf.Place(c.root, c.module, c.mode, c.kind, c.name); ok {
			got = strings.TrimSpace(fmt.Sprintf("%s:%d-%d %s", p.Path, p.Range.Start.Line, p.Range.End.Line, p.Note))
		}
		if got != c.want {
			t.Errorf("%s %s.%s: %s, want %s", c.module, c.kind, c.name, got, c.want)
		}
	}
}

package manifest_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/claire-de-binare/cdbgate/pkg/manifest"
)

const (
	pod        = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\n"
	service    = "services:\n  web:\n    image: nginx:1.27\n"
	build      = "FROM alpine:3.20\nRUN apk add curl\n"
	module     = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n}\n"
	workflow   = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
	helmObject = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n"
)

// TestRecognise says of each file what it is, in the words of summary.
func TestRecognise(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		// Kubernetes objects, wherever they lie.
		{"manifest", "k8s/pod.yaml", pod, "v1/Pod shop/web:1"},
		{"moved to a text file", "docs/x.txt", pod, "v1/Pod shop/web:1"},
		{"without an ending", "notes", pod, "v1/Pod shop/web:1"},
		{"as a template's example", "pod.yaml.example", pod, "v1/Pod shop/web:1"},
		{"a whole Markdown file", "docs/pod.md", pod, "v1/Pod shop/web:1"},
		{"a whole Markdown file of two", "docs/pod.md", pod + "---\n" + pod, "v1/Pod shop/web:1; v1/Pod shop/web:7"},
		{"a whole source file", "main.go", pod, "v1/Pod shop/web:1"},
		{"several documents", "a.yaml", "# first\n---\n" + pod + "---\n\n---\nkind: Secret\napiVersion: v1\nmetadata: {generateName: s-}\n", "v1/Pod shop/web:3; v1/Secret /s-:11"},
		{"a document that is none beside one", "a.yaml", "hello\n---\n" + pod, "v1/Pod shop/web:3"},
		{"JSON", "a.json", `{"kind": "Pod", "apiVersion": "v1"}`, "v1/Pod /:1"},
		{"JSON under another name", "a.dat", "\n{\"kind\": \"Pod\",\n\"apiVersion\": \"v1\"}", "v1/Pod /:2"},
		{"list", "a.yaml", "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: b}}\n", "v1/Pod /a:4; apps/v1/Deployment /b:7"},
		{"JSON list", "a.json", `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod"}]}`, "v1/Pod /:1"},
		{"typed list", "a.yaml", "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n", "v1/ConfigMap /a:4"},
		{"empty list", "a.yaml", "apiVersion: v1\nkind: List\nitems: []\n", ""},
		{"Flux", "a.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\n", "kustomize.toolkit.fluxcd.io/v1/Kustomization flux-system/apps:1"},
		{"Argo", "a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n", "argoproj.io/v1alpha1/Application /a:1"},
		{"Backstage's format is like it", "catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\n", "backstage.io/v1alpha1/Component /a:1"},

		// However it is written.
		{"CRLF", "a.yaml", strings.ReplaceAll(pod, "\n", "\r\n"), "v1/Pod shop/web:1"},
		{"byte order mark", "a.txt", "\uFEFF" + pod, "v1/Pod shop/web:1"},
		{"UTF-16, little end first", "a.yaml", wide(binary.LittleEndian, "\uFEFF"+pod), "v1/Pod shop/web:1"},
		{"UTF-16, big end first, as text", "a.txt", wide(binary.BigEndian, "\uFEFF"+pod), "v1/Pod shop/web:1"},
		{"UTF-16 without its mark", "a.yaml", wide(binary.LittleEndian, pod), "v1/Pod shop/web:1"},
		{"tabs", "a.yaml", "apiVersion:\tv1\nkind:\tPod\n", "v1/Pod /:1"},
		{"anchors", "a.yaml", "apiVersion: &v v1\nkind: &k Pod\nmetadata: {name: *k}\n", "v1/Pod /Pod:1"},
		{"merged keys", "a.yaml", "x: &base {apiVersion: v1, kind: Pod}\n<<: *base\n", "v1/Pod /:1"},
		{"key by number", "a.txt", "\"\\u0061piVersion\": v1\n\"k\\x69nd\": Pod\n", "v1/Pod /:1"},
		{"key over two lines", "a.txt", "? \"api\\\n  Version\"\n: v1\n? \"ki\\\n  nd\"\n: Pod\n", "v1/Pod /:1"},
		{"key by number, in JSON", "a.txt", `{"\u0061piVersion": "v1", "k\u0069nd": "Pod"}`, "v1/Pod /:1"},
		{"encoded key", "a.txt", "!!binary YXBpVmVyc2lvbg==: v1\n!!binary a2luZA==: Pod\n", "v1/Pod /:1"},
		{"encoded key under a handle", "a.txt", "%TAG !y! tag:yaml.org,2002:\n---\n!y!binary YXBpVmVyc2lvbg==: v1\n!y!binary a2luZA==: Pod\n", "v1/Pod /:3"},
		{"hidden behind a comment and a directive", "x", "%YAML 1.2\n# c\n--- # d\n" + pod, "v1/Pod shop/web:4"},
		{"one huge line", "a.json", `{"x": "` + strings.Repeat("x", 1<<20) + `", "kind": "Pod", "apiVersion": "v1"}`, "v1/Pod /:1"},
		{"behind 5 MiB of comments", "a.md", strings.Repeat("# comment\n", 5<<20/10) + "  " + strings.ReplaceAll(pod, "\n", "\n  "), "v1/Pod shop/web:524289"},
		{"2 MiB", "a.yaml", pod + "data:\n" + strings.Repeat("  # "+strings.Repeat("x", 60)+"\n", 32<<10), "v1/Pod shop/web:1"},

		// Not an object.
		{"empty", "a.yaml", "", ""},
		{"blank", "a.yaml", "\uFEFF \n\t\n", ""},
		{"comments", "a.yaml", "# apiVersion: v1\n# kind: Pod\n", ""},
		{"quoted in a fence", "README.md", "# Pods\n\nLike this:\n\n```yaml\n---\n" + pod + "---\n```\n", ""},
		{"quoted below front matter", "a.md", "---\ntitle: Pods\n---\nLike this:\n\n    apiVersion: v1\n    kind: Pod\n", ""},
		{"quoted in a program", "main.go", "package main\n\nconst pod = `\n" + pod + "`\n", ""},
		{"quoted in a script", "x.sh", "#!/bin/sh\nkubectl apply -f - <<EOF\n" + pod + "EOF\n", ""},
		{"quoted in a script without an ending", "bin/up", "#!/bin/sh\nkubectl apply -f - <<EOF\n" + pod + "EOF\n", ""},
		{"quoted in reStructuredText", "a.rst", "Pods\n====\n\n::\n\n  apiVersion: v1\n  kind: Pod\n", ""},
		{"OpenAPI", "openapi.yaml", "openapi: 3.1.0\ninfo: {title: a, version: v1}\ncomponents:\n  schemas:\n    Pod:\n      properties: {apiVersion: {type: string}, kind: {type: string}}\n", ""},
		{"JSON Schema", "s.json", `{"$schema": "x", "properties": {"kind": {"enum": ["Pod"]}, "apiVersion": {"type": "string"}}}`, ""},
		{"npm", "package.json", `{"name": "a", "scripts": {"kind": "kind create cluster"}, "apiVersion": "2"}`, ""},
		{"editor settings", ".vscode/settings.json", "{\n  // kind of\n  \"editor.kind\": 1,\n  \"services\": {}\n}\n", ""},
		{"no kind", "a.yaml", "apiVersion: v1\nname: a\nversion: 1.0.0\n", ""},
		{"numbers", "a.yaml", "apiVersion: 1\nkind: 2\n", ""},
		{"binary", "a.bin", "\x7fELF\x00\x01\x02\napiVersion: v1\nkind: Pod\n\x00", ""},
		{"archive", "a.tar", "pod.yaml\x00\x00\x00\n" + pod + "\x00\x00", ""},
		{"image", "a.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ""},
		{"wide binary", "a.bin", "A\x00\x00\x00B\x00\x00\x00", ""},
		{"commit log", "log.txt", "add kind and apiVersion: see below\n\n  apiVersion: v1\n", ""},

		// Meant as an object, and not to be read.
		{"template of Helm", "charts/web/templates/svc.yaml", helmObject, "unreadable line 4 template"},
		{"template under another name", "svc.tmpl", helmObject, "unreadable line 4 template"},
		{"template of Jinja", "svc.yaml.j2", "{% if x %}\napiVersion: v1\nkind: Service\n{% endif %}\n", "unreadable line 1 template"},
		{"template of a page", "svc.md.tmpl", "Use it:\n" + helmObject, ""},
		{"template in a whole document", "a.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"{{ .x }}\"\n", "v1/Pod /{{ .x }}:1"},
		{"twice the same key", "a.yaml", pod + "kind: Pod\n", "unreadable line 6"},
		{"broken text", "a.txt", pod + "  x: [\n", "unreadable line 6"},
		{"broken beside a whole one", "a.yaml", pod + "---\nx: [\n", "v1/Pod shop/web:1; unreadable line 7"},
		{"broken JSON", "a.txt", "{\"apiVersion\": \"v1\",\n\"kind\": \"Pod\",,}", "unreadable line 2"},
		{"two JSON values", "a.json", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}\n{}", "unreadable line 2"},
		{"zero byte in a manifest", "a.yaml", pod + "x: \x00\n", "unreadable line 6"},
		{"too many documents", "a.yaml", pod + strings.Repeat("...\na: b\n", 10_001), "unreadable line 1"},
		{"too large", "a.txt", pod + strings.Repeat("# comment\n", 33<<20/10), "unreadable line 1"},
		{"not UTF-8", "a.yaml", pod + "x: \xff\n", "unreadable line 6"},
		{"list of no list", "a.yaml", "apiVersion: v1\nkind: List\nitems: 1\n", "unreadable line 3"},
		{"containers without a version", "a.yaml", "kind: Pod\nspec:\n  containers: [{image: a}]\n", "unreadable line 1"},
		{"broken YAML of something else", "a.yaml", "a: [\nb: {{ x }}\n", ""},

		// kustomize.
		{"kustomization", "k/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n", "kustomize.config.k8s.io/v1beta1/Kustomization /:1"},
		{"kustomization that says nothing of itself", "k/kustomization.yml", "# k\nresources: [a.yaml]\n", "kustomize.config.k8s.io/v1beta1/Kustomization /:2"},
		{"kustomization without an ending", "Kustomization", "resources: [a.yaml]\n", "kustomize.config.k8s.io/v1beta1/Kustomization /:1"},
		{"component", "kustomization.yaml", "kind: Component\npatches: []\n", "kustomize.config.k8s.io/v1alpha1/Component /:1"},
		{"broken kustomization", "kustomization.yaml", "resources: [a.yaml\n", "unreadable line 1"},
		{"another name says nothing", "k.yaml", "resources: [a.yaml]\n", ""},

		// Compose.
		{"Compose", "compose.yaml", service, "compose"},
		{"Compose under another name", "deploy/stack.txt", "version: '3'\n" + service, "compose"},
		{"Compose as JSON", "stack.json", `{"services": {"web": {"build": "."}}}`, "compose"},
		{"Compose in Markdown, whole", "a.md", service, "compose"},
		{"Compose with quoted keys", "a.yaml", "'services' : {web: {image: nginx}}\n", "compose"},
		{"override", "x.yml", "services:\n  web:\n    ports: ['80:80']\n", "compose"},
		{"includes only", "docker-compose.yml", "include: [a.yaml]\n", "compose"},
		{"first format", "docker-compose.yml", "web:\n  image: nginx\n", "compose"},
		{"values that look like the first format", "values.yaml", "web:\n  image: nginx\n", ""},
		{"broken Compose", "compose.yaml", "services: [\n", "compose; unreadable line 1"},
		{"services of Symfony", "services.yaml", "services:\n  _defaults: {autowire: true}\n", ""},
		{"services of Travis", ".travis.yml", "services: [docker]\nscript: make\n", ""},
		{"services of Kong", "kong.yml", "_format_version: '3.0'\nservices: [{name: a, url: http://a}]\n", ""},

		// Dockerfiles.
		{"Dockerfile", "Dockerfile", build, "dockerfile"},
		{"with nothing but a base", "app/Dockerfile", "FROM scratch\n", "dockerfile"},
		{"with an ending", "Dockerfile.dev", "from scratch\n", "dockerfile"},
		{"as an ending", "web.Dockerfile", "FROM scratch\n", "dockerfile"},
		{"Containerfile", "Containerfile", "FROM scratch\n", "dockerfile"},
		{"another language for it", "Dockerfile", "# syntax=ex/mopy\napiVersion: v1\n", "dockerfile"},
		{"Dockerfile with nothing in it", "Dockerfile", "# none\n", ""},
		{"page about Dockerfiles", "Dockerfile.md", "FROM is an instruction\n", ""},
		{"program about Dockerfiles", "dockerfile_test.go", "package x\n", ""},
		{"under another name", "image.txt", "# escape=`\n# c\nARG V=1\nfrom alpine:$V AS base\n\nRUN a && `\n  # c\n  b\nCMD [\"sh\"]\n", "dockerfile"},
		{"with here documents", "img", "FROM a\nRUN <<EOF\nnot an instruction\nEOF\nCOPY <<-'X' /x\n\tFROM\n\tX\n", "dockerfile"},
		{"with blank lines in one instruction", "img", "FROM a\nRUN a \\\n\n  # c\n  b\n", "dockerfile"},
		{"with a platform", "img", "FROM --platform=linux/amd64 a AS b\nUSER 1\n", "dockerfile"},
		{"template of one", "img.j2", "{% if x %}\nFROM {{ base }}\n{% endif %}\nRUN x\n", "dockerfile"},
		{"base alone under another name", "img", "FROM alpine\n", ""},
		{"SQL", "a.txt", "FROM users u\nUSER x\n", ""},
		{"prose", "a.txt", "From here on:\nRun to the hills\n", ""},
		{"mail", "a.eml", "From: a@b\nTo: c@d\n", ""},
		{"Ollama's", "Modelfile", "FROM llama3\nPARAMETER temperature 1\n", ""},
		{"text behind it", "a.txt", build + "and so on\n", ""},

		// Terraform.
		{"Terraform", "main.tf", module, "terraform"},
		{"OpenTofu", "main.tofu", "locals {\n  a = 1\n}\n", "terraform"},
		{"odd spelling", "main.tf", "/* a */ resource a b {}\n", "terraform"},
		{"broken", "main.tf", module + "x {\n", "terraform"},
		{"broken values", "prod.tfvars", "a = [\n", "terraform; unreadable line 2"},
		{"only comments", "main.tf", "# resource\n", ""},
		{"JSON form", "main.tf.json", `{"resource": {"a": {"b": {}}}}`, "terraform"},
		{"JSON form in a list", "main.tf.json", `[{"module": {"a": {}}}]`, "terraform"},
		{"JSON of another kind", "a.json", `{"resource": {"a": {"b": {}}}}`, ""},
		{"values", "prod.tfvars", "region = \"eu\"\n", "terraform"},
		{"values as JSON", "prod.auto.tfvars.json", `{"region": "eu"}`, "terraform"},
		{"Terragrunt", "terragrunt.hcl", "include \"root\" {\n  path = find_in_parent_folders()\n}\n", "terraform"},
		{"other HCL", "a.hcl", "path \"secret/*\" {\n  capabilities = [\"read\"]\n}\n", ""},
		{"HCL with variables of its own", "docker-bake.hcl", "variable \"TAG\" {}\ntarget \"a\" {}\n", ""},
		{"under another name", "main.txt", "# c\n" + module, "terraform"},
		{"lock", ".terraform.lock.hcl", "provider \"registry.terraform.io/hashicorp/aws\" {\n  version = \"5.0.0\"\n}\n", "terraform"},
		{"prose with blocks", "a.md", "Use this:\n\n" + module, ""},
		{"text with blocks", "a.txt", "Use this:\n\n" + module, ""},
		{"JavaScript", "a.js", "import {\n  a\n} from 'b'\n", ""},

		// Charts.
		{"chart", "charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n", "chart"},
		{"broken chart", "Chart.yaml", "name: web\n x: [\n", "chart; unreadable line 2"},
		{"chart under another name", "chart.txt", "apiVersion: v2\nname: web\nversion: 0.1.0\n", ""},

		// Workflows.
		{"GitHub", ".github/workflows/a.yml", workflow, "github-actions"},
		{"GitHub under another name", "ci/a.yaml", workflow, "github-actions"},
		{"GitHub as text", "ci/a.txt", workflow, ""},
		{"GitHub, quoted on", "a.yml", "'on': push\njobs: {a: {steps: []}}\n", "github-actions"},
		{"GitHub, broken", ".github/workflows/a.yml", "on: push\njobs: [\n", "github-actions; unreadable line 2"},
		{"action", "x/action.yml", "name: x\nruns:\n  using: composite\n  steps: []\n", "github-action"},
		{"GitLab", ".gitlab-ci.yml", "build:\n  script: make\n", "gitlab-ci"},
		{"GitLab, included", "ci/deploy.yml", "deploy:\n  stage: deploy\n  script: [make]\n", "gitlab-ci"},
		{"GitLab, with a reference", ".gitlab/x.yml", "a:\n  script:\n    - !reference [.b, script]\n", "gitlab-ci"},
		{"Azure", "azure-pipelines.yml", "steps:\n- script: make\n", "azure-pipelines"},
		{"Azure under another name", "ci.yml", "stages:\n- stage: a\n  jobs:\n  - deployment: b\n", "azure-pipelines"},
		{"CircleCI", ".circleci/config.yml", "version: 2.1\njobs: {a: {steps: [checkout]}}\n", "circleci"},
		{"Jenkins", "Jenkinsfile", "pipeline { agent any }\n", "jenkins"},
		{"a job that is none", "jobs.yml", "jobs:\n  a: 1\n", ""},
		{"scripts that are none", "x.yml", "a:\n  script: b\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := summary(manifest.Recognise(c.path, []byte(c.text))); got != c.want {
				t.Errorf("%s is %q, want %q", c.path, got, c.want)
			}
		})
	}
}

// summary says what a content is: apiVersion/Kind namespace/name:line for each object, a word for all else.
func summary(c manifest.Content) string {
	var out []string
	for _, o := range c.Objects {
		out = append(out, fmt.Sprintf("%s/%s %s/%s:%d", o.APIVersion, o.Kind, o.Namespace, o.Name, o.Line))
	}
	for word, is := range map[string]bool{"compose": c.Compose, "dockerfile": c.Dockerfile, "terraform": c.Terraform, "chart": c.Chart} {
		if is {
			out = append(out, word)
		}
	}
	if c.Pipeline != nil {
		out = append(out, c.Pipeline.System)
	}
	if place, _, _ := strings.Cut(c.Unreadable, ":"); c.Unreadable != "" {
		if strings.Contains(c.Unreadable, "it is a template") {
			place += " template"
		}
		out = append(out, "unreadable "+place)
	}
	return strings.Join(out, "; ")
}

func wide(order binary.ByteOrder, text string) string {
	var b bytes.Buffer
	for _, unit := range utf16.Encode([]rune(text)) {
		_ = binary.Write(&b, order, unit)
	}
	return b.String()
}

// TestUnreadableTellsNoValues holds a message to the place and the keys.
func TestUnreadableTellsNoValues(t *testing.T) {
	for _, text := range []string{
		"apiVersion: v1\nkind: Secret\nstringData:\n  password: hunter2: x\n",
		"apiVersion: v1\nkind: Secret\nstringData: {password: {{ hunter2 }}\n",
		"apiVersion: v1\nkind: Secret\nstringData:\n  password: \"hunter2\n",
		"{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"stringData\": {\"password\": \"hunter2}}",
	} {
		c := manifest.Recognise("secret.yaml", []byte(text))
		if c.Unreadable == "" || strings.Contains(c.Unreadable, "hunter2") {
			t.Errorf("%q gives %q", text, c.Unreadable)
		}
	}
}

// TestRecogniseBounded reads texts that are made to be slow to read. What it guards against takes minutes.
func TestRecogniseBounded(t *testing.T) {
	const n = 1 << 20
	bomb := "apiVersion: v1\nkind: Pod\na: &a [x, x, x, x, x, x, x, x, x]\n"
	for i := range 12 {
		bomb += fmt.Sprintf("%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", 'b'+i, 'b'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i)
	}
	for _, c := range []struct{ name, path, text string }{
		{"aliases", "a.yaml", bomb},
		{"objects", "a.yaml", "apiVersion: v1\nkind: List\nitems:\n" + strings.Repeat("- {apiVersion: v1, kind: Pod}\n", n/30)},
		{"objects in one line", "a.json", `{"apiVersion": "v1", "kind": "List", "items": [` + strings.Repeat(`{"apiVersion":"v1","kind":"Pod"},`, n/30) + "{}]}"},
		{"bad objects in one line", "a.json", `{"apiVersion": "v1", "kind": "List", "items": [` + strings.Repeat("1,", n/2) + "1]}"},
		{"one object many times", "a.yaml", "x: &x {apiVersion: v1, kind: Pod}\napiVersion: v1\nkind: List\nitems: [" + strings.Repeat("*x, ", n/8) + "]\n"},
		{"lists in lists", "a.yaml", strings.Repeat("{apiVersion: v1, kind: List, items: [", n/64)},
		{"brackets", "a.yaml", "apiVersion: v1\nkind: Pod\nx: " + strings.Repeat("[", n)},
		{"JSON brackets", "a.json", `{"apiVersion": "v1", "kind": "Pod", "x": ` + strings.Repeat("[", n)},
		{"documents", "a.txt", pod + strings.Repeat("---\n", n/4)},
		{"broken documents", "a.yaml", "kind: apiVersion\n" + strings.Repeat("---\n[\n", n/6)},
		{"documents that may be keys", "a.md", "a: b\n" + strings.Repeat("---\na: b\n", n/16)},
		{"heads of blocks", "a.txt", strings.Repeat("resource \"a\" \"b\" {\n", n/20)},
		{"HCL braces", "a.tf", "a = " + strings.Repeat("{a=", n/3)},
		{"instructions", "a.txt", "FROM a\n" + strings.Repeat("RUN <<a <<b <<c\n", n/16)},
		{"continued lines", "a.txt", "FROM a\nRUN " + strings.Repeat("\\\n", n/2)},
		{"the word services", "a.txt", strings.Repeat("services ", n/9)},
		{"expressions", ".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n    - run: '" + strings.Repeat("${{", n/3) + "'\n"},
		{"substitutions", ".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n    - run: \"" + strings.Repeat("$(", n/2) + "\"\n"},
		{"arithmetic", ".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n    - run: \"" + strings.Repeat("$((", n/3) + "\"\n"},
		{"here documents", ".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n    - run: \"" + strings.Repeat("a <<b\\n", n/8) + "\"\n"},
		{"parameters", ".circleci/config.yml", "version: 2.1\njobs:\n  a:\n    steps:\n    - run: '" + strings.Repeat("<<", n/2) + ">>'\n"},
		{"one script many times", ".github/workflows/a.yml", "on: push\nx: &x {run: \"" + strings.Repeat("a ", n/4) + "\"}\njobs:\n  a:\n    steps: [" + strings.Repeat("*x, ", n/16) + "]\n"},
		{"Groovy", "Jenkinsfile", strings.Repeat("sh(a: '", n/7)},
	} {
		start := time.Now()
		manifest.Recognise(c.path, []byte(c.text))
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", c.name, took)
		} else if testing.Verbose() {
			t.Logf("%s: %v", c.name, took.Round(time.Millisecond))
		}
	}
}

func FuzzRecognise(f *testing.F) {
	for _, text := range []string{pod, service, build, module, workflow, helmObject, "", "\uFEFF{", "%TAG ! a\n--- !a"} {
		for _, path := range []string{"a.yaml", "a.txt", "a.md", "kustomization.yaml", "compose.yaml", "Dockerfile", "main.tf", "a.tf.json", "Chart.yaml", ".github/workflows/a.yml", ".gitlab-ci.yml", "azure-pipelines.yml", ".circleci/config.yml", "Jenkinsfile"} {
			f.Add(path, []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, path string, text []byte) {
		before := bytes.Clone(text)
		start := time.Now()
		c := manifest.Recognise(path, text)
		if took := time.Since(start); took > 5*time.Second && len(text) < 1<<20 {
			t.Fatalf("%d bytes took %v", len(text), took)
		}
		if !bytes.Equal(before, text) {
			t.Fatal("the text was changed")
		}
		for _, o := range c.Objects {
			if o.APIVersion == "" || o.Kind == "" || o.Line < 1 {
				t.Fatalf("an object without identity: %+v", o)
			}
		}
	})
}

// BenchmarkRecognise reads files of 4 KiB, as most of a change are.
func BenchmarkRecognise(b *testing.B) {
	fill := func(line string) string { return strings.Repeat(line, 4096/len(line)) }
	for _, c := range []struct{ name, path, text string }{
		{"go", "main.go", "package main\n\n" + fill("\tif err := run(ctx, \"kind\", args); err != nil { // apiVersion\n")},
		{"typescript", "main.ts", "const a: string = 'b'\n" + fill("  const services = await client.list({ kind: 'a' })\n")},
		{"text", "notes.txt", fill("A line of prose about services, jobs and other kinds of things: this.\n")},
		{"markdown", "README.md", "---\ntitle: kind\n---\n# A\n\n" + fill("Some text on the apiVersion and the kind of things.\n")},
		{"yaml", "values.yaml", fill("key: value of it\n")},
		{"json", "a.json", "[" + fill("{\"name\": \"caf\\u00e9\", \"n\": 1},\n") + "1]"},
		{"manifest", "a.yaml", pod + "data:\n" + fill("  # a comment of some length\n")},
		{"workflow", ".github/workflows/a.yml", workflow + fill("      - run: go test ./... && echo done\n")},
		{"dockerfile", "img", "FROM a\n" + fill("RUN apt-get update && apt-get install -y curl\n")},
		{"terraform", "main.tf", module + fill("# a comment of some length\n")},
	} {
		b.Run(c.name, func(b *testing.B) {
			text := []byte(c.text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				manifest.Recognise(c.path, text)
			}
		})
	}
}

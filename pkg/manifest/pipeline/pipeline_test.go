package pipeline

import (
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// TestRead says what each workflow does: a line an environment, a use, a command.
func TestRead(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"github", ".github/workflows/deploy.yml", `
on:
  push: {branches: [main]}
defaults:
  run: {shell: bash}
jobs:
  build:
    runs-on: ubuntu-latest
    container: golang:1.26
    services:
      db: {image: "postgres:17"}
    steps:
      - uses: actions/checkout@v5
      - uses: actions/checkout@v5
      - run: |
          make build
          kubectl --context "$CTX" apply -f k8s/
      - run: Get-ChildItem | Remove-Item
        shell: pwsh
      - uses: appleboy/ssh-action@v1
        with:
          host: example.org
          script: docker compose up -d
      - uses: actions/github-script@v8
        with:
          script: return 1
  deploy:
    environment: {name: "production", url: "https://example.org"}
    uses: ./.github/workflows/reusable.yml
  other:
    environment: ${{ inputs.environment }}
    steps:
      - run: helm upgrade web ./chart --set tag=${{ github.sha || 'x y' }} && ${{ inputs.command }} now
`, `
github-actions
environment production
environment ${{ inputs.environment }}
use golang:1.26
use postgres:17
use actions/checkout@v5
use appleboy/ssh-action@v1
use actions/github-script@v8
use ./.github/workflows/reusable.yml
run make|build
run kubectl|--context||apply|-f|k8s/
run Get-ChildItem|||Remove-Item
run docker|compose|up|-d
run helm|upgrade|web|./chart|--set|
run |now
unparsed`},
		{"composite action", "deploy/action.yml", `
runs:
  using: composite
  steps:
    - run: flux reconcile kustomization apps
      shell: bash
    - uses: azure/k8s-deploy@v5
`, `
github-action
use azure/k8s-deploy@v5
run flux|reconcile|kustomization|apps`},
		{"container action", "action.yaml", "runs: {using: docker, image: 'docker://bitnami/kubectl:1.33'}\n", `
github-action
use docker://bitnami/kubectl:1.33`},
		{"gitlab", ".gitlab-ci.yml", `
spec:
  inputs: {environment: {}}
---
include:
  - local: ci/build.yml
  - project: ops/templates
    ref: main
    file: [/deploy.yml]
  - component: $CI_SERVER_FQDN/ops/kubectl@1
  - https://example.org/x.yml
image: alpine:3.20
default:
  before_script: [apk add curl]
.base: &base
  tags: [a]
  script:
    - !reference [.setup, script]
    - |
      if true; then
        helm upgrade web .
      fi
    - [echo nested, echo list]
deploy:
  <<: *base
  image: {name: "bitnami/kubectl:1.33"}
  environment:
    name: $[[ inputs.environment ]]
  after_script:
    - kubectl get pods -n $[[ inputs.environment ]]
bridge:
  trigger: {project: ops/deploy}
`, `
gitlab-ci
environment $[[ inputs.environment ]]
use ci/build.yml
use ops/templates
use /deploy.yml
use $CI_SERVER_FQDN/ops/kubectl@1
use https://example.org/x.yml
use alpine:3.20
use bitnami/kubectl:1.33
use ops/deploy
run apk|add|curl
run true
run helm|upgrade|web|.
run echo|nested
run echo|list
run kubectl|get|pods|-n|`},
		{"azure", "azure-pipelines.yml", `
trigger: [main]
extends: {template: base.yml@templates}
stages:
- stage: deploy
  jobs:
  - deployment: web
    environment: production.shop
    strategy:
      runOnce:
        deploy:
          steps:
          - script: kubectl apply -f k8s
          - ${{ if eq(variables.x, 1) }}:
            - bash: helm rollback web
          - task: Kubernetes@1
            inputs: {command: apply}
          - task: AzureCLI@2
            inputs: {scriptType: bash, inlineScript: az aks command invoke}
          - task: PowerShell@2
            inputs: {script: Remove-Item (x}
          - pwsh: a | b
  - template: jobs/x.yml
`, `
azure-pipelines
environment production.shop
use base.yml@templates
use Kubernetes@1
use AzureCLI@2
use PowerShell@2
use jobs/x.yml
run kubectl|apply|-f|k8s
run helm|rollback|web
run az|aks|command|invoke
run Remove-Item|(x
run a|||b
unparsed`},
		{"circleci", ".circleci/config.yml", `
version: 2.1
orbs: {kube: "circleci/kubernetes@1.3"}
jobs:
  deploy:
    docker: [{image: "cimg/base:current"}]
    steps:
      - checkout
      - kube/install
      - run: kubectl apply -f << parameters.file >>
      - run: {name: x, command: "cat <<EOF >>f\na\nEOF\nhelm list"}
      - when: {condition: true, steps: [{run: "flux get all"}]}
      - kube/apply: {file: a}
`, `
circleci
use circleci/kubernetes@1.3
use cimg/base:current
use checkout
use kube/install
use kube/apply
run kubectl|apply|-f|
run cat
run helm|list
run flux|get|all`},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed := document.Parse(c.path, []byte(c.text), document.Options{Schema: document.Core})
			if len(parsed.Errors) > 0 {
				t.Fatal(parsed.Errors[0])
			}
			if got, want := describe(Read(c.path, parsed.Docs)), strings.TrimSpace(c.want); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestJenkins(t *testing.T) {
	got := describe(ReadJenkins(`
@Library('ops@main') _
// sh 'commented out'
/* sh 'too' */
pipeline {
  agent { docker { image 'bitnami/kubectl:1.33' } }
  environment { sh = 'no step' }
  stages {
    stage("don't stop") {
      steps {
        sh 'kubectl apply -f k8s'
        sh(returnStdout: true, script: "helm upgrade web . --set tag=${env.TAG} \$HOME")
        sh '''
          set -e
          flux reconcile source git apps
        '''.stripIndent()
        sh script: 'make ' + target, label: 'x'
        sh command
        bat 'dir /b'
        sh '''#!/usr/bin/env python
print("x")
'''
      }
    }
  }
}
`))
	want := strings.TrimSpace(`
jenkins
use ops@main
use bitnami/kubectl:1.33
run kubectl|apply|-f|k8s
run helm|upgrade|web|.|--set||
run set|-e
run flux|reconcile|source|git|apps
run make|
run 
run dir|/b
run #!/usr/bin/env|python
run print("x")
unparsed`)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func describe(p *Pipeline) string {
	if p == nil {
		return "none"
	}
	out := []string{p.System}
	for _, e := range p.Environments {
		out = append(out, "environment "+e)
	}
	for _, u := range p.Uses {
		out = append(out, "use "+u)
	}
	for _, c := range p.Commands {
		out = append(out, "run "+strings.Join(c, "|"))
	}
	if p.Unparsed {
		out = append(out, "unparsed")
	}
	return strings.Join(out, "\n")
}

func TestSystem(t *testing.T) {
	for path, want := range map[string]string{
		".github/workflows/a.yml":     GitHubActions,
		"sub/.github/workflows/a.yml": GitHubActions,
		".gitea/workflows/a.yaml":     GitHubActions,
		".github/workflows/a.txt":     "",
		".github/dependabot.yml":      "",
		"x/action.yaml":               GitHubAction,
		"Jobs/Build.gitlab-ci.yml":    GitLabCI,
		"azure-pipelines.prod.yml":    AzurePipelines,
		".circleci/config.yml":        CircleCI,
		"config.yml":                  "",
		"ci/Jenkinsfile.deploy":       Jenkins,
		"deploy.jenkinsfile":          Jenkins,
	} {
		if got := System(path); got != want {
			t.Errorf("System(%q) is %q, want %q", path, got, want)
		}
	}
}

// TestCommands splits scripts: words are parted by |, commands by a line break.
func TestCommands(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"words", "kubectl  apply\t-f x", "kubectl|apply|-f|x"},
		{"lists", "a; b && c || d | e & f\ng |& h", "a\nb\nc\nd\ne\nf\ng\nh"},
		{"quotes", `'ku'b"ec"tl "a b" 'c d' \e "f\"g" "h\i" ''`, `kubectl|a b|c d|e|f"g|h\i|`},
		{"letters by number", `$'\x6bube\143tl' $'a\'\u0062' $"c"`, "kubectl|a'b|c"},
		{"continued line", "a \\\n  b\\\nc \\\r\n d", "a|bc|d"},
		{"comment", "a # b\n# c\nd#e", "a\nd#e"},
		{"expansions", `a $b ${c} "$d" x$e $1 $@ $ "$" 'f$g'`, "a|||||||$|$|f$g"},
		{"substitutions", "a $(b \"$(c)\") `d` <(e) $((1 + $(f)))", "a||||\nb|\nc\nd\ne\nf"},
		{"parameter that runs", `a "${b:-$(c 'd}')}"`, "a|\nc|d}"},
		{"assignments", `a=1 b="$(c)" d[1]+=2 e f=3`, "e|f=3\nc"},
		{"assignment alone", "a=1", ""},
		{"arrays", "a=(b $(c)) d\ndeclare -a e=(f g)", "d\nc\ndeclare|-a|"},
		{"redirections", "a >b 2>&1 <c &>d 3< e >>f >|g f2", "a|f2"},
		{"process substitution as input", "while read x; do a; done < <(b)", "read|x\na\nb"},
		{"wrappers stay", "sudo -u x env A=1 timeout 5 a b", "sudo|-u|x|env|A=1|timeout|5|a|b"},
		{"if", "if ! a; then b; elif c; then d; else e; fi >f && g", "a\nb\nc\nd\ne\ng"},
		{"loops", "for x in 1 $(a); do b; done; until c; do d; done\nfor ((i=0; i<3; i++)); do e; done\nfor x do f; done", "a\nb\nc\nd\ne\nf"},
		{"case", "case $(a) in\n  # c\n  x|\"y z\") b;;\n  (w) c ;&\n  *) if d; then e; fi\nesac; f", "a\nb\nc\nd\ne\nf"},
		{"case within case", "case a in b) case c in d) e;; esac;; esac", "e"},
		{"functions", "f() { a; }\nfunction g { b; }\nfunction h() (c)\nf", "a\nb\nc\nf"},
		{"groups", "{ a; b; } | (c; (d)) && ((1 + 2)) ; e", "a\nb\nc\nd\ne"},
		{"test", `[[ -n $(a) && ( $b =~ ^(c|d)$ ) || x < y ]] && e; [ -f x ]`, "a\ne\n[|-f|x|]"},
		{"patterns", "rm !(a|b) @($(c)|d) *.txt", "rm|||*.txt\nc"},
		{"braces", "{kubectl,apply} a{1..3} a.{b} {}", "||a.{b}|{}"},
		{"here document", "a <<EOF b\nx $(c) `d`\nEOF\ne", "a|b\nc\nd\ne"},
		{"here document without expansions", "a <<'EOF'; b\nx $(c)\nEOF\nd", "a\nb\nd"},
		{"two here documents", "a <<A <<-B\nx\nA\n\ty\n\tB\nb", "a\nb"},
		{"here document without its end", "a <<E\nb", "a"},
		{"shell in a shell", "bash -euo pipefail -c 'a; b $c'; sh -lc \"d $e\"", "bash|-euo|pipefail|-c|a; b $c\na\nb|\nsh|-lc|\nd|"},
		{"shell behind wrappers", "docker run x sh -c 'a b'\nsudo su - me -c 'c'", "docker|run|x|sh|-c|a b\na|b\nsudo|su|-|me|-c|c\nc"},
		{"shell with a file", "bash x.sh -c a", "bash|x.sh|-c|a"},
		{"shell fed by a here document", "sudo bash <<'E'\na b\nE\nsh <<< 'c d'", "sudo|bash\na|b\nsh\nc|d"},
		{"eval", "eval 'a b' $c\nopa eval d", "eval|a b|\na|b|\nopa|eval|d"},
		{"ssh", "ssh -i k me@host 'cd /srv && a'", "ssh|-i|k|me@host|cd /srv && a\ncd|/srv\na"},
		{"expressions", "${{ a }} b${{ c('\") }}d '${{ e }}' \"${{ f }}\"", "|||"},
		{"CRLF", "a b\r\nif c; then\r\n  d\r\nfi\r\n", "a|b\nc\nd"},
		{"coproc and time", "coproc a; time b", "a\ntime|b"},
		{"not UTF-8", "a \xff", "a|\xff"},

		{"open quote", "a 'b", "error"},
		{"open quotes", `a "b`, "error"},
		{"open substitution", "a $(b", "error"},
		{"open parameter", "a ${b", "error"},
		{"open backtick", "a `b", "error"},
		{"open group", "(a", "error"},
		{"too many closed", "a)", "error"},
		{"open case", "case a in b) c", "error"},
		{"redirection to nothing", "a >", "error"},
		{"a program", "print('x')\n", "error"},
		{"zero byte", "a \x00 b", "error"},
		{"too deep", strings.Repeat("a $(", 200) + strings.Repeat(")", 200), "error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, ok := commands(c.script, expression, 0)
			var lines []string
			for _, words := range found {
				lines = append(lines, strings.Join(words, "|"))
			}
			got := strings.Join(lines, "\n")
			if !ok {
				got = "error"
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// FuzzCommands holds the splitter to what callers rely on: it ends, and it finds nothing that is not there.
func FuzzCommands(f *testing.F) {
	for _, s := range []string{
		"a <<E; b $(c `d` ${e:-'f'})\nE\n", "case a in (b|c) d;; esac", "for ((;;)); do a; done", "[[ a =~ (b) ]]",
		"f() { a=(b); }", "bash -c \"bash -c 'a'\"", "$'\\x6b' ${{ a }} <(b)", "@(a|b) {a,b}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, script string) {
		found, ok := commands(script, expression, 0)
		if !ok && found != nil {
			t.Fatal("commands of a script that was not parsed")
		}
		words := 0
		for _, c := range found {
			if len(c) == 0 {
				t.Fatal("a command without words")
			}
			words += len(c)
		}
		if limit := (maxShells + 1) * (len(script) + 1); words > limit {
			t.Fatalf("%d words in %d bytes", words, len(script))
		}
	})
}

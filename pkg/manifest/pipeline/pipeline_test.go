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

// TestHoles says what a script does around what the system fills in.
func TestHoles(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"words", `${{ a }} b${{ c('") }}d '${{ e }}' "${{ f }}"`, "|||"},
		{"in arithmetic", "a $((${{ b }} + 1)); [[ ${{ c }} ]] && d", "a|\nd"},
		{"in a string for a shell", "bash -c 'a ${{ b }}; c'", "bash|-c|\na|\nc"},
		{"over lines", "a ${{\n b }} c\nd", "a||c\nd"},
		{"without an end", "a '${{'", "a|${{"},
		{"nothing at all", "a ${{}} b", "a||b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := collect(GitHubActions, expression, Source{})
			got.add(Script{Text: c.script, Holes: expression.in(c.script)})
			if got, want := describe(got.pipeline), strings.TrimSuffix("github-actions\nrun "+strings.ReplaceAll(c.want, "\n", "\nrun "), "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

package scripts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// collect writes files into a folder and says what is found there. A file whose text begins with "#!" is executable.
func collect(t testing.TB, files map[string]string) ([]Command, []Fault) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	commands, faults, err := Collect(context.Background(), open(t, dir), nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	return commands, faults
}

func open(t testing.TB, dir string) *repo.Snapshot {
	t.Helper()
	r, err := repo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := r.Worktree(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// show writes a line a command: place, kind, where, words, what it runs through. A ~ is before a place that is not exact.
func show(commands []Command, faults []Fault) string {
	var lines []string
	for _, c := range commands {
		exact := ""
		if !c.Exact {
			exact = "~"
		}
		words := strings.Join(c.Words, "|")
		if c.Raw {
			words = "raw " + words
		}
		if len(c.Via) > 0 {
			words += " < " + strings.Join(c.Via, ", ")
		}
		lines = append(lines, fmt.Sprintf("%s%d:%d-%d:%d %s (%s): %s", exact, c.Range.Start.Line, c.Range.Start.Column, c.Range.End.Line, c.Range.End.Column, c.Kind, c.Where, words))
	}
	for _, f := range faults {
		lines = append(lines, fmt.Sprintf("fault %d:%d %s", f.Range.Start.Line, f.Range.Start.Column, f.Message))
	}
	return strings.Join(lines, "\n")
}

type fileCase struct{ name, path, text, want string }

func check(t *testing.T, cases []fileCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, want := show(collect(t, map[string]string{c.path: c.text})), strings.TrimSpace(c.want); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestYAML(t *testing.T) {
	check(t, []fileCase{
		{"workflow", ".github/workflows/x.yml", `on: push
jobs:
  deploy:
    steps:
      - uses: actions/checkout@v5
      - run: |
          # é
          é; kubectl apply -f ${{ inputs.file }}

          helm \
            upgrade
`, `
8:11-8:12 workflow (job deploy, step 2): é
8:14-8:49 workflow (job deploy, step 2): kubectl|apply|-f|
10:11-11:20 workflow (job deploy, step 2): helm|upgrade`},
		{"one line", ".github/workflows/x.yml", "on: push\njobs: {a: {steps: [{run: kubectl apply}, {run: 'a b'}, {run: \"c d\"}]}}\n", `
2:26-2:39 workflow (job a, step 1): kubectl|apply
2:49-2:52 workflow (job a, step 2): a|b
2:63-2:66 workflow (job a, step 3): c|d`},
		{"escapes are not exact", ".github/workflows/x.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: \"a \\\"b\\\"\"\n", `
~5:14-5:23 workflow (job a, step 1): a|b`},
		{"folded is not exact", ".github/workflows/x.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: >\n          a\n          b\n", `
~5:14-7:12 workflow (job a, step 1): a|b`},
		{"indicator and blank lines", ".github/workflows/x.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: |2-\n\n           a\n          b\n", `
7:12-7:13 workflow (job a, step 1): a
8:11-8:12 workflow (job a, step 1): b`},
		{"windows", ".github/workflows/x.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          kubectl apply (x\n        shell: pwsh\n      - run: print()\n        shell: python\n", `
~6:11-6:27 workflow (job a, step 1): raw kubectl|apply|(x`},
		{"not a script", ".github/workflows/x.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          a\n          b (c\n", "6:11-6:12 workflow (job a, step 1): a\n~7:11-7:15 workflow (job a, step 1): raw b|(c\nfault 7:11 job a, step 1: `foo(` must be followed by `)`"},
		{"CRLF", ".github/workflows/x.yml", "on: push\r\njobs:\r\n  a:\r\n    steps:\r\n      - run: |\r\n          a\r\n          b c\r\n", `
6:11-6:12 workflow (job a, step 1): a
7:11-7:14 workflow (job a, step 1): b|c`},
		{"broken", ".github/workflows/x.yml", "on: [\njobs: {a\n", `
fault 2:1 a mapping in braces lacks a ',' or its '}'`},
		{"composite action", "x/action.yml", "runs:\n  using: composite\n  steps:\n    - run: a b\n      shell: bash\n", `
4:12-4:15 action (step 1): a|b`},
		{"gitlab", ".gitlab-ci.yml", "deploy:\n  script:\n    - K=kubectl\n    - $K apply\n    - |\n      if a; then\n        helm list\n      fi\n", `
4:7-4:15 gitlab-ci (job deploy): kubectl|apply
6:10-6:11 gitlab-ci (job deploy): a
7:9-7:18 gitlab-ci (job deploy): helm|list`},
		{"azure", "azure-pipelines.yml", "jobs:\n- deployment: web\n  steps:\n  - script: kubectl apply\n", `
4:13-4:26 azure-pipelines (job web): kubectl|apply`},
		{"circleci", ".circleci/config.yml", "version: 2.1\njobs:\n  b:\n    steps:\n      - checkout\n      - run: {command: helm upgrade}\n", `
6:24-6:36 circleci (job b, step 2): helm|upgrade`},
		{"jenkins", "Jenkinsfile", "pipeline {\n  sh 'kubectl apply'\n  sh \"\"\"\n    helm upgrade ${env.X}\n  \"\"\"\n  sh 'a ' + b\n}\n", `
2:7-2:20 jenkins (step sh): kubectl|apply
4:5-4:26 jenkins (step sh): helm|upgrade|
6:7-6:10 jenkins (step sh): a|`},
		{"package.json", "web/package.json", "{\n  \"scripts\": {\"build\": \"tsc\", \"deploy\": \"npm run build && kubectl apply -f \\\"x\\\"\"}\n}\n", `
2:25-2:28 package.json (script build): tsc
~2:41-2:82 package.json (script deploy): npm|run|build
~2:41-2:82 package.json (script deploy): kubectl|apply|-f|x`},
		{"taskfile", "Taskfile.yml", "version: '3'\nvars:\n  V: {sh: git describe}\ntasks:\n  a: kubectl get\n  b:\n    cmds:\n      - helm upgrade {{.NAME}}\n      - cmd: kubectl apply\n      - task: a\n      - defer: kubectl delete\n", `
3:11-3:23 taskfile (variable V): git|describe
5:6-5:17 taskfile (task a): kubectl|get
8:9-8:31 taskfile (task b): helm|upgrade|
9:14-9:27 taskfile (task b): kubectl|apply
11:16-11:30 taskfile (task b): kubectl|delete`},
		{"pre-commit", ".pre-commit-config.yaml", "repos:\n- repo: local\n  hooks:\n  - {id: a, language: system, entry: helm lint}\n  - {id: b, language: python, entry: kubectl apply}\n", `
4:38-4:47 pre-commit (hook a): helm|lint`},
		{"lefthook", "lefthook.yml", "pre-push:\n  commands:\n    t: {run: go test}\n  jobs:\n    - run: make {staged_files}\n    - group: {jobs: [{name: x, run: kubectl apply}]}\n", `
3:14-3:21 lefthook (hook pre-push, command t): go|test
5:12-5:31 lefthook (hook pre-push, job 1): make|{staged_files}
6:37-6:50 lefthook (hook pre-push, job x): kubectl|apply`},
		{"another YAML file", "values.yaml", "script: kubectl apply\nsteps: [{run: x}]\n", ""},
	})
}

func TestShellFiles(t *testing.T) {
	check(t, []fileCase{
		{"script", "deploy.sh", "#!/bin/sh\nset -e\n  kubectl apply\n", `
2:1-2:7 shell (): set|-e
3:3-3:16 shell (): kubectl|apply`},
		{"without an ending", "bin/deploy", "#!/usr/bin/env bash\nkubectl apply\n", `
2:1-2:14 shell (): kubectl|apply`},
		{"another interpreter", "bin/deploy", "#!/usr/bin/env python\nkubectl()\n", ""},
		{"zsh", "x.zsh", "print ${(f)a}\nkubectl apply\n", `
1:1-1:14 shell (): print|
2:1-2:14 shell (): kubectl|apply`},
		{"byte order mark", "x.sh", "\uFEFFkubectl apply\n", `
1:1-1:14 shell (): kubectl|apply`},
		{"faulty", "x.sh", "a\nif b\n  kubectl apply\n", "1:1-1:2 shell (): a\n~2:1-2:5 shell (): raw if|b\n~3:3-3:16 shell (): raw kubectl|apply\nfault 2:1 `if <cond>` must be followed by `then`"},
		{"just", "justfile", "k := 'kubectl'\nv := `git describe`\n\ndeploy env='x': build\n  @{{k}} apply -f {{env}} \\\n    -n y\n  helm list\nscript:\n    #!/usr/bin/env bash\n    if a; then\n      b\n    fi\n", `
2:7-2:19 justfile (variable v): git|describe
5:4-6:9 justfile (recipe deploy): kubectl|apply|-f||-n|y
7:3-7:12 justfile (recipe deploy): helm|list
10:8-10:9 justfile (recipe script): a
11:7-11:8 justfile (recipe script): b`},
		{"prose", "README.md", "kubectl apply\n", ""},
	})
}

// TestScope leaves out what is not in scope, and keeps the order of the paths.
func TestScope(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.sh", "a.sh", "c.sh"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	commands, _, err := Collect(context.Background(), open(t, dir), func(p string) bool { return p != "b.sh" }, 4)
	if err != nil || len(commands) != 2 || commands[0].Path != "a.sh" || commands[1].Path != "c.sh" {
		t.Errorf("%v %v", commands, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Collect(ctx, open(t, dir), nil, 1); err == nil {
		t.Error("no error of a context that ended")
	}
}

// TestCost reads files that are made to be slow.
func TestCost(t *testing.T) {
	const size = 1 << 19
	for name, text := range map[string]string{
		"Makefile":             "a:\n\t" + strings.Repeat("$(shell ", size/8),
		"b/Makefile":           "A=$(B)$(B)\nB=$(C)$(C)\nC=$(A)$(A)\na:\n" + strings.Repeat("\t$(A)\n", size/8),
		"c/Makefile":           strings.Repeat("$", size),
		"Dockerfile":           "FROM a\n" + strings.Repeat("RUN <<A\n", size/8),
		"b/Dockerfile":         "FROM a\nRUN " + strings.Repeat("x \\\n", size/4),
		"justfile":             "a:\n  " + strings.Repeat("{{", size/2),
		"Jenkinsfile":          "sh \"\"\"" + strings.Repeat("${", size/2),
		"big.sh":               strings.Repeat("a\n", size+1),
		".circleci/config.yml": "version: 2.1\njobs:\n  a:\n    steps:\n      - run: |\n          " + strings.Repeat("<<", size/2) + " >>\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			collect(t, map[string]string{name: text})
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("it took %v", took)
			} else if testing.Verbose() {
				t.Logf("it took %v", took)
			}
		})
	}
}

// BenchmarkCollect reads 5,000 shell scripts of 2 KB.
func BenchmarkCollect(b *testing.B) {
	dir := b.TempDir()
	text := "#!/usr/bin/env bash\nset -euo pipefail\n"
	for i := 0; len(text) < 2<<10; i++ {
		text += fmt.Sprintf("if [[ -n \"${NAME_%d:-}\" ]]; then\n  log \"deploying ${NAME_%d}\" && sudo kubectl -n \"$NS\" get pods | grep -v x >/dev/null # %d\nfi\n", i, i, i)
	}
	for i := range 5000 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.sh", i)), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	snapshot := open(b, dir)
	for b.Loop() {
		if _, faults, err := Collect(context.Background(), snapshot, nil, 2); err != nil || len(faults) > 0 {
			b.Fatal(faults, err)
		}
	}
}

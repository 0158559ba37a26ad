package k8sreadiness_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/k8sreadiness"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// mutations is how many damaged manifests TestMutations judges. The coverage-guided fuzzer is of no use here: with all
// that rendering links, it comes to less than one execution a second.
const mutations = 3000

// TestMutations: whatever a file holds, the gate comes to findings with places inside the file. A panic, or a rule that
// fails on odd facts, is a defect.
func TestMutations(t *testing.T) {
	texts := []string{
		"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {containers: [3, {image: 4}]}}]",
		"apiVersion: v1\nkind: LimitRange\nspec: {limits: [{type: Container, default: 3}]}",
		"apiVersion: v1\nkind: ClusterRoleBinding\nsubjects: [3, {kind: Group, name: system:serviceaccounts}]\nroleRef: 3",
		"apiVersion: v1\nkind: NetworkPolicy\nspec: {egress: [3, {to: tresor}, [tresor]]}",
		"apiVersion: v1\nkind: Pod\nspec: {containers: [{resources: {requests: {cpu: [], memory: x}, limits: {cpu: 1e400}}, env: [{name: TOKEN, value: 3}]}], volumes: [{name: a}, {hostPath: 3}]}",
	}
	samples, err := filepath.Glob("../../../testdata/repos/*/k8s/*.yaml")
	if err != nil || len(samples) == 0 {
		t.Fatal("no samples")
	}
	for _, name := range samples {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	judge := judgeText(t)
	for _, text := range texts {
		judge(text)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range mutations {
		judge(mutate(random, texts[random.IntN(len(texts))]))
	}
}

// mutate deletes, repeats and swaps lines and gives values another type.
func mutate(random *rand.Rand, text string) string {
	lines := strings.Split(text, "\n")
	for range 1 + random.IntN(4) {
		i, j := random.IntN(len(lines)), random.IntN(len(lines))
		switch random.IntN(5) {
		case 0:
			lines = slices.Delete(lines, i, min(i+1+random.IntN(3), len(lines)))
		case 1:
			lines = slices.Insert(lines, i, lines[j])
		case 2:
			lines[i], lines[j] = lines[j], lines[i]
		default:
			values := []string{"", "null", "[]", "{}", "3", "true", "[1, {a: b}]", "{a: [b]}", "\"\"", "tresor", "-1", "1e400", "${X}", "&a", "*a", "|", "\xff"}
			key, _, _ := strings.Cut(lines[i], ":")
			lines[i] = key + ": " + values[random.IntN(len(values))]
		}
		if len(lines) == 0 {
			return ""
		}
	}
	return strings.Join(lines, "\n")
}

// judgeText returns a function that judges a text as the only file of a folder.
func judgeText(t *testing.T) func(text string) {
	t.Helper()
	dir := t.TempDir()
	bundle, err := policy.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	engine, err := bundle.Compile()
	if err != nil {
		t.Fatal(err)
	}
	session, err := engine.Open(context.Background(), k8sreadiness.Gate{}.Name())
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := repo.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		snapshot, err := r.Worktree(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		run := &gate.Run{
			Snapshot: snapshot, Scope: func(string) bool { return true }, Config: &config.Config{}, Bundle: bundle, Jobs: 1, Now: time.Unix(0, 0),
		}
		collection, err := k8sreadiness.Gate{}.Collect(context.Background(), run)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range collection.Subjects {
			violations, err := session.Eval(context.Background(), s.Input())
			if err != nil {
				t.Fatalf("%v in\n%s", err, text)
			}
			if s.Fault != "" && len(violations) == 0 {
				t.Errorf("no violation for the fault %q in\n%s", s.Fault, text)
			}
			for _, v := range violations {
				s.Resource(v.Path)
				s.Identity(v.Path)
				at := s.Locate(v.Path)
				if at.Path != "a.yaml" || at.Range.Start.Line < 0 || at.Range.End.Line < at.Range.Start.Line {
					t.Errorf("%s at %+v in\n%s", v.Message, at, text)
				}
			}
		}
	}
}

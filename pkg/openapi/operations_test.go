package openapi

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestOperations(t *testing.T) {
	s := sound(t, filled("3.1", true, slots{}))
	for _, c := range []struct{ section, path, want string }{
		{"paths", "/shared/first", `[
			{"Method":"get","ID":"sharedFirst","Deprecated":false,"Tags":[],"Parameters":[{"Name":"page","In":"query","Required":false}],"Security":[],"Responses":["200"]},
			{"Method":"put","ID":"putFirst","Deprecated":false,"Tags":[],"Parameters":[],"Security":[
				[{"Name":"key","Type":"apiKey","In":"header","Parameter":"X-Key","Scheme":"","Description":""}],
				[{"Name":"oauth","Type":"oauth2","In":"","Parameter":"","Scheme":"","Description":""}]],"Responses":["200","201"]}]`},
		{"paths", "/shared/item", `[{"Method":"get","ID":"item","Deprecated":false,"Tags":[],"Parameters":[{"Name":"limit","In":"query","Required":false}],"Security":[
				[{"Name":"key","Type":"apiKey","In":"header","Parameter":"X-Key","Scheme":"","Description":""}]],"Responses":["200"]}]`},
		{"webhooks", "lost", `[{"Method":"post","ID":"","Deprecated":false,"Tags":[],"Parameters":[],"Security":[
				[{"Name":"key","Type":"apiKey","In":"header","Parameter":"X-Key","Scheme":"","Description":""}]],"Responses":["200"]}]`},
	} {
		var want []Operation
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		got, _ := json.Marshal(s.Operations(c.section)[c.path])
		if expected, _ := json.Marshal(want); string(got) != string(expected) {
			t.Errorf("%s:\n got %s\nwant %s", c.path, got, expected)
		}
	}
	ops := s.Operations("paths")
	if _, ok := ops["x-paths"]; ok {
		t.Error("an extension is no path")
	}
	second := ops["/shared/second/{id}"]
	if len(second) != 2 || !second[1].Deprecated || !slices.Equal(second[1].Parameters[3:], []Parameter{{"id", "path", true}, {"page", "query", false}}) {
		t.Errorf("parameters of the path: %+v", second)
	}
}

func TestOperationsOfNothing(t *testing.T) {
	for _, text := range []string{"", "a", "[]", "openapi: 3.1.0\npaths: []\n", "openapi: 3.1.0\npaths: {/a: 1, /b: {get: 2}, /c: {$ref: '#/paths/~1c'}}\nsecurity: x\n"} {
		s := loaded(t, one(text))
		for path, list := range s.Operations("paths") {
			if path != "/b" && len(list) > 0 {
				t.Errorf("%s: %+v", path, list)
			}
		}
	}
}

func TestLocate(t *testing.T) {
	s := sound(t, filled("3.1", true, slots{}))
	for _, c := range []struct {
		path []any
		file string
		line int
	}{
		{[]any{}, own, 1},
		{[]any{"info", "title"}, own, 2},
		{[]any{"tags", 0, "name"}, own, 6},
		{[]any{"paths", "/none"}, own, 9},
		{[]any{"paths", "/shared/item", "get", "parameters", 0}, common, 5},
		{[]any{"paths", "/shared/item", "get", "parameters", 0, "name"}, common, 13},
		{[]any{"paths", "/shared/item", "get", "none"}, common, 2},
	} {
		if got := s.Locate(c.path...); got.Path != c.file || got.Range.Start.Line != c.line {
			t.Errorf("%v: %+v", c.path, got)
		}
	}
	if got := loaded(t, one("a: [")).Locate("a"); got.Path != own || got.Range.Start.Line != 0 {
		t.Errorf("what cannot be parsed: %+v", got)
	}
}

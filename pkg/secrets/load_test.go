package secrets

import (
	"context"
	"strings"
	"sync"
	"testing"
)

func TestLoadSaysWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no TOML":        {"a = [", "line 1"},
		"type":           {"rules = 1", "rules"},
		"regex":          {"[[rules]]\nid = \"x\"\nregex = \"(\"", "rule x: regex"},
		"path":           {"[[rules]]\nid = \"x\"\npath = \"(\"", "rule x: path"},
		"neither":        {"[[rules]]\nid = \"x\"", "neither regex nor path"},
		"no id":          {"[[rules]]\nregex = \"x\"", "no id"},
		"group":          {"[[rules]]\nid = \"x\"\nregex = \"(x)\"\nsecretGroup = 2", "secretGroup is 2"},
		"condition":      {"[[allowlists]]\ncondition = \"xor\"\npaths = [\"a\"]", "unknown condition"},
		"target":         {"[[allowlists]]\nregexTarget = \"file\"\npaths = [\"a\"]", "unknown regexTarget"},
		"empty":          {"[[allowlists]]\ncondition = \"and\"", "allows nothing"},
		"allow regex":    {"[[allowlists]]\nregexes = [\"[\"]", "allowlist: regexes"},
		"target rule":    {"[[allowlists]]\ntargetRules = [\"x\"]\nregexes = [\"a\"]", "target rule \"x\""},
		"required":       {"[[rules]]\nid = \"x\"\nregex = \"x\"\n[[rules.required]]\nid = \"y\"", "requires the rule \"y\""},
		"both":           {"[allowlist]\npaths = [\"a\"]\n[[allowlists]]\npaths = [\"a\"]", "deprecated"},
		"url":            {"[extend]\nurl = \"https://example.org\"", "extend.url"},
		"path refused":   {"[extend]\npath = \"a.toml\"", "extend.path"},
		"both extend":    {"[extend]\npath = \"a.toml\"\nuseDefault = true", "extend.useDefault"},
		"version":        {"minVersion = \"new\"", "minVersion"},
		"required no id": {"[[rules]]\nid = \"x\"\nregex = \"x\"\n[[rules.required]]\nwithinLines = 1", "no id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load("conf.toml", []byte(test.text), nil)
			if err == nil {
				t.Fatal("it was accepted")
			}
			if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "conf.toml") ||
				!strings.Contains(err.Error(), ": ") {
				t.Errorf("%q does not say %q", err, test.want)
			}
		})
	}
}

// TestLoadAnyNumberOfTimes is about gitleaks' process-wide count, by which the third configuration loses what it extends.
func TestLoadAnyNumberOfTimes(t *testing.T) {
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			r, err := Load("c", []byte("[extend]\nuseDefault = true\n"), nil)
			if err != nil {
				t.Error(err)
				return
			}
			if len(r.rules) != len(defaultOf(t).rules) {
				t.Errorf("%d rules", len(r.rules))
			}
		})
	}
	wait.Wait()
}

func defaultOf(t testing.TB) *Rules {
	t.Helper()
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExtensions(t *testing.T) {
	open := filesIn(map[string]string{
		"a": "[extend]\npath = \"b\"\n[[rules]]\nid = \"a\"\nregex = \"a+\"\n[[allowlists]]\ntargetRules = [\"a\"]\npaths = [\"x\"]",
		"b": "[extend]\npath = \"c\"\n[[rules]]\nid = \"b\"\nregex = \"b+\"\n",
		"c": "[[rules]]\nid = \"c\"\nregex = \"c+\"\n",
	})
	r, err := Load("top", []byte("minVersion = \"v99.0.0\"\n[extend]\npath = \"a\"\ndisabledRules = [\"nope\"]\n"), open)
	if err != nil {
		t.Fatal(err)
	}
	if r.byID["a"] == nil || r.byID["b"] == nil || r.byID["c"] != nil {
		t.Errorf("rules: %v", r.byID)
	}
	if len(r.Notes()) != 4 {
		t.Errorf("notes: %q", r.Notes())
	}
	if _, err := Load("top", []byte("[extend]\npath = \"nowhere\"\n"), open); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Error(err)
	}
}

func TestDigest(t *testing.T) {
	seen := map[string]string{}
	for _, text := range []string{
		"[[rules]]\nid = \"x\"\nregex = \"x\"", "[[rules]]\nid = \"x\"\nregex = \"y\"", "[[rules]]\nid = \"x\"\npath = \"x\"",
		"[[rules]]\nid = \"x\"\nregex = \"x\"\nentropy = 1", "[[rules]]\nid = \"x\"\nregex = \"x\"\nkeywords = [\"a\"]",
		"[[rules]]\nid = \"x\"\nregex = \"x\"\n[[allowlists]]\npaths = [\"a\"]",
		"[[rules]]\nid = \"x\"\nregex = \"x\"\n[[rules.allowlists]]\npaths = [\"a\"]",
		"[[rules]]\nid = \"x\"\nregex = \"x\"\n[[rules.required]]\nid = \"x\"\nwithinLines = 1",
	} {
		r, err := Load("c", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := Load("c", []byte("# a comment\n"+text), nil)
		if r.Digest() != again.Digest() || !strings.HasPrefix(r.Digest(), "sha256:") || len(r.Digest()) != 71 {
			t.Errorf("%s and %s", r.Digest(), again.Digest())
		}
		if other, ok := seen[r.Digest()]; ok {
			t.Errorf("%q and %q have the same digest", text, other)
		}
		seen[r.Digest()] = text
	}
}

func TestSkipsPath(t *testing.T) {
	r := defaultOf(t)
	for path, want := range map[string]bool{
		"": false, "a.go": false, "go.sum": true, "a/b.PNG": true, "vendor/github.com/a/b.go": true, "x/.gitleaks.toml": true,
	} {
		if r.SkipsPath(path) != want {
			t.Errorf("%q: not %v", path, want)
		}
	}
	own, err := Load("ci/leaks.toml", []byte("[[allowlists]]\ncondition = \"AND\"\npaths = [\"a\"]\ncommits = [\"c\"]\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !own.SkipsPath("ci/leaks.toml") || own.SkipsPath("a") {
		t.Error("the configuration itself is to be skipped, a path that only a commit allows is not")
	}
}

func TestPathRules(t *testing.T) {
	r := defaultOf(t)
	for _, ask := range []bool{true, false} {
		found, err := r.NewScanner(5).Scan(context.Background(), Fragment{Path: "a.p12", FirstLine: 1, FileItself: ask})
		if err != nil {
			t.Fatal(err)
		}
		if (len(found) == 1) != ask {
			t.Errorf("asked: %v, found: %v", ask, found)
		}
	}
}

func TestScanHonoursItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := defaultOf(t).NewScanner(5).Scan(ctx, Fragment{Text: "x"}); err == nil {
		t.Error("no error")
	}
}

func TestScannerIsSafeForConcurrentUse(t *testing.T) {
	s := defaultOf(t).NewScanner(5)
	text := strings.Repeat("token = \""+canary()+"\" // s.x curl key ey sk\n", 20)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				found, err := s.Scan(context.Background(), Fragment{Path: "a", FirstLine: 1, Text: text})
				if err != nil || len(found) != 20 {
					t.Errorf("%d findings, error %v", len(found), err)
				}
			}
		})
	}
	wait.Wait()
}

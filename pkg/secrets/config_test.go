package secrets

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp/syntax"
	"strings"
	"testing"
)

// configExpressions are what generated rules look for: bounded and not, with and without a literal, with every assertion.
var configExpressions = []string{
	`tok_[a-z0-9]{8}`, `(?i)tok_[a-z0-9]{8}\b`, `\btok_([a-z]+)\b`, `^tok_\w+$`, `(?m)^tok_\w+$`, `(?m)^\s*key=(\w+)\s*$`, `key=(.*)`,
	`(?s)begin(.*)end`, `(?s)begin(.*?)end`, `(?i)(key|token|secret)\s*[:=]\s*"?([a-z0-9_]{4,20})"?`, `[a-z]{3}\d{3}`, `\d{3,}`, `(\w+)@(\w+)`,
	`\bskk?`, `\Bskk?\B`, `(?:aa|aab|ab)c?`, `k{2,5}`, `(?i)k+s+`, `\n\n+key`, `key\n*`, `(key)?(token)`, `x*`, `(?:tok_)*end`, `a|bc|def\d`,
	`[Tt][Oo][Kk]_\w*?(?:z|$)`, `(?i)secret.{0,5}\z`, `\Asecret`, `日本\w{3}`, `(?i)ſecret|kelvin`, `[^\x00-\x7f]key`, `"([^"]{3,})"`, `tok_.{3}(?:;|$)`,
	`(?U)key.+;`, `[[:alpha:]]+-[[:digit:]]+`, `(a(b)?c)+d`, `\x{1F600}?tok_`, `(?i)passw(?:or)?d[ =:]+(\S+)`, `(?:[a-z]{0,8}-)?sk_(?:live|test)_\w{3,9}(?:["';\s]|$)`,
	`key[\s\S]{0,40}?secret`, `(?:\b|_)key(?:\b|_)`, `.key.`, `ke\by`, `tok_$`, `(?m)tok_$`,
}

var configKeywords = []string{"tok_", "KEY", "Secret", "", "sk", "zzz", "日本", "end", "k", "é", "token"}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func some(r *rand.Rand, from []string, most int) []string {
	var out []string
	for range r.IntN(most + 1) {
		out = append(out, pick(r, from))
	}
	return out
}

func list(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("'''%s'''", w)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func allowlistFields(r *rand.Rand, b *strings.Builder) {
	sure := r.IntN(4)
	for i, f := range []struct {
		name   string
		values []string
	}{
		{"commits", []string{"abc123", "ABC123", " def456 ", "ffff"}},
		{"paths", []string{`\.go$`, `^a/`, `(?i)TEST`, `b`, `x\\y`}},
		{"regexes", []string{`tok_a`, `^key`, `(?i)SECRET`, `\d\d`, `live`, `.{12}`, `^.{0,6}$`, `(?m)^a`}},
		{"stopwords", []string{"tok_a", "LIVE", "", "aa", "sec", "1", "é"}},
	} {
		if i == sure {
			fmt.Fprintf(b, "%s = %s\n", f.name, list(append(some(r, f.values, 2), pick(r, f.values))))
		} else if r.IntN(4) == 0 {
			fmt.Fprintf(b, "%s = %s\n", f.name, list(some(r, f.values, 3)))
		}
	}
	if r.IntN(2) == 0 {
		fmt.Fprintf(b, "condition = %q\n", pick(r, []string{"AND", "or", "and", "OR", "&&", "||", ""}))
	}
	if r.IntN(2) == 0 {
		fmt.Fprintf(b, "regexTarget = %q\n", pick(r, []string{"match", "line", "secret", ""}))
	}
	if r.IntN(20) == 0 {
		fmt.Fprintf(b, "condition2 = 1\n")
	}
}

func ruleFields(r *rand.Rand, b *strings.Builder, id string, ids []string) {
	fmt.Fprintf(b, "[[rules]]\nid = %q\ndescription = \"about %s\"\n", id, id)
	if r.IntN(15) > 0 {
		fmt.Fprintf(b, "regex = '''%s'''\n", pick(r, configExpressions))
	}
	if r.IntN(6) == 0 {
		fmt.Fprintf(b, "path = '''%s'''\n", pick(r, []string{`\.go$`, `a`, `^x\\`, `(?i)\.YML`}))
	}
	if r.IntN(2) == 0 {
		fmt.Fprintf(b, "keywords = %s\n", list(some(r, configKeywords, 3)))
	}
	if r.IntN(4) == 0 {
		fmt.Fprintf(b, "entropy = %v\n", pick(r, []any{1, 1.5, 2.25, 3}))
	}
	if r.IntN(9) == 0 {
		fmt.Fprintf(b, "secretGroup = %d\n", r.IntN(3))
	}
	if r.IntN(4) == 0 {
		fmt.Fprintf(b, "tags = [\"t\", %q]\n", id)
	}
	if r.IntN(12) == 0 {
		fmt.Fprintf(b, "skipReport = true\n")
	}
	if r.IntN(15) == 0 {
		fmt.Fprintf(b, "[rules.allowlist]\n")
		allowlistFields(r, b)
	}
	for range max(r.IntN(5)-2, 0) {
		fmt.Fprintf(b, "[[rules.allowlists]]\n")
		allowlistFields(r, b)
	}
	for range max(r.IntN(6)-4, 0) {
		fmt.Fprintf(b, "[[rules.required]]\nid = %q\n", pick(r, ids))
		if r.IntN(2) == 0 {
			fmt.Fprintf(b, "withinLines = %d\n", r.IntN(3))
		}
		if r.IntN(3) == 0 {
			fmt.Fprintf(b, "withinColumns = %d\n", r.IntN(30))
		}
	}
}

// configOf makes a configuration; base is what it may extend.
func configOf(r *rand.Rand, base string) string {
	var b strings.Builder
	ids := []string{"one", "generic-two", "three", "Generic", "five", "six"}
	r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	all, ids := ids, ids[:1+r.IntN(4)]
	if r.IntN(10) == 0 {
		ids = append(ids, ids[0])
	}
	if r.IntN(4) == 0 {
		b.WriteString("minVersion = \"v8.25.0\"\n")
	}
	if base != "" {
		fmt.Fprintf(&b, "[extend]\npath = %q\ndisabledRules = %s\n", base, list(some(r, all, 2)))
	} else if r.IntN(25) == 0 {
		b.WriteString("[extend]\nuseDefault = true\ndisabledRules = [\"generic-api-key\", \"nope\"]\n")
	}
	for range r.IntN(3) {
		b.WriteString("[[allowlists]]\n")
		if r.IntN(3) == 0 {
			fmt.Fprintf(&b, "targetRules = %s\n", list(some(r, ids, 2)))
		}
		allowlistFields(r, &b)
	}
	for _, id := range ids {
		ruleFields(r, &b, id, ids)
	}
	if r.IntN(20) == 0 {
		ruleFields(r, &b, pick(r, all), all)
	}
	return b.String()
}

func configFragment(r *rand.Rand, expressions []*syntax.Regexp) Fragment {
	path := pick(r, []string{"", "a/b.go", "x.yml", "test/a", "b"})
	f := Fragment{
		Path: path, Commit: pick(r, []string{"", "abc123", "DEF456", "ffff0"}), FirstLine: 1 + r.IntN(9),
		Text: fragmentOf(r, expressions),
	}
	if path != "" && r.IntN(3) == 0 {
		f.WindowsPath = strings.ReplaceAll("x/"+path, "/", `\`)
	}
	return f
}

func TestGeneratedConfigurationsFindTheSame(t *testing.T) {
	var expressions []*syntax.Regexp
	for _, e := range configExpressions {
		re, err := syntax.Parse(e, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		expressions = append(expressions, re)
	}
	directory := t.TempDir()
	found, accepted, n := 0, 0, rounds(300)
	for i := range n {
		r := rand.New(rand.NewPCG(seed(), uint64(i)))
		text, files := configOf(r, ""), map[string]string{}
		for depth := range max(r.IntN(6)-2, 0) {
			name := filepath.Join(directory, fmt.Sprintf("%d.toml", depth))
			files[name] = text
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			text = configOf(r, name)
		}
		d, theirErr := oracle(text)
		rules, err := Load("", []byte(text), filesIn(files))
		if (theirErr == nil) != (err == nil) {
			t.Fatalf("round %d: gitleaks: %v; here: %v\n%s", i, theirErr, err, text)
		}
		if err != nil {
			continue
		}
		accepted++
		s := rules.NewScanner(5)
		for range 6 {
			f := configFragment(r, expressions)
			if !t.Run("", func(t *testing.T) { found += same(t, d, s, f) }) {
				t.Fatalf("round %d: with\n%s\nand %s", i, text, files)
			}
		}
	}
	t.Logf("%d of %d configurations accepted, %d findings", accepted, n, found)
	if accepted < n/5 || found < n {
		t.Errorf("%d of %d configurations accepted, %d findings: the generator does not do its work", accepted, n, found)
	}
}

var errNoFile = errors.New("no such file")

func filesIn(files map[string]string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		text, ok := files[path]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path, Err: errNoFile}
		}
		return []byte(text), nil
	}
}

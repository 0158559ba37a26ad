package shell

import (
	"strings"
	"testing"
	"time"
)

// FuzzCommands holds the reader to what callers rely on: it ends, soon, and finds nothing that is not there.
func FuzzCommands(f *testing.F) {
	for _, s := range []string{
		"a <<E; b $(c `d` ${e:-'f'})\nE\n", "case a in (b|c) d;; esac", "for ((;;)); do a; done", "[[ a =~ (b) ]]",
		"f() { a=(b); \"$@\"; }; f c d", "bash -c \"bash -c 'a'\"", "$'\\x6b' <(b)", "@(a|$(b)) {a,b}", "echo a | sh", "K=a; $K$K; eval $K",
		"find . -exec a {} \\;", "xargs -I{} sh -c '{}'", "bash <<-E\n\ta\n\tE", "for i in a b; do ${i:-c} ${i,,}; done", "env -S 'a b' c",
		"docker run --entrypoint a b c", "printf '%s' a | sh", "ssh h a \\; b", "a \\\r\n b\r\n", "é\xff\x00\x01",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, script string) {
		began := time.Now()
		found, err := Commands(script, Options{Holes: [][2]int{{3, 5}}})
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("%v for %d bytes", took, len(script))
		}
		lines := strings.Count(script, "\n") + 1
		if err != nil && strings.Contains(err.Error(), "cannot be parsed:") {
			t.Fatal(err)
		}
		for _, c := range found {
			if len(c.Words) == 0 {
				t.Fatal("a command without words")
			}
			if c.Line < 1 || c.Column < 1 || c.EndLine < c.Line || c.EndLine > lines || c.EndLine == c.Line && c.EndColumn < c.Column {
				t.Fatalf("%q stands at %d:%d-%d:%d", c.Words, c.Line, c.Column, c.EndLine, c.EndColumn)
			}
		}
	})
}

// TestCost reads scripts of the largest size that are made to be slow.
func TestCost(t *testing.T) {
	for _, c := range []struct{ name, part, end string }{
		{"parentheses", "(", ""},
		{"braces", "{ ", ""},
		{"substitutions", "$(", ""},
		{"quoted substitutions", "\"$(", ""},
		{"parameters", "${a:-", ""},
		{"conditions", "if ", ""},
		{"processes", "<(", ""},
		{"functions", "f()", ""},
		{"time", "time ", ""},
		{"lists", "a&&", "a"},
		{"pipes", "a|", "a"},
		{"pipes of echoes", "echo a|", "a"},
		{"branches", "elif a; then b; ", ""},
		{"commands", "a;", ""},
		{"backquotes", "`", ""},
		{"here documents", "a <<A;", ""},
		{"shells", "bash -c ", ""},
		{"wrappers", "sudo ", "a"},
		{"finds", "find -exec ", "a"},
		{"variables", "A=$A$A$A;", "$A"},
		{"appended", "A+=b$A;", "$A"},
		{"used", "A='a b c d e f g h';$A $A $A;", ""},
		{"nested braces", "{a,", ""},
		{"loops", "for i in a b; do $i;", ""},
		{"arguments", "f() { g \"$@\" \"$@\"; };", ""},
		{"evals", "eval 'eval a';", ""},
		{"tests", "[[ (", ""},
		{"sums", "1+", ""},
		{"one line é", "é;", ""},
		{"arrays", "A+=(a);", "${A[@]}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			script := strings.Repeat(c.part, MaxSize/4/len(c.part)) + c.end
			if c.name == "sums" {
				script = "((" + script + "1))"
			}
			if c.name == "branches" {
				script = "if a; then b; " + script + "fi"
			}
			began := time.Now()
			Commands(script, Options{})
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("it took %v", took)
			} else if testing.Verbose() {
				t.Logf("it took %v", took)
			}
		})
	}
}

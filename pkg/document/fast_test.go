package document

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// roads reads every document of a YAML text on both roads.
func roads(t *testing.T, text string, schema Schema) (accepted, all int) {
	t.Helper()
	r, ok := newReader("x.yaml", []byte(text), Options{Schema: schema})
	if !ok {
		return 0, 0
	}
	for _, c := range split(r.src.text) {
		if c.Blank {
			continue
		}
		all++
		fast := r.fastDocument(c)
		if r.fast.fault != nil {
			t.Fatalf("the fast reader panics: %v\n%q", r.fast.fault, text)
		}
		if fast == nil {
			continue
		}
		accepted++
		slow, p := r.yamlDocument(c)
		if p != nil || slow == nil {
			t.Fatalf("the fast reader accepts what the library does not: %+v\n%q", p, r.src.text[c.Start:c.End])
		}
		if diff := differ(fast, slow.Root, "$"); diff != "" {
			t.Fatalf("%s\n%q", diff, r.src.text[c.Start:c.End])
		}
	}
	return accepted, all
}

// differ tells the first difference between two trees.
func differ(a, b *Node, path string) string {
	if a.Kind != b.Kind || a.Text != b.Text || a.off != b.off || a.style != b.style {
		return fmt.Sprintf("%s: fast %s %q style %d at %d, library %s %q style %d at %d",
			path, a.Kind, a.Text, a.style, a.off, b.Kind, b.Text, b.style, b.off)
	}
	if len(a.Pairs) != len(b.Pairs) || len(a.Items) != len(b.Items) {
		return fmt.Sprintf("%s: fast has %d children, library %d", path, len(a.Pairs)+len(a.Items), len(b.Pairs)+len(b.Items))
	}
	for i := range a.Pairs {
		p := path + "." + a.Pairs[i].Key.Text
		if d := differ(a.Pairs[i].Key, b.Pairs[i].Key, p+"!"); d != "" {
			return d
		}
		if d := differ(a.Pairs[i].Value, b.Pairs[i].Value, p); d != "" {
			return d
		}
	}
	for i := range a.Items {
		if d := differ(a.Items[i], b.Items[i], fmt.Sprintf("%s[%d]", path, i)); d != "" {
			return d
		}
	}
	return ""
}

// FuzzFastPathAgrees proves that what the fast reader accepts, the YAML library reads as the same tree with the same
// positions.
func FuzzFastPathAgrees(f *testing.F) {
	seeds, _ := filepath.Glob("testdata/*.yaml")
	for _, name := range append(seeds, moreSeeds()...) {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
		for _, c := range split(string(text)) {
			f.Add(string(text[c.Start:c.End]))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		roads(t, text, Kubernetes)
		roads(t, text, Core)
		roads(t, strings.ReplaceAll(text, "\n", "\r\n"), Kubernetes)
		roads(t, strings.Replace(text, "\n", "\r\n", 3), Kubernetes)
	})
}

// moreSeeds lists the YAML files below the directory that an environment variable names, for fuzzing at length.
func moreSeeds() (names []string) {
	dir := os.Getenv("CDBGATE_FUZZ_SEEDS")
	if dir == "" {
		return nil
	}
	_ = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml")) {
			names = append(names, path)
		}
		return nil
	})
	return names
}

// fragments are what YAML is made of. Texts put together from them reach the odd corners of the syntax sooner than
// random bytes do.
var fragments = []string{
	"\n", "\n", "\n  ", "\n  ", "\n    ", "\n ", " ", " ", "- ", "- ", "-", "a", "b", "a: ", "b: ", "c:", "a: b", "- a: b", "- c",
	":", ": ", "#", " # c", "# c", "'", "\"", "'x'", "\"y\"", "|", ">", "|-", ">-", "|+", ">+", "|\n", "|-\n  ", ">\n    ", "|2",
	"[", "]", "{", "}", ",", ", ", "[a, b]", "{a: b}", "{}", "[]", "[a]: ", "1", "-1", "0x1F", "1.5", "~", "yes", "null", "<<: ", "é", "\u00a0",
	"\t", "?", "? ", "&x ", "*x", "!!str ", "!", "%", "@", "`", "---\n", "--- ", "...\n", "\\", "\\n", "\\x41", "x y", "a#b", "a:b", "--", ".", "=",
	"key: value\n", "  key: value\n", "- item\n", "  - item\n", "    text\n", "\n\n", "   \n", "    \n",
}

func assemble(picks []byte) string {
	var b strings.Builder
	for _, p := range picks {
		b.WriteString(fragments[int(p)%len(fragments)])
	}
	return b.String()
}

// FuzzFastPathFragments is FuzzFastPathAgrees over texts made of fragments.
func FuzzFastPathFragments(f *testing.F) {
	f.Add([]byte{11, 12, 13, 14, 15})
	f.Fuzz(func(t *testing.T, picks []byte) {
		roads(t, assemble(picks), Kubernetes)
		roads(t, strings.ReplaceAll(assemble(picks), "\n", "\r\n"), Kubernetes)
	})
}

// TestFastPathFragments tries a fixed set of such texts in every test run.
func TestFastPathFragments(t *testing.T) {
	n := 20_000
	if v, err := strconv.Atoi(os.Getenv("CDBGATE_FRAGMENTS")); err == nil {
		n = v
	}
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	accepted := 0
	for range n {
		picks := make([]byte, 2+rng.IntN(24))
		for i := range picks {
			picks[i] = byte(rng.IntN(256))
		}
		a, _ := roads(t, assemble(picks), Kubernetes)
		accepted += a
		roads(t, strings.ReplaceAll(assemble(picks), "\n", "\r\n"), Core)
	}
	if accepted < n/50 {
		t.Errorf("the fast reader accepted %d of %d texts: too few to say anything", accepted, n)
	}
}

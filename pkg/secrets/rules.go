package secrets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"sync"

	"github.com/zricethezav/gitleaks/v8/config"
)

const (
	engineVersion = "8.30.1" // of the gitleaks whose findings these are
	ownVersion    = 1        // to be raised when findings for the same rules and text change
)

// Rules is a compiled configuration. It does not change and is safe for concurrent use.
type Rules struct {
	name   string // the configuration's own path: nothing in it is a finding
	rules  []*rule
	byID   map[string]*rule
	allow  []*allowlist
	notes  []string
	digest string

	words    *trie
	meaning  []meaning // of each word
	folding  int32     // words from here on are foldsToASCII
	always   bits      // rules without keywords
	pathOnly bits
	exotic   []*rule // rules with keywords outside ASCII

	paths pathVerdicts
}

// meaning is what the occurrence of a word says.
type meaning struct {
	activates bits // rules of which it is a keyword
	anchors   []ruleBranch
}

type ruleBranch struct{ rule, branch int }

var defaultRules = sync.OnceValues(func() (*Rules, error) {
	return load("", []byte(config.DefaultConfig), nil)
})

// Default is gitleaks' own rules, compiled once a process.
func Default() (*Rules, error) { return defaultRules() }

// Load compiles a configuration of gitleaks, a .gitleaks.toml. Name is its path as the fragments spell paths: it stands in
// errors, and nothing in the file of this path is a finding, as with gitleaks. Files that the configuration extends
// (extend.path) are read with open, which gets the path as it is written; a nil open refuses them. gitleaks' own rules are
// at hand for extend.useDefault. extend.url, which gitleaks ignores, is refused.
//
// Errors say what is wrong, in which rule or line, and what to do about it. Load keeps no state between calls.
func Load(name string, text []byte, open func(path string) ([]byte, error)) (*Rules, error) {
	return load(name, text, open)
}

func load(name string, text []byte, open func(string) ([]byte, error)) (*Rules, error) {
	l := &loader{open: open}
	label := name
	if label == "" {
		label = "gitleaks' own configuration"
	}
	set, err := l.load(label, text, 0)
	if err != nil {
		return nil, err
	}
	r := &Rules{name: name, byID: set.rules, allow: set.allow, notes: l.notes}
	for _, one := range set.rules {
		r.rules = append(r.rules, one)
	}
	slices.SortFunc(r.rules, func(a, b *rule) int { return strings.Compare(a.id, b.id) })
	for i, one := range r.rules {
		one.index = i
		one.prepare()
	}
	r.compile()
	r.digest = r.sum()
	return r, nil
}

// Notes are things about the configuration that gitleaks tolerates but that have no effect, or not the effect they seem
// to have; one sentence each.
func (r *Rules) Notes() []string { return slices.Clone(r.notes) }

// Digest identifies all that can change a finding: the rules, and the version of the engine. It has the form "sha256:…".
func (r *Rules) Digest() string { return r.digest }

// SkipsPath reports whether nothing in the file of this path is a finding: it is the configuration itself, or an allowlist
// for all rules has the path. To ask once a path, before its text is read, saves reading it; Scan asks again.
func (r *Rules) SkipsPath(path string) bool {
	return r.paths.of(r, &Fragment{Path: path})
}

// skipsPath is SkipsPath without the memory. Commits are left to skipsCommit.
func (r *Rules) skipsPath(f *Fragment) bool {
	if f.Path != "" && f.Path == r.name {
		return true
	}
	here := &Fragment{Path: f.Path, WindowsPath: f.WindowsPath}
	for _, a := range r.allow {
		if a.path != nil && a.allowsFragment(here) {
			return true
		}
	}
	return false
}

// skipsCommit reports whether an allowlist with commits excludes the fragment as a whole.
func (r *Rules) skipsCommit(f *Fragment) bool {
	for _, a := range r.allow {
		if a.commits != nil && a.allowsFragment(f) {
			return true
		}
	}
	return false
}

// AboutPath reports whether a rule that is about nothing but a path is about this one: the file is then a finding whatever it
// holds, in every hunk that changes it.
func (r *Rules) AboutPath(path string) (about bool) {
	f := &Fragment{Path: path}
	r.pathOnly.each(func(i int) { about = about || r.rules[i].applies(f) })
	return about
}

// UsesCommits reports whether an allowlist names commits: equal texts of equal paths are then not always findings alike.
func (r *Rules) UsesCommits() bool {
	named := func(a *allowlist) bool { return a.commits != nil }
	return slices.ContainsFunc(r.allow, named) || slices.ContainsFunc(r.rules, func(one *rule) bool { return slices.ContainsFunc(one.allow, named) })
}

// compile builds what the first pass over a text needs.
func (r *Rules) compile() {
	n := len(r.rules)
	r.always, r.pathOnly = newBits(n), newBits(n)
	b := &wordBuilder{rules: n, index: map[string]int{}}
	for _, one := range r.rules {
		if one.parsed == nil {
			r.pathOnly.set(one.index)
		}
		if len(one.keywords) == 0 {
			r.always.set(one.index)
		}
		for _, k := range one.keywords {
			if isASCII(k) {
				b.meaning[b.word(k)].activates.set(one.index)
			} else if !slices.Contains(r.exotic, one) {
				r.exotic = append(r.exotic, one)
			}
		}
		for _, l := range one.literals {
			m := &b.meaning[b.word(l.text)]
			m.anchors = append(m.anchors, ruleBranch{one.index, l.branch})
		}
	}
	r.folding = int32(len(b.words))
	for _, s := range foldsToASCII {
		b.word(s)
	}
	r.words, r.meaning = newTrie(b.words), b.meaning
}

type wordBuilder struct {
	rules   int
	words   []string
	meaning []meaning
	index   map[string]int
}

func (b *wordBuilder) word(s string) int {
	if i, ok := b.index[s]; ok {
		return i
	}
	i := len(b.words)
	b.index[s] = i
	b.words = append(b.words, s)
	b.meaning = append(b.meaning, meaning{activates: newBits(b.rules)})
	return i
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func (r *Rules) sum() string {
	h := sha256.New()
	fmt.Fprintf(h, "gitleaks %s engine %d config %q\n", engineVersion, ownVersion, r.name)
	for _, one := range r.rules {
		path := ""
		if one.path != nil {
			path = one.path.String()
		}
		fmt.Fprintf(h, "rule %q %q %q %q %d %v %q %q %t\n", one.id, one.description, one.pattern, path, one.secretGroup,
			one.entropy, one.keywords, one.tags, one.skipReport)
		for _, q := range one.required {
			fmt.Fprintf(h, "required %q %s %s\n", q.rule, number(q.withinLines), number(q.withinColumns))
		}
		sumAllowlists(h, one.allow)
	}
	fmt.Fprintln(h, "all")
	sumAllowlists(h, r.allow)
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

func sumAllowlists(h hash.Hash, lists []*allowlist) {
	for _, a := range lists {
		fmt.Fprintf(h, "allow %s\n", a.text)
	}
}

func number(n *int) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

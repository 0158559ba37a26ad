package secrets

import (
	"fmt"
	"regexp"
	"strings"
)

// allowlist says what is no finding although a rule matches.
type allowlist struct {
	and     bool // all of the given checks must hold, else one is enough
	commits map[string]bool
	path    *matcher
	regex   *matcher
	target  string // what regex is tried on: "" (the secret), "match" or "line"
	stop    *trie

	text string // everything above in writing, for the digest
}

// allowlistText is an allowlist as a configuration spells it.
type allowlistText struct {
	Description string
	Condition   string
	Commits     []string
	Paths       []string
	RegexTarget string
	Regexes     []string
	StopWords   []string
}

// compile checks and compiles the allowlist.
func (t *allowlistText) compile() (*allowlist, error) {
	a := &allowlist{text: fmt.Sprintf("%q", []any{t.Condition, t.Commits, t.Paths, t.RegexTarget, t.Regexes, t.StopWords})}
	switch strings.ToUpper(t.Condition) {
	case "AND", "&&":
		a.and = true
	case "", "OR", "||":
	default:
		return nil, fmt.Errorf("unknown condition %q: use AND or OR", t.Condition)
	}
	switch t.RegexTarget {
	case "match", "line":
		a.target = t.RegexTarget
	case "", "secret":
	default:
		return nil, fmt.Errorf("unknown regexTarget %q: use secret, match or line", t.RegexTarget)
	}
	if len(t.Commits)+len(t.Paths)+len(t.Regexes)+len(t.StopWords) == 0 {
		return nil, fmt.Errorf("it allows nothing: give commits, paths, regexes or stopwords")
	}
	if len(t.Commits) > 0 {
		a.commits = map[string]bool{}
	}
	for _, c := range t.Commits {
		a.commits[strings.TrimSpace(strings.ToLower(c))] = true
	}
	var err error
	if a.path, err = anyOf("paths", t.Paths); err != nil {
		return nil, err
	}
	if a.regex, err = anyOf("regexes", t.Regexes); err != nil {
		return nil, err
	}
	if len(t.StopWords) > 0 {
		words := make([]string, len(t.StopWords))
		for i, w := range t.StopWords {
			words[i] = strings.ToLower(w)
		}
		a.stop = newTrie(words)
	}
	return a, nil
}

// anyOf joins patterns to one. Flags that a pattern sets hold for the ones behind it as well, as they do in gitleaks.
func anyOf(field string, patterns []string) (*matcher, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	for _, p := range patterns {
		if _, err := regexp.Compile(p); err != nil {
			return nil, fmt.Errorf("%s: %w: write it in the syntax of Go's regexp package", field, err)
		}
	}
	re, err := regexp.Compile("(?:" + strings.Join(patterns, "|") + ")")
	if err != nil {
		return nil, fmt.Errorf("%s: they cannot be joined to one expression: %w: make them fewer or simpler", field, err)
	}
	return newMatcher(re), nil
}

func (a *allowlist) allowsCommit(commit string) bool {
	return commit != "" && a.commits != nil && a.commits[strings.ToLower(commit)]
}

func (a *allowlist) allowsPath(f *Fragment) bool {
	return a.path != nil && (f.Path != "" && a.path.in(f.Path) ||
		f.WindowsPath != "" && a.path.in(f.WindowsPath))
}

func (a *allowlist) allowsText(text string) bool {
	return a.regex != nil && text != "" && a.regex.in(text)
}

func (a *allowlist) allowsWord(secret string) bool {
	return a.stop != nil && secret != "" && a.stop.in(strings.ToLower(secret))
}

// allowsFragment reports whether the allowlist excludes a whole fragment, by its commit or path.
func (a *allowlist) allowsFragment(f *Fragment) bool {
	if f.Path == "" && f.Commit == "" {
		return false
	}
	if !a.and {
		return a.allowsCommit(f.Commit) || a.allowsPath(f)
	}
	if a.regex != nil || a.stop != nil {
		return false // to be seen at each finding
	}
	return (a.commits == nil || a.allowsCommit(f.Commit)) && (a.path == nil || a.allowsPath(f))
}

// allowsMatch reports whether the match is enough for the allowlist to exclude it, whatever its secret.
func (a *allowlist) allowsMatch(match string) bool {
	return !a.and && a.target == "match" && a.allowsText(match)
}

// allowsFinding reports whether the allowlist excludes a match in a fragment that is not excluded as a whole. Line
// tries its regex on the line of the match.
func (a *allowlist) allowsFinding(f *Fragment, secret, match string, line func(*allowlist) bool) bool {
	regex := func() bool {
		switch a.target {
		case "match":
			return a.allowsText(match)
		case "line":
			return line(a)
		}
		return a.allowsText(secret)
	}
	if !a.and {
		return a.regex != nil && regex() || a.allowsWord(secret)
	}
	return (a.commits == nil || a.allowsCommit(f.Commit)) && (a.path == nil || a.allowsPath(f)) &&
		(a.regex == nil || regex()) && (a.stop == nil || a.allowsWord(secret))
}

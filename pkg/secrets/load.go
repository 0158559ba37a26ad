package secrets

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	version "github.com/hashicorp/go-version"
	"github.com/zricethezav/gitleaks/v8/config"
)

// maxExtends is how many configurations may stand behind one another; what the last of them extends is not looked at.
const maxExtends = 2

// ruleset is a configuration before it is compiled for searching.
type ruleset struct {
	rules    map[string]*rule
	allow    []*allowlist
	targeted map[string][]*allowlist // by rule
}

// loader reads a configuration and those it extends, as gitleaks' Translate does, without its process-wide state.
type loader struct {
	open  func(path string) ([]byte, error)
	notes []string
}

func (l *loader) note(format string, args ...any) {
	l.notes = append(l.notes, fmt.Sprintf(format, args...))
}

// load reads the configuration at a depth: 0 is the one that was asked for.
func (l *loader) load(name string, text []byte, depth int) (*ruleset, error) {
	set, err := l.read(name, text, depth)
	if err != nil {
		return nil, fmt.Errorf("reading the rules of %s: %w", name, err)
	}
	if depth > 0 {
		if len(set.targeted) > 0 {
			l.note("%s: its allowlists with targetRules have no effect, as it is extended by another configuration", name)
		}
		return set, nil
	}
	if err := set.finish(); err != nil {
		return nil, fmt.Errorf("reading the rules of %s: %w", name, err)
	}
	return set, nil
}

func (l *loader) read(name string, text []byte, depth int) (*ruleset, error) {
	file, err := readConfig(text)
	if err != nil {
		return nil, err
	}
	set := &ruleset{rules: map[string]*rule{}, targeted: map[string][]*allowlist{}}
	if err := set.addRules(file); err != nil {
		return nil, err
	}
	if err := l.checkVersion(name, file.MinVersion); err != nil {
		return nil, err
	}
	if err := set.addAllowlists(file); err != nil {
		return nil, err
	}
	return set, l.extend(name, set, file, depth)
}

// addRules compiles the rules of a file. Of two with the same id the later counts.
func (s *ruleset) addRules(file *configFile) error {
	for i := range file.Rules {
		r, err := newRule(file, i)
		if err != nil {
			return err
		}
		s.rules[r.id] = r
	}
	for _, r := range s.rules {
		for _, q := range r.required {
			if s.rules[q.rule] == nil {
				return fmt.Errorf("rule %s: it requires the rule %q, which this file does not have: add it here", r.id, q.rule)
			}
		}
	}
	return nil
}

func newRule(file *configFile, i int) (*rule, error) {
	t := &file.Rules[i]
	r := &rule{
		id: t.ID, description: t.Description, pattern: t.Regex, secretGroup: t.SecretGroup, entropy: t.Entropy,
		tags: t.Tags, skipReport: t.SkipReport,
	}
	var err error
	if r.path, err = compilePath(r.id, t.Path); err != nil {
		return nil, err
	}
	if r.parsed, err = parseRegex(r.id, t.Regex); err != nil {
		return nil, err
	}
	for _, k := range t.Keywords {
		r.keywords = append(r.keywords, strings.ToLower(k))
	}
	lists := t.Allowlists
	if t.AllowList != nil {
		if len(lists) > 0 {
			return nil, fmt.Errorf("rule %s: %w", r.id, errBothAllowlists)
		}
		lists = []*allowlistText{t.AllowList}
	}
	for _, list := range lists {
		a, err := list.compile()
		if err != nil {
			return nil, fmt.Errorf("rule %s: allowlist: %w", r.id, err)
		}
		r.allow = append(r.allow, a)
	}
	for _, q := range t.Required {
		if q.ID == "" {
			return nil, fmt.Errorf("rule %s: a required rule has no id: name the rule", r.id)
		}
		r.required = append(r.required, required{q.ID, q.WithinLines, q.WithinColumns})
	}
	return r, nil
}

func (s *ruleset) addAllowlists(file *configFile) error {
	lists := file.Allowlists
	if file.AllowList != nil {
		if len(lists) > 0 {
			return errBothAllowlists
		}
		lists = []*targetedAllowlist{file.AllowList}
	}
	for _, list := range lists {
		a, err := list.compile()
		if err != nil {
			return fmt.Errorf("allowlist: %w", err)
		}
		if len(list.TargetRules) == 0 {
			s.allow = append(s.allow, a)
		}
		for _, id := range list.TargetRules {
			s.targeted[id] = append(s.targeted[id], a)
		}
	}
	return nil
}

func (l *loader) checkVersion(name, least string) error {
	if least == "" {
		return nil
	}
	v, err := version.NewSemver(least)
	if err != nil {
		return fmt.Errorf("minVersion %q: %w: write it like v8.25.0", least, err)
	}
	if version.Must(version.NewSemver(engineVersion)).LessThan(v) {
		l.note("%s: it is for gitleaks %s or later, but the rules are applied as by %s", name, least, engineVersion)
	}
	return nil
}

// extend merges what the file extends into set.
func (l *loader) extend(name string, set *ruleset, file *configFile, depth int) error {
	e := &file.Extend
	if e.URL != "" {
		return fmt.Errorf("extend.url is not supported: keep the file in the repository and use extend.path")
	}
	if e.Path == "" && !e.UseDefault {
		return nil
	}
	if depth == maxExtends {
		l.note("%s: what it extends is ignored, as it is itself the last of %d extensions", name, maxExtends)
		return nil
	}
	if e.Path != "" && e.UseDefault {
		return errors.New("both extend.path and extend.useDefault are given: use one of them")
	}
	from, text := "gitleaks' own configuration", []byte(config.DefaultConfig)
	if e.Path != "" {
		if l.open == nil {
			return fmt.Errorf("extend.path %q: no other file may be read here: put the rules into this one", e.Path)
		}
		var err error
		from = e.Path
		if text, err = l.open(e.Path); err != nil {
			return fmt.Errorf("extend.path %q: %w: correct the path or add the file", e.Path, err)
		}
	}
	base, err := l.load(from, text, depth+1)
	if err != nil {
		return err
	}
	l.merge(name, set, base, e.DisabledRules)
	return nil
}

// merge adds the rules of base to set. Where both have one, set's settings go before base's and its lists behind them; which
// rules are required, and skipReport, are as base has them.
func (l *loader) merge(name string, set, base *ruleset, disabled []string) {
	for _, id := range disabled {
		if base.rules[id] == nil {
			l.note("%s: extend.disabledRules: there is no rule %q to disable", name, id)
		}
	}
	for id, b := range base.rules {
		if slices.Contains(disabled, id) {
			continue
		}
		if own := set.rules[id]; own != nil {
			b.override(own)
		}
		set.rules[id] = b
	}
	set.allow = append(set.allow, base.allow...)
}

func (r *rule) override(own *rule) {
	if own.description != "" {
		r.description = own.description
	}
	if own.entropy != 0 {
		r.entropy = own.entropy
	}
	if own.secretGroup != 0 {
		r.secretGroup = own.secretGroup
	}
	if own.parsed != nil {
		r.parsed, r.pattern = own.parsed, own.pattern
	}
	if own.path != nil {
		r.path = own.path
	}
	r.tags = slices.Concat(r.tags, own.tags)
	r.keywords = slices.Concat(r.keywords, own.keywords)
	r.allow = slices.Concat(r.allow, own.allow)
}

// finish checks the merged rules and hands out the allowlists for some of them.
func (s *ruleset) finish() error {
	for _, r := range s.rules {
		if err := r.validate(); err != nil {
			return err
		}
	}
	for id, lists := range s.targeted {
		r := s.rules[id]
		if r == nil {
			return fmt.Errorf("allowlist: its target rule %q does not exist: correct targetRules", id)
		}
		r.allow = slices.Concat(r.allow, lists)
	}
	return nil
}

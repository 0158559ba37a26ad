package repo

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ruleset is the rules of one ignore file. Those of deeper folders come first: the first set with a matching rule
// decides, in it the last rule that matches.
type ruleset struct {
	parent *ruleset
	base   string // folder the file lies in: "" or with a trailing slash
	rules  []rule
}

// rule is one line of an ignore file, taken apart: https://git-scm.com/docs/gitignore.
//
// The git library's own patterns are not used: they know no [!a] and no backslash, take a/**b for no match, and parse
// nothing that can be matched by comparing strings, which is what most rules are.
type rule struct {
	pattern string
	literal string // the pattern, or its start, when plain text
	kind    ruleKind
	negated bool
	dirOnly bool
}

type ruleKind uint8

const (
	nameLiteral ruleKind = iota // vendor
	nameSuffix                  // *.log
	nameGlob                    // *.[oa]
	pathLiteral                 // /docs/build
	pathGlob                    // docs/**/*.tmp
)

// ignores reports whether an untracked path is ignored. No set of rules ignores nothing.
func (set *ruleset) ignores(path, name string, isDir, fold bool) bool {
	if fold {
		path, name = lowerASCII(path), lowerASCII(name)
	}
	for ; set != nil; set = set.parent {
		for i := len(set.rules) - 1; i >= 0; i-- {
			if r := &set.rules[i]; (!r.dirOnly || isDir) && r.matches(path[len(set.base):], name) {
				return !r.negated
			}
		}
	}
	return false
}

// matches compares a rule with a path relative to the rule's folder, and its last component.
func (r *rule) matches(path, name string) bool {
	switch r.kind {
	case nameLiteral:
		return name == r.pattern
	case nameSuffix:
		return strings.HasSuffix(name, r.literal)
	case nameGlob:
		return wildmatch(r.pattern, name, false)
	case pathLiteral:
		return path == r.pattern
	}
	rest, ok := strings.CutPrefix(path, r.literal)
	return ok && wildmatch(r.pattern[len(r.literal):], rest, true)
}

// lowerASCII folds case as git does, and keeps every byte in its place.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

const globSpecial = `*?[\`

func parseRules(parent *ruleset, base string, content []byte, fold bool) *ruleset {
	set := &ruleset{parent: parent, base: base}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	for raw := range bytes.SplitSeq(content, []byte("\n")) {
		line := strings.TrimSuffix(string(raw), "\r")
		if fold {
			// Folded text has no upper case: git then takes lower case for both.
			line = strings.ReplaceAll(lowerASCII(line), "[:upper:]", "[:lower:]")
		}
		if r, ok := parseRule(line); ok {
			set.rules = append(set.rules, r)
		}
	}
	if len(set.rules) == 0 {
		return parent
	}
	return set
}

func parseRule(line string) (r rule, ok bool) {
	if strings.HasPrefix(line, "#") {
		return r, false
	}
	p := trimSpaces(line)
	p, r.negated = strings.CutPrefix(p, "!")
	p, r.dirOnly = strings.CutSuffix(p, "/")
	if p == "" {
		return r, false
	}
	plain := strings.IndexAny(p, globSpecial)
	if !strings.Contains(p, "/") {
		r.pattern = p
		switch {
		case plain < 0:
			r.kind = nameLiteral
		case p[0] == '*' && !strings.ContainsAny(p[1:], globSpecial):
			r.kind, r.literal = nameSuffix, p[1:]
		default:
			r.kind = nameGlob
		}
		return r, true
	}
	p, rooted := strings.CutPrefix(p, "/")
	r.pattern = p
	if plain < 0 {
		r.kind, r.literal = pathLiteral, p
		return r, true
	}
	if rooted {
		plain--
	}
	r.kind, r.literal = pathGlob, p[:plain]
	return r, true
}

// trimSpaces removes trailing spaces that no backslash keeps.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = min(i+1, len(line))
	}
	return line[:end]
}

// readRules reads the .gitignore of a folder. Like git, it does not follow one that is a link.
func (w *walker) readRules(dir string, parent *ruleset) (*ruleset, error) {
	b, err := w.disk.readFile(dir + ".gitignore")
	switch {
	case err == nil:
		return parseRules(parent, dir, b, w.fold), nil
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotRegular) || errors.Is(err, ErrTooLarge):
		return parent, nil
	}
	return nil, fmt.Errorf("%s.gitignore: %w: make it readable", dir, err)
}

// baseRules are those that hold below all .gitignore files: the user's own, and the clone's .git/info/exclude.
func (r *Repository) baseRules() (*ruleset, error) {
	var set *ruleset
	for _, name := range []string{r.excludesFile(), filepath.Join(r.commonDir, "info", "exclude")} {
		if name == "" {
			continue
		}
		b, err := os.ReadFile(name)
		switch {
		case err == nil:
			set = parseRules(set, "", b, r.settings.ignoreCase)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("read ignore rules: %w: make the file readable", err)
		}
	}
	return set, nil
}

// excludesFile is the user's own ignore file: core.excludesFile of the repository or the user, else git's default place.
func (r *Repository) excludesFile() string {
	home, _ := os.UserHomeDir()
	name := r.settings.excludesFile
	xdg := os.Getenv("XDG_CONFIG_HOME")
	if xdg == "" && home != "" {
		xdg = filepath.Join(home, ".config")
	}
	if name == "" {
		var user settings
		user.extensions = map[string]string{}
		files := []string{filepath.Join(xdg, "git", "config"), filepath.Join(home, ".gitconfig")}
		if global, ok := os.LookupEnv("GIT_CONFIG_GLOBAL"); ok {
			files = []string{global}
		}
		for _, f := range files {
			// A broken configuration of the user's is git's to complain about: it only decides about untracked files,
			// and without it more of them are judged.
			_ = user.read(f)
		}
		name = user.excludesFile
	}
	switch {
	case name == "" && xdg != "":
		return filepath.Join(xdg, "git", "ignore")
	case strings.HasPrefix(name, "~/"):
		return filepath.Join(home, name[2:])
	case name != "" && !filepath.IsAbs(name):
		return filepath.Join(r.root, name)
	}
	return name
}

// ignoresFolder reports whether the repository ignores a folder and tracks nothing in it.
func (r *Repository) ignoresFolder(dir string) (bool, error) {
	rules, err := r.baseRules()
	if err != nil {
		return false, err
	}
	d, err := openDisk(r.root)
	if err != nil {
		return false, err
	}
	w := &walker{disk: d, fold: r.settings.ignoreCase}
	ignored := false
	base := ""
	for name := range strings.SplitSeq(dir, "/") {
		if rules, err = w.readRules(base, rules); err != nil {
			return false, err
		}
		if ignored = rules.ignores(base+name, name, true, w.fold); ignored {
			break
		}
		base += name + "/"
	}
	if !ignored {
		return false, nil
	}
	if w.index, err = r.readIndex(""); err != nil {
		return false, err
	}
	below := w.below(w.all(), dir)
	_, tracked := w.find(w.all(), dir)
	return below.lo == below.hi && !tracked, nil
}

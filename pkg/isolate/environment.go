package isolate

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// marker is the variable by which a command's processes are known, wherever they went.
const marker = "CDBGATE_ISOLATE"

// environment is all the command gets. Of several entries of one name the last counts.
func (c Command) environment(home, tmp, token string) []string {
	env := append([]string{"LANG=C.UTF-8", "TZ=UTC"}, c.Env...)
	return append(env, "PATH="+c.Path, "HOME="+home, "TMPDIR="+tmp, marker+"="+token)
}

func checkEnvironment(env []string) error {
	for i, entry := range env {
		if name, _, ok := strings.Cut(entry, "="); !ok || name == "" || strings.ContainsRune(entry, 0) {
			return fmt.Errorf("the environment's entry %d is not NAME=value", i)
		}
	}
	return nil
}

const (
	// minSecret is the shortest value, in runes, that is hidden: shorter ones are everywhere.
	minSecret = 8
	// hidden stands where a value was.
	hidden = "(sensitive value)"
)

// harmless are variables whose values messages may tell, beside those of the folders that Caches knows.
var harmless = regexp.MustCompile(`(?i)^(PATH|HOME|TMPDIR|PWD|SHELL|TERM|LANG|LANGUAGE|LC_[A-Z]+|TZ|CI|NO_PROXY|NODE_ENV|GOFLAGS|GOTOOLCHAIN|GOENV|GOOS|GOARCH|MAVEN_OPTS)$`)

// secrets are the values to hide, the longest first: one may be part of another. Of a value of several lines, each line is one,
// since programs print such values indented or in part.
func secrets(env []string) []string {
	var out []string
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		if harmless.MatchString(name) || isCacheFolder(name) {
			continue
		}
		for line := range strings.Lines(value) {
			if line, _ = unwrap(printable(strings.TrimSpace(line))); utf8.RuneCountInString(line) >= minSecret {
				out = append(out, line)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return slices.Compact(out)
}

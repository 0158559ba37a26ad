package repo

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold brings a path into the form under which file systems take names for the same: without regard to case, composed
// (Unicode NFC), without the characters that HFS+ ignores, and without the dots and blanks that Windows drops at the end of
// a name. Paths that differ and fold to the same may stand for one file on somebody's machine.
func Fold(path string) string {
	plain := true
	for i := range len(path) {
		c := path[i]
		if c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || (c == '.' || c == ' ') && (i+1 == len(path) || path[i+1] == '/') {
			plain = false
			break
		}
	}
	if plain {
		return path
	}
	path = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || r == 0xfeff {
			return -1
		}
		return r
	}, path)
	path = norm.NFC.String(cases.Fold().String(norm.NFD.String(path)))
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if trimmed := strings.TrimRight(p, ". "); trimmed != "" {
			parts[i] = trimmed
		}
	}
	return strings.Join(parts, "/")
}

// shown is a file name as Entry.Path has it: invalid UTF-8 bytes become three octal digits, as git prints them.
func shown(raw string) string {
	if utf8.ValidString(raw) {
		return raw
	}
	var b strings.Builder
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRuneInString(raw[i:])
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\%03o`, raw[i])
		} else {
			b.WriteString(raw[i : i+n])
		}
		i += n
	}
	return b.String()
}

// foreign reports whether a link target means something else to this system than to git: a drive or a backslash path.
func foreign(target string) bool {
	return runtime.GOOS == "windows" && (strings.Contains(target, `\`) || filepath.VolumeName(target) != "")
}

// checkName refuses what git refuses as a component of a path, in a tree or in the index, where only a forger puts it.
func checkName(name string) error {
	switch {
	case name == "" || name == "." || name == ".." || strings.EqualFold(name, ".git"):
	case strings.ContainsAny(name, "/\x00"):
	default:
		return nil
	}
	return fmt.Errorf("forbidden file name %q: the object was forged or damaged, run git fsck", name)
}

// checkPath does the same for a whole path.
func checkPath(p string) error {
	for name := range strings.SplitSeq(p, "/") {
		if err := checkName(name); err != nil {
			return fmt.Errorf("path %q: %w", p, err)
		}
	}
	return nil
}

// arrange sorts the entries and keeps what belongs to them in step. Two entries of one path are refused: one would hide
// the other.
func (s *Snapshot) arrange() error {
	order := make([]int, len(s.entries))
	for i := range order {
		order[i] = i
	}
	sorted := true
	for i := 1; i < len(s.entries); i++ {
		sorted = sorted && s.entries[i-1].Path < s.entries[i].Path
	}
	if !sorted {
		slices.SortFunc(order, func(a, b int) int { return strings.Compare(s.entries[a].Path, s.entries[b].Path) })
		s.entries = reorder(s.entries, order)
		s.stats = reorder(s.stats, order)
	}
	for i := 1; i < len(s.entries); i++ {
		if s.entries[i-1].Path == s.entries[i].Path {
			return fmt.Errorf("path %q is there twice: rename one, or run git fsck", s.entries[i].Path)
		}
	}
	if s.kind == Files {
		return nil
	}
	// A file that is a folder as well can only come from a forged tree or index.
	for i, e := range s.entries {
		if lo, hi := s.under(e.Path); lo < hi && lo != i {
			return fmt.Errorf("path %q is both a file and a folder: run git fsck", e.Path)
		}
	}
	return nil
}

func reorder[T any](in []T, order []int) []T {
	if in == nil {
		return nil
	}
	out := make([]T, len(in))
	for to, from := range order {
		out[to] = in[from]
	}
	return out
}

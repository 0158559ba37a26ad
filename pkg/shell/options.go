package shell

import (
	"path"
	"slices"
	"strings"
)

// wrapper is a program that runs the command it is given as arguments: which of its options take a value, and how many
// words stand between them and the command.
type wrapper struct {
	short       string   // letters of options whose value may be the next word
	long        []string // names of such options
	flags       string   // when set, the letters of options without a value: all others have one
	longFlags   []string // the same for names
	operands    int
	assignments bool // NAME=value words stand before the command
}

func long(names string) []string { return strings.Fields(names) }

// wrappers are those whose options are known, after their manual pages.
var wrappers = map[string]*wrapper{
	"sudo":      {short: "CDghpRrTtUu", long: long("user group host prompt close-from chdir chroot role type other-user command-timeout"), assignments: true},
	"doas":      {short: "Cu"},
	"env":       {short: "uC", long: long("unset chdir"), assignments: true},
	"command":   {},
	"builtin":   {},
	"exec":      {short: "a"},
	"nohup":     {},
	"time":      {short: "fo", long: long("format output")},
	"nice":      {short: "n", long: long("adjustment")},
	"timeout":   {short: "ks", long: long("kill-after signal"), operands: 1},
	"gtimeout":  {short: "ks", long: long("kill-after signal"), operands: 1},
	"stdbuf":    {short: "ioe", long: long("input output error")},
	"setsid":    {},
	"ionice":    {short: "cnpPu", long: long("class classdata pid pgid uid")},
	"chrt":      {short: "TPD", operands: 1},
	"taskset":   {operands: 1},
	"chroot":    {long: long("userspec groups"), operands: 1},
	"xargs":     {short: "adEILnPsJRS", long: long("arg-file delimiter max-args max-procs max-chars process-slot-var")},
	"nsenter":   {short: "tSG", long: long("target setuid setgid")},
	"unshare":   {short: "SGRw", long: long("setuid setgid root wd")},
	"flock":     {short: "wE", long: long("timeout wait conflict-exit-code"), operands: 1},
	"sshpass":   {short: "fdpP"},
	"gosu":      {operands: 1},
	"su-exec":   {operands: 1},
	"pkexec":    {long: long("user")},
	"tini":      {short: "pe"},
	"dumb-init": {short: "r", long: long("rewrite")},
	"busybox":   {},
	"toybox":    {},
	"fakeroot":  {short: "lsbiu"},
	"strace":    {short: "abeIoOpPsSuEX"},
	"chronic":   {},
	"unbuffer":  {},
	"runuser":   {short: "ugG", long: long("user group supp-group")},
}

// skip returns the index of the first word behind the options of a command.
func (w *wrapper) skip(words []field) int {
	i := 1
	for i < len(words) {
		s := words[i].string
		switch {
		case s == "--":
			return i + 1
		case len(s) < 2 || s[0] != '-':
			return i
		case strings.HasPrefix(s, "--"):
			if !strings.Contains(s, "=") && w.takes(s[2:]) {
				i++
			}
		default:
			for j := 1; j < len(s); j++ {
				if w.takesLetter(s[j]) {
					if j == len(s)-1 {
						i++
					}
					break
				}
			}
		}
		i++
	}
	return len(words)
}

func (w *wrapper) takes(name string) bool {
	if w.longFlags != nil {
		return !slices.Contains(w.longFlags, name)
	}
	return slices.Contains(w.long, name)
}

func (w *wrapper) takesLetter(c byte) bool {
	if w.flags != "" {
		return strings.IndexByte(w.flags, c) < 0
	}
	return strings.IndexByte(w.short, c) >= 0
}

// option returns the value of the first option of these names in front of the command, "" when there is none.
func option(words []field, letter byte, name string) (value field, ok bool) {
	for i, f := range words {
		s := f.string
		switch {
		case s == "--"+name || len(s) > 1 && s[0] == '-' && s[1] != '-' && s[len(s)-1] == letter:
			if i+1 < len(words) {
				return words[i+1], true
			}
			return field{}, true
		case strings.HasPrefix(s, "--"+name+"="):
			return cut(f, len(name)+3), true
		case len(s) > 2 && s[0] == '-' && s[1] == letter:
			return cut(f, 2), true
		}
	}
	return field{}, false
}

// cut returns a word without its first bytes.
func cut(f field, n int) field {
	f.string = f.string[n:]
	f.spans = []span{{0, len(f.string), f.from, f.to}}
	return f
}

// program is the name of a command without its path.
func program(f field) string { return path.Base(f.string) }

// isShell reports whether a program reads scripts of this language.
func isShell(name string) bool {
	switch name {
	case "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash":
		return true
	}
	return false
}

package shell

import (
	"path"
	"strings"
)

// Interpreter tells the dialect of a script by what runs it: a "#!" line, with or without those two characters, or the
// name of a shell with its options. ok is false when that is no shell this package reads.
func Interpreter(line string) (dialect Dialect, ok bool) {
	fields := strings.Fields(strings.TrimPrefix(line, "#!"))
	for len(fields) > 0 {
		name := strings.TrimSuffix(strings.ToLower(path.Base(strings.ReplaceAll(fields[0], `\`, "/"))), ".exe")
		switch name {
		case "env", "busybox", "sudo":
			fields = fields[1:]
			for len(fields) > 0 && (strings.HasPrefix(fields[0], "-") || isAssignment(fields[0])) {
				fields = fields[1:]
			}
			continue
		case "bash", "sh", "dash", "ash", "rbash":
			return Bash, true
		case "zsh":
			return Zsh, true
		case "ksh", "mksh", "pdksh", "ksh93":
			return Mksh, true
		case "bats":
			return Bats, true
		}
		return 0, false
	}
	return 0, false
}

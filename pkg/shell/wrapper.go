package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// unwrap takes away the programs that run the rest of a command: sudo env A=b timeout 5m kubectl apply.
func (r *reader) unwrap(words []field, c context) ([]field, context) {
	c.via = c.via[:len(c.via):len(c.via)]
	for len(words) > 0 {
		name := program(words[0])
		inner := unwrapOne(name, words)
		if inner == nil {
			return words, c
		}
		c.via = append(c.via, viaName(name, words))
		c.wrapped = true
		words = inner
	}
	return words, c
}

// unwrapOne returns the command that a command runs as it stands in its arguments, nil when it runs none.
func unwrapOne(name string, words []field) []field {
	switch name {
	case "docker", "podman", "nerdctl", "docker-compose", "podman-compose":
		return container(words)
	}
	w := wrappers[name]
	if w == nil {
		return nil
	}
	i := w.skip(words)
	options := words[1:min(i, len(words))]
	switch name {
	case "command":
		if _, looks := option(options, 'v', "\x00"); looks {
			return nil
		}
		if _, looks := option(options, 'V', "\x00"); looks {
			return nil
		}
	case "env":
		if inner := splitString(words); inner != nil {
			return inner
		}
	case "runuser":
		if _, named := option(options, 'u', "user"); !named {
			return nil
		}
	}
	i += w.operands
	for w.assignments && i < len(words) && isAssignment(words[i].string) {
		i++
	}
	if i >= len(words) || name == "flock" && strings.HasPrefix(words[i].string, "-") {
		return nil
	}
	inner := words[i:]
	if name == "xargs" {
		return filled(options, inner)
	}
	return inner
}

func isAssignment(s string) bool {
	name, _, ok := strings.Cut(s, "=")
	return ok && syntax.ValidName(name)
}

// splitString returns the command of env -S 'kubectl apply'.
func splitString(words []field) []field {
	for i, f := range words {
		s, attached := strings.CutPrefix(f.string, "--split-string=")
		switch {
		case f.string == "-S" || f.string == "--split-string" || f.string == "-vS":
			if i++; i == len(words) {
				return nil
			}
			s = words[i].string
		case attached:
		case i > 0 && !strings.HasPrefix(f.string, "-"):
			return nil
		default:
			continue
		}
		var out []field
		for _, word := range strings.Fields(s) {
			out = append(out, field{text: text{string: word}, from: words[i].from, to: words[i].to})
		}
		return append(out, words[i+1:]...)
	}
	return nil
}

// filled returns the command that xargs runs. What it fills in is unknown, be it in a word or behind the last.
func filled(options, inner []field) []field {
	if r, ok := option(options, 'I', "replace"); ok {
		if r.string == "" {
			r.string = "{}"
		}
		return replaceWord(inner, r.string)
	}
	for _, o := range options {
		if o.string == "-i" {
			return replaceWord(inner, "{}")
		}
	}
	last := inner[len(inner)-1]
	return append(inner[:len(inner):len(inner)], field{text: text{string: unknown}, from: last.to, to: last.to})
}

// replaceWord makes what a program fills in unknown. The text stays as long as it was, and so its origin the same.
func replaceWord(words []field, what string) []field {
	out := make([]field, len(words))
	for i, f := range words {
		f.string = strings.ReplaceAll(f.string, what, strings.Repeat(unknown, len(what)))
		out[i] = f
	}
	return out
}

// viaName names a program that runs another.
func viaName(name string, words []field) string {
	switch name {
	case "docker", "podman", "nerdctl", "docker-compose", "podman-compose":
		for _, f := range words[1:] {
			if f.string == "run" || f.string == "exec" {
				return name + " " + f.string
			}
		}
	}
	return name
}

// containers has the options of docker run and exec, and of Compose's: those without a value.
var containers = &wrapper{
	flags: "ditPTq",
	longFlags: long("detach interactive tty init privileged read-only rm publish-all no-healthcheck oom-kill-disable sig-proxy" +
		" quiet no-deps no-TTY service-ports use-aliases build remove-orphans quiet-pull disable-content-trust help latest tls-verify"),
	operands: 1,
}

// containerGlobal has the options that stand before run and exec.
var containerGlobal = &wrapper{short: "cHlfp", long: long("config context host log-level tlscacert tlscert tlskey file project-name profile env-file project-directory")}

// container returns the command that runs in a container.
func container(words []field) []field {
	i := containerGlobal.skip(words)
	for i < len(words) && (words[i].string == "compose" || words[i].string == "container") {
		i += containerGlobal.skip(words[i:])
	}
	if i >= len(words) || words[i].string != "run" && words[i].string != "exec" {
		return nil
	}
	at := i + containers.skip(words[i:])
	if at+1 > len(words) {
		return nil
	}
	entry, ok := option(words[i+1:at], 0, "entrypoint")
	inner := words[min(at+containers.operands, len(words)):]
	if ok && entry.string != "" {
		return append([]field{entry}, inner...)
	}
	if len(inner) == 0 {
		return nil
	}
	return inner
}

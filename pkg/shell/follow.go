package shell

import (
	"slices"
	"strings"
)

// follow reads the scripts that a command is given, and the commands in its arguments.
func (r *reader) follow(words []field, c context) {
	name := program(words[0])
	switch {
	case isShell(name):
		r.shell(name, words, c)
		return
	case r.functions[name] != nil && len(r.functions[name].calls) > 0:
		r.callFunction(r.functions[name], words, c)
		return
	}
	switch name {
	case "eval":
		r.script(joined(words[1:], " "), c.through("eval"))
	case "source", ".":
		if len(words) > 1 && words[1].string == "/dev/stdin" {
			r.reads(c, name)
		}
	case "ssh":
		r.remote(words, c)
	case "su", "runuser":
		if s, ok := option(words[1:], 'c', "command"); ok {
			r.script(whole(s), c.through(name+" -c"))
			return
		}
		r.reads(c, name)
	case "flock", "script":
		if s, ok := option(words[1:], 'c', "command"); ok {
			r.script(whole(s), c.through(name+" -c"))
		}
	case "watch":
		i := (&wrapper{short: "n", long: long("interval")}).skip(words)
		r.joined(words[min(i, len(words)):], c.through(name))
	case "parallel":
		r.parallel(words, c)
	case "trap":
		if len(words) > 2 && !strings.HasPrefix(words[1].string, "-") {
			r.script(whole(words[1]), c.through(name))
		}
	case "find", "fd":
		r.find(words, c)
	default:
		r.unknownWrapper(name, words, c)
	}
}

// shell reads what bash -c '…' runs, or what a shell without a file reads.
func (r *reader) shell(name string, words []field, c context) {
	i := 1
	for ; i < len(words); i++ {
		s := words[i].string
		switch {
		case s == "-" || s == "--":
			r.reads(c, name)
			return
		case strings.HasPrefix(s, "--"):
			if s == "--rcfile" || s == "--init-file" {
				i++
			}
		case len(s) > 1 && s[0] == '-' && strings.Contains(s, "c"):
			for i++; i < len(words) && (words[i].string == "--" || strings.HasPrefix(words[i].string, "-") && !strings.Contains(words[i].string, " ")); i++ {
				if strings.HasSuffix(words[i].string, "o") { // bash -c -o pipefail '…'
					i++
				}
			}
			if strings.HasSuffix(s, "o") { // -euco pipefail '…'
				i++
			}
			if i < len(words) {
				r.script(whole(words[i]), c.through(name+" -c"))
			}
			return
		case len(s) > 1 && (s[0] == '-' || s[0] == '+'):
			switch s[len(s)-1] {
			case 'o', 'O':
				i++
			case 's':
				r.reads(c, name)
				return
			}
		case s == "/dev/stdin":
			r.reads(c, name)
			return
		default:
			return
		}
	}
	r.reads(c, name)
}

// reads reads the script that a shell finds in its input.
func (r *reader) reads(c context, name string) {
	if c.input == nil {
		return
	}
	via := name + " <<"
	if c.input.pipe {
		via = "| " + name
	}
	in := c.through(via)
	in.input = nil
	for _, t := range c.input.texts {
		r.script(t, in)
	}
}

// script reads a script that a command is given.
func (r *reader) script(t text, c context) {
	if r.quiet || r.full || t.string == "" {
		return
	}
	if r.inner += len(t.string); r.level >= maxLevel || c.depth > maxLevel || r.inner > MaxSize+4*len(r.state.script) {
		r.full = true
		at := 0
		if len(t.spans) > 0 {
			at = t.spans[0].from
		}
		r.fail(at, "there are too many scripts within scripts, the rest is not read")
		return
	}
	t.spans = t.refine(r.state.script)
	in := r.within(t)
	in.level++
	in.via = c.via
	in.maybe++
	statements, rest, err := complete(in.text, in.dialect)
	in.statements(statements)
	in.finish()
	if err != nil { // a string that is no script is not the fault of the script it stands in
		in.raw(min(rest, len(in.text)))
	}
}

// joined reads the words of a command that are put together and given to a shell.
func (r *reader) joined(words []field, c context) {
	if len(words) == 0 {
		return
	}
	if slices.ContainsFunc(words, func(f field) bool { return strings.ContainsAny(f.string, " \t\n;&|<>()$`\"'\\#*") }) {
		r.script(joined(words, " "), c)
		return
	}
	c.wrapped = true
	r.run(words, c)
}

// remote reads what ssh runs: its words behind the host, or what the shell there reads.
func (r *reader) remote(words []field, c context) {
	i := (&wrapper{short: "bcDEeFIiJLlmOopQRSWw"}).skip(words) + 1
	if i >= len(words) {
		r.reads(c, "ssh")
		return
	}
	if strings.HasPrefix(words[i].string, "-") { // options behind the host
		i = min(i-1+(&wrapper{short: "bcDEeFIiJLlmOopQRSWw"}).skip(words[i-1:]), len(words))
	}
	if i == len(words) {
		r.reads(c, "ssh")
		return
	}
	r.joined(words[i:], c.through("ssh"))
}

// parallel reads the command that GNU parallel runs for each of its arguments.
func (r *reader) parallel(words []field, c context) {
	i := (&wrapper{short: "jINnPaLdSs", long: long("jobs max-procs arg-file max-args delay timeout retries joblog colsep sshlogin tagstring results")}).skip(words)
	inner := words[min(i, len(words)):]
	if end := slices.IndexFunc(inner, func(f field) bool { return strings.HasPrefix(f.string, ":::") }); end >= 0 {
		inner = inner[:end]
	}
	r.joined(replaceWord(inner, "{}"), c.through("parallel"))
}

// find reads the commands of find … -exec … \;.
func (r *reader) find(words []field, c context) {
	for i := 0; i < len(words); i++ {
		switch words[i].string {
		case "-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec", "--exec-batch":
		default:
			continue
		}
		option := strings.TrimLeft(words[i].string, "-")
		from := i + 1
		for i++; i < len(words) && words[i].string != ";" && words[i].string != "+"; i++ {
		}
		in := c.through(program(words[0]) + " -" + option)
		in.wrapped = true
		r.run(replaceWord(words[from:i], "{}"), in)
	}
}

// silent are programs that only write or look for the words they are given.
var silent = map[string]bool{
	"echo": true, "printf": true, "grep": true, "egrep": true, "fgrep": true, "rg": true, "awk": true, "sed": true,
	"cat": true, "test": true, "[": true, "export": true, "declare": true, "local": true, "readonly": true, "typeset": true,
	"let": true, "read": true, "set": true, "logger": true, "jq": true, "yq": true, "which": true, "type": true, "git": true,
}

// unknownWrapper reads the script of a shell that a program nobody knows is given: retry 3 bash -c '…'.
func (r *reader) unknownWrapper(name string, words []field, c context) {
	if silent[name] {
		return
	}
	for i := 1; i+2 < len(words); i++ {
		if isShell(program(words[i])) && strings.HasPrefix(words[i+1].string, "-") && strings.HasSuffix(words[i+1].string, "c") {
			in := c.through(name)
			in.wrapped = true
			r.run(words[i:], in)
			return
		}
	}
}

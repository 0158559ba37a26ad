package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// context is how a command comes to be run.
type context struct {
	via     []string
	wrapped bool
	raw     bool
	input   *input
	depth   int // of commands that run it
}

// through adds a program that runs the command.
func (c context) through(name string) context {
	c.via = append(c.via[:len(c.via):len(c.via)], name)
	c.depth++
	return c
}

// call reads a simple command.
func (r *reader) call(c *syntax.CallExpr, input *input) {
	for _, a := range c.Assigns {
		r.inAssign(a)
		if len(c.Args) == 0 {
			r.assign(a)
		}
	}
	if len(c.Args) == 0 {
		return
	}
	for _, words := range r.words(c.Args) {
		if len(words) == 0 {
			continue
		}
		r.forget(words)
		r.template(words)
		r.with(c.Assigns, func() { r.run(words, context{via: r.via, input: input}) })
	}
	for _, w := range c.Args {
		r.inside(w)
	}
}

// with gives variables the values they have for one command.
func (r *reader) with(assigns []*syntax.Assign, run func()) {
	if r.quiet {
		return
	}
	for _, a := range assigns {
		if a.Index == nil && a.Array == nil {
			name, before := a.Name.Value, r.vars[a.Name.Value]
			defer func() { r.vars[name] = before }()
			r.vars[name] = limit(r.values(a.Value))
		}
	}
	run()
}

// run lists a command and what it runs itself.
func (r *reader) run(words []field, c context) {
	if r.quiet || len(words) == 0 {
		return
	}
	r.list(words, c)
	inner, c := r.unwrap(words, c)
	if len(inner) == 0 || r.full {
		return
	}
	if c.wrapped && len(c.via) > 0 && &inner[0] != &words[0] {
		r.list(inner, c)
	}
	if c.depth > maxLevel {
		r.fail(words[0].from, "it runs commands that run commands, too deeply")
		return
	}
	r.follow(inner, c)
}

func (r *reader) list(words []field, c context) {
	texts := make([]string, len(words))
	to := words[0].to
	for i, w := range words {
		texts[i] = w.string
		to = max(to, w.to)
	}
	r.note(texts, words[0].from, to, c)
}

// maxWords is how many words of commands are listed for one script.
const maxWords = 1 << 20

// note lists a command.
func (r *reader) note(words []string, from, to int, c context) {
	if r.quiet || r.full {
		return
	}
	if r.listed += len(words); r.listed > maxWords || len(r.found) == MaxCommands {
		r.full = true
		r.fail(from, "there are too many commands in the script, the rest is not read")
		return
	}
	for i, w := range words {
		if strings.ContainsAny(w, unknown+arguments+separator) {
			words[i] = ""
		}
	}
	r.found = append(r.found, Command{Words: words, From: from, To: to, Via: c.via, Wrapped: c.wrapped, Raw: c.raw})
}

// template notes a command of a function that is given the function's arguments.
func (r *reader) template(words []field) {
	if r.calling == nil || len(r.calling.calls) >= maxValues || silent[program(words[0])] {
		return
	}
	same := func(other []field) bool {
		return slices.EqualFunc(words, other, func(a, b field) bool { return a.string == b.string })
	}
	if slices.ContainsFunc(words, func(f field) bool { return f.string == arguments }) && !slices.ContainsFunc(r.calling.calls, same) {
		r.calling.calls = append(r.calling.calls, words)
	}
}

// callFunction lists what a function of the script does with the arguments it is called with.
func (r *reader) callFunction(f *function, words []field, c context) {
	if f.busy {
		return
	}
	f.busy = true
	defer func() { f.busy = false }()
	for _, call := range f.calls {
		var filled []field
		for _, w := range call {
			if w.string == arguments {
				filled = append(filled, words[1:]...)
				continue
			}
			w.from, w.to = words[0].from, words[len(words)-1].to
			filled = append(filled, w)
		}
		if len(filled) > 0 && len(filled) <= maxWays {
			in := c.through(words[0].string)
			in.wrapped = true
			r.run(filled, in)
		}
	}
}

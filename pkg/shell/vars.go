package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Limits on what is kept of variables, so that a short script cannot cost much.
const (
	maxValues   = 16       // of one variable
	maxValue    = 16 << 10 // bytes of one value
	maxExpanded = 4 << 20  // bytes filled in, of all commands of a script
)

// set gives a variable values. Where it is not certain that the assignment is run, the variable keeps those it had.
func (r *reader) set(name string, values []string) {
	if r.maybe > 0 {
		values = slices.Concat(r.vars[name], values)
	}
	r.vars[name] = limit(values)
}

// limit keeps each value once, and not too many or too long ones.
func limit(values []string) []string {
	var out []string
	for _, v := range values {
		if len(out) == maxValues || len(v) > maxValue {
			v = unknown
		}
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// value returns the values of a variable, nil when it was never given any.
func (r *reader) value(name string) []string {
	values := r.vars[name]
	for _, v := range values {
		if r.expanded += len(v); r.expanded > maxExpanded {
			return []string{unknown}
		}
	}
	return values
}

// assign runs NAME=value, NAME+=value and NAME=(list).
func (r *reader) assign(a *syntax.Assign) {
	if a.Name == nil || a.Naked {
		return
	}
	name := a.Name.Value
	switch {
	case a.Index != nil:
		r.set(name+"[@]", []string{unknown})
	case a.Array != nil:
		r.set(name+"[@]", []string{r.array(a)})
	case a.Append:
		r.set(name, r.appended(name, r.values(a.Value)))
	default:
		r.set(name, r.values(a.Value))
	}
}

func (r *reader) appended(name string, more []string) []string {
	var out []string
	before := r.value(name)
	if before == nil {
		before = []string{unknown}
	}
	for _, b := range before {
		for _, m := range more {
			if len(out) <= maxValues {
				out = append(out, b+m)
			}
		}
	}
	return out
}

// separator parts the elements of an array in its value.
const separator = "\x03"

// array returns the elements of a literal array as one value, unknown when they are too many.
func (r *reader) array(a *syntax.Assign) string {
	var out []string
	if a.Append {
		if before := r.value(a.Name.Value + "[@]"); len(before) == 1 {
			out = append(out, before[0])
		} else {
			return unknown
		}
	}
	for _, e := range a.Array.Elems {
		if e.Value == nil || e.Index != nil {
			return unknown
		}
		for _, f := range r.words([]*syntax.Word{e.Value})[0] {
			out = append(out, f.string)
		}
	}
	return strings.Join(out, separator)
}

// declare runs export, readonly, local, declare and typeset.
func (r *reader) declare(d *syntax.DeclClause) {
	words := []field{r.literal(d.Variant)}
	for _, a := range d.Args {
		r.assign(a)
		r.inAssign(a)
		from, to := r.origin(a.Pos(), a.End())
		f := field{from: from, to: to}
		switch {
		case a.Name == nil:
			words = append(words, r.words([]*syntax.Word{a.Value})[0]...)
			continue
		case a.Naked:
			f.string = a.Name.Value
		case a.Array != nil || a.Index != nil:
			f.string = unknown
		default:
			f.string = a.Name.Value + "=" + r.values(a.Value)[0]
		}
		words = append(words, f)
	}
	r.run(words, context{via: r.via})
}

// forget takes away what is known of the variables that a command fills: read NAME, unset NAME.
func (r *reader) forget(words []field) {
	switch words[0].string {
	case "read", "mapfile", "readarray", "getopts", "unset":
		for _, w := range words[1:] {
			if syntax.ValidName(w.string) {
				r.set(w.string, []string{unknown})
				r.set(w.string+"[@]", []string{unknown})
			}
		}
	case "printf":
		if len(words) > 2 && words[1].string == "-v" {
			r.set(words[2].string, []string{unknown})
		}
	}
}

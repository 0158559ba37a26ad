package shell

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// input is what a command reads: texts, one of which it is given. Without any it is unknown.
type input struct {
	texts []text
	pipe  bool // it comes through a pipe
}

// input returns what redirections give a command to read, nil when none does.
func (r *reader) input(list []*syntax.Redirect) *input {
	var in *input
	for _, d := range list {
		if d.N != nil && d.N.Value != "0" {
			continue
		}
		switch d.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			in = &input{texts: r.document(d)}
		case syntax.WordHdoc:
			in = &input{texts: texts(r.pieces(d.Word))}
		case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn:
			in = &input{}
		}
	}
	return in
}

// document returns the text of a here document.
func (r *reader) document(d *syntax.Redirect) []text {
	if d.Hdoc == nil {
		return nil
	}
	q := document
	for _, p := range d.Word.Parts {
		if lit, ok := p.(*syntax.Lit); !ok || strings.IndexByte(lit.Value, '\\') >= 0 {
			q = verbatim
		}
	}
	from, to := r.origin(d.Hdoc.Pos(), d.Hdoc.End())
	pieces := r.parts(nil, d.Hdoc.Parts, [2]int{from, to}, q)
	if d.Op == syntax.DashHdoc {
		for i := range pieces {
			for j, v := range pieces[i].values {
				pieces[i].values[j] = withoutTabs(v, i == 0)
			}
		}
	}
	return texts(pieces)
}

// withoutTabs takes away the tabs that begin the lines of a <<- document.
func withoutTabs(s string, begins bool) string {
	lines := strings.SplitAfter(s, "\n")
	for i, line := range lines {
		if i > 0 || begins {
			lines[i] = strings.TrimLeft(line, "\t")
		}
	}
	return strings.Join(lines, "")
}

// texts returns what pieces may stand for when they are one text.
func texts(pieces []piece) []text {
	ways := 1
	for i := range pieces {
		pieces[i].split = false
		if ways *= len(pieces[i].values); ways > maxValues {
			ways = maxValues
		}
	}
	var out []text
	if len(pieces) == 0 {
		return nil
	}
	whole := word{pieces, pieces[0].from, pieces[len(pieces)-1].to}
	for _, fields := range combine([]word{whole}, ways) {
		if len(fields) > 0 {
			out = append(out, joined(fields, " "))
		}
	}
	return out
}

func joined(fields []field, between string) text {
	var t text
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteString(between)
		}
		t.spans = append(t.spans, spansAt(f, b.Len())...)
		b.WriteString(f.string)
	}
	t.string = b.String()
	return t
}

// whole returns the text of a word with its origin.
func whole(f field) text { return text{f.string, spansAt(f, 0)} }

// spansAt returns the spans of a word whose text begins at an offset of a longer one.
func spansAt(f field, at int) []span {
	if len(f.spans) == 0 {
		return []span{{at, len(f.string), f.from, f.to}}
	}
	out := slices.Clone(f.spans)
	for i := range out {
		out[i].at += at
	}
	return out
}

// output returns what a statement writes into a pipe, given what it reads itself; nil when that is unknown.
func (r *reader) output(s *syntax.Stmt, in *input) *input {
	if own := r.input(s.Redirs); own != nil {
		in = own
	}
	out := &input{pipe: true}
	switch c := s.Cmd.(type) {
	case *syntax.Block:
		return r.outputs(c.Stmts, in)
	case *syntax.Subshell:
		return r.outputs(c.Stmts, in)
	case *syntax.CallExpr:
		if len(c.Args) == 0 || !mayPass(c.Args[0].Lit()) {
			return nil
		}
		for _, words := range r.words(c.Args) {
			if len(words) > 0 {
				words, _ = r.unwrap(words, context{})
				out.texts = append(out.texts, written(words, in)...)
			}
		}
	}
	if len(out.texts) == 0 {
		return nil
	}
	return out
}

// mayPass reports whether a program can be one whose output is known: one of those, one that runs them, or an unknown one.
func mayPass(name string) bool {
	switch name {
	case "", "echo", "printf", "cat", "tee", "envsubst":
		return true
	}
	return wrappers[path.Base(name)] != nil
}

func (r *reader) outputs(list []*syntax.Stmt, in *input) *input {
	out := &input{pipe: true}
	for _, s := range list {
		if one := r.output(s, in); one != nil {
			out.texts = append(out.texts, one.texts...)
		}
	}
	return out
}

// written returns what a program that only passes text on writes.
func written(words []field, in *input) []text {
	if len(words) == 0 {
		return nil
	}
	switch program(words[0]) {
	case "echo":
		return []text{echoed(words[1:])}
	case "printf":
		if len(words) > 1 {
			return []text{formatted(words[1:])}
		}
	case "cat", "tee", "envsubst":
		file := slices.ContainsFunc(words[1:], func(f field) bool { return !strings.HasPrefix(f.string, "-") })
		if in != nil && (!file || program(words[0]) != "cat") {
			return in.texts
		}
	}
	return nil
}

func echoed(words []field) text {
	escapes := false
	for len(words) > 0 && len(words[0].string) > 1 && words[0].string[0] == '-' && strings.Trim(words[0].string[1:], "neE") == "" {
		escapes = escapes || strings.Contains(words[0].string, "e")
		words = words[1:]
	}
	t := joined(words, " ")
	if escapes && strings.Contains(t.string, `\`) {
		return rewritten(t, ansi(t.string))
	}
	return t
}

// formatted fills %s in; any other directive is unknown.
func formatted(words []field) text {
	format := ansi(words[0].string)
	whole := joined(words, " ")
	if !strings.Contains(format, "%") {
		if format == words[0].string {
			return joined(words[:1], "")
		}
		return rewritten(whole, format)
	}
	var b strings.Builder
	for rest := words[1:]; ; {
		before := len(rest)
		for i := 0; i < len(format); i++ {
			switch {
			case format[i] != '%' || i+1 == len(format):
				b.WriteByte(format[i])
				continue
			case format[i+1] == 's' && len(rest) > 0:
				b.WriteString(rest[0].string)
				rest = rest[1:]
			case format[i+1] == '%':
				b.WriteByte('%')
			default:
				b.WriteString(unknown)
			}
			i++
		}
		if len(rest) == 0 || len(rest) == before || b.Len() > maxValue {
			return rewritten(whole, b.String())
		}
	}
}

// rewritten is a text of which only is known that it came out of another.
func rewritten(from text, s string) text {
	if len(from.spans) == 0 {
		return text{string: s}
	}
	first, last := from.spans[0], from.spans[len(from.spans)-1]
	return text{s, []span{{0, len(s), first.from, max(first.from, last.to)}}}
}

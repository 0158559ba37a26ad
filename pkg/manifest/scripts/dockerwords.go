package scripts

import "strings"

// cut returns a stretch of a script as one of its own.
func (s *script) cut(from, to int) *script {
	out := &script{where: s.where, dialect: s.dialect, known: s.known}
	for _, p := range s.spans {
		lo, hi := max(p.at, from), min(p.at+p.n, to)
		if lo >= hi {
			continue
		}
		q := span{lo - from, hi - lo, p.from, p.to, p.copied, p.loose}
		if p.copied {
			q.from += lo - p.at
			q.to = q.from + q.n
		}
		out.spans = append(out.spans, q)
	}
	out.text.WriteString(s.text.String()[from:to])
	return out
}

// stage ends a stage of a build: the words of CMD are arguments of ENTRYPOINT when both are lists.
func (b *builder) stage() {
	switch {
	case b.entry != nil && b.cmd != nil:
		b.exec(&exec{append(b.entry.words[:len(b.entry.words):len(b.entry.words)], b.cmd.words...), b.entry.from, b.entry.to, "ENTRYPOINT and CMD"})
	case b.entry != nil:
		b.exec(b.entry)
	case b.cmd != nil:
		b.exec(b.cmd)
	}
	b.entry, b.cmd = nil, nil
}

// exec reads an instruction whose words no shell parts.
func (b *builder) exec(e *exec) {
	s := &script{where: e.where}
	for i, w := range e.words {
		if i > 0 {
			s.write(" ", e.from, e.to)
		}
		s.write("'"+strings.ReplaceAll(w, "'", `'\''`)+"'", e.from, e.to)
	}
	for i := range s.spans {
		s.spans[i].loose = true
	}
	b.run(s)
}

// assign notes the literal values of ARG NAME=value and ENV NAME=value, or ENV NAME value.
func (b *builder) assign(instruction, text string) {
	text = strings.ReplaceAll(text, "\\\n", " ")
	name, _, pair := strings.Cut(text, "=")
	if !pair || strings.ContainsAny(strings.TrimSpace(name), " \t") {
		if name, value, ok := strings.Cut(strings.TrimSpace(text), " "); ok && instruction == "ENV" {
			b.know(name, strings.TrimSpace(value))
		}
		return
	}
	for rest := text; ; {
		rest = strings.TrimLeft(rest, " \t")
		if name, rest, pair = strings.Cut(rest, "="); !pair {
			return
		}
		var value string
		value, rest = quoted(rest)
		b.know(strings.TrimSpace(name), value)
	}
}

// know notes a value. One that is made of others is unknown.
func (b *builder) know(name, value string) {
	if strings.Contains(value, "$") {
		delete(b.known, name)
		return
	}
	b.known[name] = value
}

// quoted reads the value at the start of a text, and takes its quotes off.
func quoted(text string) (value, rest string) {
	var out strings.Builder
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && (c == ' ' || c == '\t'):
			return out.String(), text[i:]
		case c == '\\' && quote != '\'' && i+1 < len(text):
			i++
			out.WriteByte(text[i])
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), ""
}

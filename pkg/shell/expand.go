package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// parameter returns what ${…} may stand for.
func (r *reader) parameter(p *syntax.ParamExp) []string {
	if p.Param == nil || p.Excl || p.Length || p.Width || p.IsSet || p.Flags != nil || p.NestedParam != nil ||
		p.Slice != nil || p.Repl != nil || p.Names != 0 || len(p.Modifiers) > 0 {
		return []string{unknown}
	}
	name := p.Param.Value
	switch {
	case name == "@" || name == "*":
		return []string{arguments}
	case p.Index != nil:
		if word, ok := p.Index.(*syntax.Word); !ok || word.Lit() != "@" && word.Lit() != "*" {
			return []string{unknown}
		}
		name += "[@]"
	}
	values := r.value(name)
	if p.Exp != nil {
		return r.expansion(p, name, values)
	}
	if values == nil {
		return []string{unknown}
	}
	return values
}

// expansion returns what ${NAME:-word} and its like may stand for.
func (r *reader) expansion(p *syntax.ParamExp, name string, values []string) []string {
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
		if values == nil || values[0] == unknown {
			values = limit(append(values[:len(values):len(values)], r.values(p.Exp.Word)...))
			if values[0] == unknown && len(values) > 1 {
				values = values[1:] // the word is the only thing anybody knows
			}
			if p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull {
				r.set(name, values)
			}
		}
		return values
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		return r.values(p.Exp.Word)
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		if values != nil {
			return values
		}
	case syntax.LowerAll:
		return each(values, strings.ToLower)
	case syntax.UpperAll:
		return each(values, strings.ToUpper)
	}
	return []string{unknown}
}

func each(values []string, change func(string) string) []string {
	if values == nil {
		return []string{unknown}
	}
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = change(v)
	}
	return out
}

// substituted returns what $(…) stands for when it looks up where a program is: $(which kubectl), $(command -v kubectl).
func substituted(s *syntax.CmdSubst) []string {
	if len(s.Stmts) == 1 {
		call, ok := s.Stmts[0].Cmd.(*syntax.CallExpr)
		if binary, is := s.Stmts[0].Cmd.(*syntax.BinaryCmd); is && binary.Op == syntax.OrStmt { // … || true
			call, ok = binary.X.Cmd.(*syntax.CallExpr)
		}
		if ok {
			var words []string
			for _, w := range call.Args {
				words = append(words, w.Lit())
			}
			n := len(words)
			if n > 1 && words[n-1] != "" && (words[0] == "which" || n == 3 && (words[0] == "command" && words[1] == "-v" || words[0] == "type" && words[1] == "-P")) {
				return []string{words[n-1]}
			}
		}
	}
	return []string{unknown}
}

// unescape takes the backslashes out of a literal that stand for the character behind them.
func unescape(s string, q quoting) string {
	if q == verbatim || strings.IndexByte(s, '\\') < 0 {
		return s
	}
	special := ""
	switch q {
	case doubleQuoted:
		special = "$`\"\\\n"
	case document:
		special = "$`\\\n"
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (q == unquoted || strings.IndexByte(special, s[i+1]) >= 0) {
			if i++; s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

const (
	maxBraces = 64   // words that the braces of one word may make
	maxBraced = 4096 // bytes of a word whose braces are looked at
)

// expandBraces returns the words that a word with braces stands for: {kubectl,apply}. One with a range, or that would be
// too many, stays as one that is unknown.
func expandBraces(w *syntax.Word) []*syntax.Word {
	if !braced(w) {
		return []*syntax.Word{w}
	}
	split := &syntax.Word{Parts: append([]syntax.WordPart(nil), w.Parts...)}
	if !syntax.SplitBraces(split) {
		return []*syntax.Word{w}
	}
	lists, ok := spread(split.Parts)
	if !ok {
		lists = [][]syntax.WordPart{{&syntax.Lit{ValuePos: w.Pos(), ValueEnd: w.End(), Value: unknown}}}
	}
	out := make([]*syntax.Word, len(lists))
	for i, parts := range lists {
		out[i] = &syntax.Word{Parts: parts}
	}
	return out
}

func braced(w *syntax.Word) bool {
	if w.End().Offset()-w.Pos().Offset() > maxBraced {
		return false
	}
	for _, p := range w.Parts {
		if lit, ok := p.(*syntax.Lit); ok && strings.IndexByte(lit.Value, '{') >= 0 {
			return true
		}
	}
	return false
}

// spread returns every list of parts that a list with braces stands for.
func spread(parts []syntax.WordPart) ([][]syntax.WordPart, bool) {
	out := [][]syntax.WordPart{nil}
	for _, part := range parts {
		braces, ok := part.(*syntax.BraceExp)
		if !ok {
			for i := range out {
				out[i] = append(out[i], part)
			}
			continue
		}
		if braces.Sequence {
			return nil, false
		}
		var next [][]syntax.WordPart
		for _, element := range braces.Elems {
			inner, ok := spread(element.Parts)
			if !ok || len(next)+len(inner)*len(out) > maxBraces {
				return nil, false
			}
			next = append(next, inner...)
		}
		var all [][]syntax.WordPart
		for _, before := range out {
			for _, behind := range next {
				all = append(all, append(before[:len(before):len(before)], behind...))
			}
		}
		if out = all; len(out) > maxBraces {
			return nil, false
		}
	}
	return out, true
}

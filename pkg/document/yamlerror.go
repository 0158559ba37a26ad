package document

import (
	"strconv"
	"strings"

	yaml2 "go.yaml.in/yaml/v2"
)

const (
	noDocumentStart = "did not find expected <document start>"
	trailingText    = "there is text behind the end of the document"
)

// yamlMessages says in other words what the YAML library found. Its own messages are kept when they stand here without
// other words. One that does not stand here may quote the document, so it is never shown.
var yamlMessages = map[string]struct {
	message, remedy string
	parser          bool // the library's parser says so, and the line it gives is one too low
}{
	noDocumentStart:                       {"directives are not followed by a document start (---)", "", true},
	trailingText:                          {"", "start a new document with ---", true},
	"did not find expected node content":  {"a value is missing or begins with a character that none can begin with", "quote the value", true},
	"did not find expected '-' indicator": {"a sequence entry (-) was expected: is the indentation right?", "", true},
	"did not find expected key":           {"a key was expected: is the indentation right?", "", true},
	"did not find expected ',' or ']'":    {"a sequence in brackets lacks a ',' or its ']'", "", true},
	"did not find expected ',' or '}'":    {"a mapping in braces lacks a ',' or its '}'", "", true},
	"found undefined tag handle":          {"a tag handle is used that no %TAG directive defines", "", true},
	"found duplicate %YAML directive":     {"", "", true},
	"found duplicate %TAG directive":      {"", "", true},
	"found incompatible YAML document":    {"the document asks for a YAML version that is not supported", "", true},

	"found character that cannot start any token":                   {"", "", false},
	"could not find expected ':'":                                   {"a key without a ':' behind it: is the indentation right?", "", false},
	"block sequence entries are not allowed in this context":        {"a sequence entry (-) is not allowed here", "put it on a line of its own", false},
	"mapping keys are not allowed in this context":                  {"a key is not allowed here: is the indentation right?", "", false},
	"mapping values are not allowed in this context":                {"a ':' is not allowed here: is the indentation right?", "quote a value that contains ': '", false},
	"found unknown directive name":                                  {"", "", false},
	"did not find expected comment or line break":                   {"there is text behind a block scalar's indicator or a directive", "begin it on the next line", false},
	"could not find expected directive name":                        {"", "", false},
	"found unexpected non-alphabetical character":                   {"", "", false},
	"did not find expected digit or '.' character":                  {"", "", false},
	"found extremely long version number":                           {"", "", false},
	"did not find expected version number":                          {"", "", false},
	"did not find expected whitespace":                              {"", "", false},
	"did not find expected whitespace or line break":                {"", "", false},
	"did not find expected alphabetic or numeric character":         {"an anchor (&) or alias (*) has no valid name", "quote the value when it is meant as text", false},
	"did not find the expected '>'":                                 {"a tag lacks its closing '>'", "", false},
	"did not find expected '!'":                                     {"a tag lacks its closing '!'", "", false},
	"did not find expected tag URI":                                 {"a tag has no name", "", false},
	"did not find URI escaped octet":                                {"a tag has an invalid % escape", "", false},
	"found an incorrect leading UTF-8 octet":                        {"a tag has an invalid % escape", "", false},
	"found an incorrect trailing UTF-8 octet":                       {"a tag has an invalid % escape", "", false},
	"found an indentation indicator equal to 0":                     {"a block scalar's indentation indicator cannot be 0", "", false},
	"found a tab character where an indentation space is expected":  {"a block scalar is indented with a tab", "indent with spaces", false},
	"found a tab character that violates indentation":               {"a line is indented with a tab", "indent with spaces", false},
	"found unexpected document indicator":                           {"a quoted string is not closed before the document ends", "", false},
	"found unexpected end of stream":                                {"a quoted string is not closed", "", false},
	"found unknown escape character":                                {"a string in double quotes has an unknown escape", `write \\ for a backslash, or use single quotes`, false},
	"did not find expected hexdecimal number":                       {"an escape lacks its hexadecimal digits", "", false},
	"found invalid Unicode character escape code":                   {"an escape names no Unicode character", "", false},
	"exceeded max depth of 10000":                                   {"the document is nested too deeply", "", false},
	"control characters are not allowed":                            {"a control character is not allowed in YAML", "", false},
	"unknown problem parsing YAML content":                          {"not valid YAML", "", false},
	"attempted to go past the end of stream; corrupted value?":      {"not valid YAML", "", false},
	"document contains excessive aliasing":                          {"the document has too many nodes once its aliases are expanded", "", false},
	"expected DOCUMENT-START event but got SCALAR; corrupted value": {"not valid YAML", "", false},
}

// yamlProblem turns an error of the YAML library about a chunk into ours. The library gives a line at best, so the range
// is that line's text. It had read the chunk as it is in given.
func yamlProblem(err error, given, text string, c Chunk) *problem {
	line, what := splitYAMLError(err)
	known, ok := yamlMessages[what]
	p := &problem{message: known.message, remedy: known.remedy, syntax: true}
	switch {
	case strings.HasPrefix(what, "unknown anchor "):
		p.message = "an alias names an anchor that is not defined above it"
		p.remedy = "quote the value when it is meant as text"
	case !ok:
		p.message = "not valid YAML"
	case p.message == "":
		p.message = what
	}
	if known.parser {
		if better, same := secondOpinion(given, what); same {
			line = better
		}
		line++
	}
	text = text[:c.End]
	p.from, p.to = lineText(text, c.Start, max(line, 1))
	switch name, isAnchor := strings.CutPrefix(what, "unknown anchor '"); {
	case isAnchor:
		name = "*" + strings.TrimSuffix(name, "' referenced")
		if i := strings.Index(text[c.Start:], name); i >= 0 {
			p.from, p.to = c.Start+i, c.Start+i+len(name)
		}
	case what == "control characters are not allowed":
		p.from = c.Start + max(strings.IndexFunc(text[c.Start:], isControl), 0)
		p.to = p.from
	case what == "found character that cannot start any token":
		describeToken(p, text)
	}
	if strings.Contains(text[c.Start:], "{{") {
		p.remedy = "this looks like a template: render it first"
	}
	return p
}

// splitYAMLError takes "yaml: line 3: what" apart. Without a line it is 0.
func splitYAMLError(err error) (line int, what string) {
	what = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(what, "line "); ok {
		if number, message, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				return n, message
			}
		}
	}
	return 0, what
}

// secondOpinion asks the library's older version for the line: for what the parser finds, the newer one gives where the
// surrounding collection began, the older where it is wrong.
func secondOpinion(given, what string) (line int, same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	err := yaml2.Unmarshal([]byte(given), &syntaxOnly{})
	if err == nil {
		return 0, false
	}
	line, older := splitYAMLError(err)
	return line, older == what
}

// syntaxOnly takes any YAML and decodes none of it.
type syntaxOnly struct{}

func (*syntaxOnly) UnmarshalYAML(func(any) error) error { return nil }

// describeToken says which character it is that a value cannot begin with.
func describeToken(p *problem, text string) {
	line := text[p.from:p.to]
	indent := text[strings.LastIndexAny(text[:p.from], "\r\n")+1 : p.from]
	switch {
	case strings.Contains(indent, "\t"):
		p.message, p.remedy = "a line is indented with a tab", "indent with spaces"
	case strings.Contains(line, "\t"):
		p.message, p.remedy = "a tab stands where a value should begin", "use spaces"
	default:
		p.message, p.remedy = "a value begins with a character that none can begin with (such as %, @ or `)", "quote the value"
	}
}

// lineText returns the range of what is written in line n, counted from 1, of the chunk that begins at base; at the end
// of the chunk that is its last line with anything in it.
func lineText(text string, base, n int) (from, to int) {
	const blanks = " \t\r\n\u0085\u2028\u2029"
	text = text[:max(base, len(strings.TrimRight(text, blanks)))]
	from = base
	for ; n > 1; n-- {
		next := yamlLineEnd(text, from)
		if next >= len(text) {
			break
		}
		from = next
	}
	to = yamlLineEnd(text, from)
	to = from + len(strings.TrimRight(text[from:to], blanks))
	line := strings.TrimPrefix(text[from:to], bom)
	return to - len(strings.TrimLeft(line, " \t")), to
}

// isControl reports what YAML does not allow in its text.
func isControl(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == 0x85:
		return false
	}
	return r < ' ' || r >= 0x7F && r < 0xA0 || r == 0xFFFE || r == 0xFFFF
}

package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// jsonWriter writes the report struct itself, indented by two spaces. Findings, of which there may be tens of thousands,
// are appended by hand; everything else is encoding/json's work.
type jsonWriter struct{}

// findingsSlot is where the findings go in the indented report without any. No string can hold a raw newline in JSON, so
// it cannot occur anywhere else.
const findingsSlot = "\n  \"findings\": []"

func (jsonWriter) Write(w io.Writer, r *finding.Report) error {
	head := *r
	head.Findings = []finding.Finding{}
	if head.Gates == nil {
		head.Gates = []finding.GateResult{}
	}
	if head.SchemaVersion == 0 {
		head.SchemaVersion = 1
	}
	frame, err := marshalJSON(&head)
	if err != nil {
		return err
	}
	before, after, ok := bytes.Cut(frame, []byte(findingsSlot))
	if !ok {
		return errors.New("the report has no place for findings")
	}
	out := make([]byte, 0, len(frame)+512*len(r.Findings))
	out = append(out, before...)
	out = append(out, "\n  \"findings\": ["...)
	for i := range r.Findings {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, "\n    "...)
		out = appendFinding(out, &r.Findings[i])
	}
	if len(r.Findings) > 0 {
		out = append(out, "\n  "...)
	}
	out = append(out, ']')
	out = append(out, after...)
	_, err = w.Write(out)
	return err
}

// marshalJSON encodes v as every JSON format here is written: indented by two spaces, <, > and & left readable, ended by a
// newline, and without raw characters that a terminal would act on.
func marshalJSON(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return escapeJSON(buf.Bytes()), nil
}

func appendFinding(b []byte, f *finding.Finding) []byte {
	b = append(b, `{`...)
	b = appendMember(b, "\n      \"rule\": ", f.Rule)
	b = appendMember(b, ",\n      \"title\": ", f.Title)
	b = appendMember(b, ",\n      \"severity\": ", string(f.Severity))
	b = appendMember(b, ",\n      \"gate\": ", f.Gate)
	b = appendMember(b, ",\n      \"message\": ", f.Message)
	b = appendMember(b, ",\n      \"remediation\": ", f.Remediation)
	b = append(b, ",\n      \"clauses\": ["...)
	for i, clause := range f.Clauses {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendMember(b, "\n        ", clause)
	}
	if len(f.Clauses) > 0 {
		b = append(b, "\n      "...)
	}
	b = append(b, ']')
	if f.Incomplete {
		b = append(b, ",\n      \"incomplete\": true"...)
	}
	if f.Resource != "" {
		b = appendMember(b, ",\n      \"resource\": ", f.Resource)
	}
	if f.Location != nil {
		b = appendLocation(b, f.Location)
	}
	if f.Excerpt != "" {
		b = appendMember(b, ",\n      \"excerpt\": ", f.Excerpt)
	}
	b = appendMember(b, ",\n      \"fingerprint\": ", f.Fingerprint)
	return append(b, "\n    }"...)
}

func appendLocation(b []byte, l *finding.Location) []byte {
	b = append(b, ",\n      \"location\": {"...)
	b = appendMember(b, "\n        \"path\": ", l.Path)
	if l.StartLine == 0 { // the file as a whole
		return append(b, "\n      }"...)
	}
	b = append(b, ",\n        \"start_line\": "...)
	b = strconv.AppendInt(b, int64(l.StartLine), 10)
	b = append(b, ",\n        \"start_column\": "...)
	b = strconv.AppendInt(b, int64(l.StartColumn), 10)
	b = append(b, ",\n        \"end_line\": "...)
	b = strconv.AppendInt(b, int64(l.EndLine), 10)
	b = append(b, ",\n        \"end_column\": "...)
	b = strconv.AppendInt(b, int64(l.EndColumn), 10)
	return append(b, "\n      }"...)
}

func appendMember(b []byte, key, value string) []byte {
	return appendJSONString(append(b, key...), value)
}

// appendJSONString appends s as a JSON string. Beside what JSON demands, everything unprintable and the second half of a log
// marker is escaped; bytes that are no UTF-8 become U+FFFD.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' && (c != '#' || i == 0 || !logMarker(s[i-1:])) {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			if !unprintable(r) && (r != utf8.RuneError || size > 1) {
				i += size
				continue
			}
		}
		b = append(b, s[start:i]...)
		b = appendJSONEscape(b, r)
		i += size
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

func appendJSONEscape(b []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(b, '\\', byte(r))
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
		return appendUnicode(appendUnicode(b, hi), lo)
	}
	return appendUnicode(b, r)
}

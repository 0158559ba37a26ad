package secrets

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// Finding is a secret that a rule found. It never shows the secret, however it is printed. Lines count from 1 in the file,
// columns in bytes from 1; EndColumn is the column behind the last byte. Lines are those that gitleaks gives, also where a
// match runs into a last line without a newline: it then ends where its first line ends. Of what is decoded they are those
// of the encoded text. A finding of a rule about paths has neither lines nor columns.
type Finding struct {
	Rule        string     `json:"rule"`
	Description string     `json:"description"`
	StartLine   int        `json:"start_line,omitempty"`
	EndLine     int        `json:"end_line,omitempty"`
	StartColumn int        `json:"start_column,omitempty"`
	EndColumn   int        `json:"end_column,omitempty"`
	Entropy     float32    `json:"entropy"` // of the secret, in bits a character
	Tags        []string   `json:"tags,omitempty"`
	Decoded     bool       `json:"decoded,omitempty"`  // the file holds it in an encoding
	Required    []Required `json:"required,omitempty"` // what else the rule required, of a composite rule

	veil *veil
}

// Required is a finding of another rule that a composite rule required to be near.
type Required struct {
	Rule        string `json:"rule"`
	StartLine   int    `json:"start_line,omitempty"`
	EndLine     int    `json:"end_line,omitempty"`
	StartColumn int    `json:"start_column,omitempty"`
	EndColumn   int    `json:"end_column,omitempty"`
}

// finding makes a finding of a hit.
func (s *search) finding(h *hit) Finding {
	f := Finding{
		Rule: h.rule.id, Description: h.rule.description, Entropy: float32(h.bits),
		Tags: slices.Concat(h.rule.tags, h.tags), Decoded: h.layer.depth > 0, veil: s.veilOf(h),
	}
	f.StartLine, f.EndLine, f.StartColumn, f.EndColumn = s.position(h)
	for i := range h.parts {
		p := Required{Rule: h.parts[i].rule.id}
		p.StartLine, p.EndLine, p.StartColumn, p.EndColumn = s.position(&h.parts[i])
		f.Required = append(f.Required, p)
		part := s.veilOf(&h.parts[i])
		f.veil.siblings = append(f.veil.siblings, part.match, part.raw)
	}
	return f
}

func (s *search) position(h *hit) (startLine, endLine, startColumn, endColumn int) {
	if h.rule.parsed == nil {
		return 0, 0, 0, 0
	}
	startColumn, endColumn = s.lines.columns(h.place, h.at.start, h.at.end)
	return s.fragment.FirstLine + h.place.startLine, s.fragment.FirstLine + h.place.endLine, startColumn, endColumn
}

func (s *search) veilOf(h *hit) *veil {
	v := &veil{secret: cover(h.secret), match: cover(h.match), prefix: harmless(h)}
	if h.layer.depth > 0 {
		v.raw = cover(s.lines.cut(h.at))
	}
	return v
}

// Hash is the HMAC-SHA-256 of the secret under a salt, in lower-case hexadecimal digits. Without a salt that is kept secret,
// a short secret can be guessed from it.
func (f *Finding) Hash(salt []byte) string {
	mac := hmac.New(sha256.New, salt)
	if f.veil != nil {
		_, _ = io.WriteString(mac, uncover(f.veil.secret))
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// Fingerprint is how gitleaks names a finding, in .gitleaksignore for instance: file:rule:line, with the commit and a colon
// before it if there is one.
func (f *Finding) Fingerprint(path, commit string) string {
	print := fmt.Sprintf("%s:%s:%d", path, f.Rule, f.StartLine)
	if commit != "" {
		return commit + ":" + print
	}
	return print
}

// String is the rule and the place.
func (f Finding) String() string {
	return fmt.Sprintf("%s at %d:%d", f.Rule, f.StartLine, f.StartColumn)
}

// GoString is String: the fields are not for printing.
func (f Finding) GoString() string { return "secrets.Finding(" + f.String() + ")" }

// Format prints String for every verb.
func (f Finding) Format(state fmt.State, verb rune) {
	if verb == 'v' && state.Flag('#') {
		_, _ = io.WriteString(state, f.GoString())
		return
	}
	_, _ = io.WriteString(state, f.String())
}

// MarshalJSON writes the exported fields.
func (f Finding) MarshalJSON() ([]byte, error) {
	type exported Finding
	e := exported(f)
	e.veil = nil
	return json.Marshal(e)
}

// LogValue is the rule and the place.
func (f Finding) LogValue() slog.Value {
	return slog.GroupValue(slog.String("rule", f.Rule), slog.Int("start_line", f.StartLine),
		slog.Int("start_column", f.StartColumn), slog.Bool("decoded", f.Decoded), slog.String("tags", strings.Join(f.Tags, ",")))
}

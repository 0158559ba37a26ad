package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/gowebpki/jcs"
)

// MaxLine is the most bytes a line may have, its line feed included. Nothing this program writes comes near.
const MaxLine = 1 << 20

// timeLayout is RFC 3339 with all nine digits of the nanoseconds, so that times sort as texts do.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// digest is a SHA-256 sum. In a log it is written as "sha256:" and 64 lower-case hexadecimal digits.
type digest [sha256.Size]byte

func (d digest) String() string { return "sha256:" + hex.EncodeToString(d[:]) }

// Line is one line of a log, taken apart.
type Line struct {
	Seq  uint64 // from 1; the line's number
	Time time.Time
	Type string
	Data []byte // canonical JSON, an object
	Raw  []byte // the line as it stands in the file, without its line feed

	hash, prev digest
}

// start is what the first line of a log names as the hash before it. It hangs on the log's random id, so that no line of one log
// fits into another.
func start(id string) digest { return sha256.Sum256([]byte("io.cdbgate.log.v1\n" + id)) }

// encodeData brings the data of an event into canonical form.
func encodeData(e Event) ([]byte, error) {
	if !typeName([]byte(e.Type)) {
		return nil, fmt.Errorf("%q is no type of an event", e.Type)
	}
	text, err := json.Marshal(e.Data)
	if err != nil {
		return nil, fmt.Errorf("an event of type %s: %w", e.Type, err)
	}
	if text, err = jcs.Transform(text); err != nil {
		return nil, fmt.Errorf("an event of type %s: %w", e.Type, err)
	}
	switch {
	case text[0] != '{':
		return nil, fmt.Errorf("an event of type %s: its data is no object", e.Type)
	case len(text) > MaxLine-512: // the other fields take less
		return nil, fmt.Errorf("an event of type %s: its data has %d bytes, and a line has at most %d", e.Type, len(text), MaxLine)
	}
	// What a reader would refuse must not be written, whoever is wrong.
	if fault := canonical(text); fault != "" {
		return nil, fmt.Errorf("an event of type %s: not canonical JSON: %s", e.Type, fault)
	}
	return text, nil
}

// typeName reports whether a text can be the type of an event.
func typeName(b []byte) bool {
	for _, c := range b {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return len(b) > 0 && len(b) <= 100
}

// appendLine appends a line with its line feed and returns its hash.
func appendLine(b []byte, kind string, data []byte, at string, seq uint64, prev digest) ([]byte, digest) {
	head, tail := `{"data":`, make([]byte, 0, 256)
	tail = append(tail, `"prev":"`...)
	tail = append(tail, prev.String()...)
	tail = append(tail, `","seq":`...)
	tail = strconv.AppendUint(tail, seq, 10)
	tail = append(tail, `,"time":"`...)
	tail = append(tail, at...)
	tail = append(tail, `","type":"`...)
	tail = append(tail, kind...)
	tail = append(tail, `"}`...)
	from := len(b)
	b = append(append(append(b, head...), data...), ',')
	sum := sha256.New()
	sum.Write(b[from:])
	sum.Write(tail)
	var hash digest
	sum.Sum(hash[:0])
	b = append(b, `"hash":"`...)
	b = append(b, hash.String()...)
	b = append(b, `",`...)
	b = append(b, tail...)
	return append(b, '\n'), hash
}

// parser takes lines apart. It is kept between lines so that a line costs no memory.
type parser struct {
	types map[string]string
}

// parse takes a line, without its line feed, apart and checks all that can be told from the line alone. It returns why it is none, ""
// when it is one. The line's slices are the caller's bytes.
func (p *parser) parse(raw []byte, l *Line) (fault string) {
	*l = Line{Raw: raw}
	s := scanner{b: raw}
	if !s.eat(`{"data":`) || s.peek() != '{' || !s.value() || !s.eat(`,`) {
		return diagnose(raw)
	}
	l.Data = raw[len(`{"data":`) : s.i-1]
	hashed := s.i // up to here, and from behind the hash
	if !s.eat(`"hash":`) || !s.digest(&l.hash) || !s.eat(`,`) {
		return diagnose(raw)
	}
	rest := s.i
	if !s.eat(`"prev":`) || !s.digest(&l.prev) || !s.eat(`,"seq":`) || !s.seq(&l.Seq) || !s.eat(`,"time":`) {
		return diagnose(raw)
	}
	at, ok := s.string()
	if !ok || !s.eat(`,"type":`) {
		return diagnose(raw)
	}
	kind, ok := s.string()
	if !ok || !s.eat(`}`) || s.i != len(raw) {
		return diagnose(raw)
	}
	var err error
	if l.Time, err = time.Parse(timeLayout, string(at)); err != nil || len(at) != len(timeLayout) {
		return "its time is none such as " + timeLayout
	}
	if !typeName(kind) {
		return "its type is none such as " + RunType
	}
	if l.Type, ok = p.types[string(kind)]; !ok {
		if p.types == nil || len(p.types) > 100 {
			p.types = map[string]string{}
		}
		l.Type = string(kind)
		p.types[l.Type] = l.Type
	}
	if sumOf(raw[:hashed], raw[rest:]) != l.hash {
		return "its hash does not fit its content: the line was edited"
	}
	return ""
}

func sumOf(parts ...[]byte) (d digest) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(d[:0])
	return d
}

// digest reads a string that is a digest.
func (s *scanner) digest(d *digest) bool {
	const length = len(`"sha256:"`) + 2*sha256.Size
	if len(s.b)-s.i < length || !s.eat(`"sha256:`) {
		return false
	}
	text := s.b[s.i : s.i+2*sha256.Size]
	if _, err := hex.Decode(d[:], text); err != nil || bytes.ContainsAny(text, "ABCDEF") {
		return false
	}
	s.i += len(text)
	return s.eat(`"`)
}

// seq reads a whole number from 1.
func (s *scanner) seq(n *uint64) bool {
	from := s.i
	if s.peek() == '-' || !s.number() {
		return false
	}
	text := s.b[from:s.i]
	if !small(text) {
		return false
	}
	for _, c := range text {
		*n = *n*10 + uint64(c-'0')
	}
	return *n > 0
}

// string reads a string without any escape.
func (s *scanner) string() ([]byte, bool) {
	if s.peek() != '"' {
		return nil, false
	}
	text, ok := s.text()
	return text, ok && bytes.IndexByte(text, '\\') < 0
}

// diagnose says why a line is no event.
func diagnose(raw []byte) string {
	switch {
	case len(raw) == 0:
		return "it is empty"
	case raw[len(raw)-1] == '\r':
		return "it ends in CR LF, and lines end in LF alone: the log was rewritten, perhaps by an editor or by git's autocrlf"
	case bytes.IndexByte(raw, 0) >= 0:
		return "it holds NUL bytes, which a disk leaves where a write did not arrive"
	}
	fault := canonical(raw)
	switch {
	case fault == "":
		return "it is no event: an event has data, hash, prev, seq, time and type, each of its kind, and nothing else"
	case json.Valid(raw):
		return "it is not canonical JSON (RFC 8785): " + fault
	}
	return "it is not JSON: " + fault
}

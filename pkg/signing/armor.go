package signing

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
)

// maxLine is the longest line read, in bytes.
const maxLine = 64 << 10

// lines walks through a text. Lines end with LF or CRLF; blanks at their end are cut off.
type lines struct {
	rest []byte
	n    int // of the line last returned, from 1
}

func (l *lines) next() (line []byte, ok bool) {
	if len(l.rest) == 0 {
		return nil, false
	}
	l.n++
	line, l.rest, _ = bytes.Cut(l.rest, []byte("\n"))
	return bytes.TrimRight(line, " \t\r"), true
}

// nextFilled skips empty lines.
func (l *lines) nextFilled() (line []byte, ok bool) {
	for {
		if line, ok = l.next(); !ok || len(line) > 0 {
			return line, ok
		}
	}
}

// between is what a BEGIN or an END line encloses.
func between(line []byte, start string) (label string, ok bool) {
	s := string(line[:min(len(line), 100)])
	if len(line) > 100 || len(s) <= len(start)+5 || s[:len(start)] != start || s[len(s)-5:] != "-----" {
		return "", false
	}
	return s[len(start) : len(s)-5], true
}

var (
	errArmorEnd  = errors.New("the block has no END line")
	errArmorBody = errors.New("the block is not base64")
)

// armored reads the block whose BEGIN line has just been returned, up to its END line. The checksum of OpenPGP (RFC 9580,
// section 6.1) guards against accidents only, and is skipped. In a block that does not end, reading stops before the next
// BEGIN line.
//
// Everything between the two lines must belong to the block. Readers that skip what they do not understand make two
// programs see two different signatures in one text.
func (l *lines) armored(label string) ([]byte, error) {
	pgp := label != "SSH SIGNATURE"
	const headers, body, checksum = 0, 1, 2
	state := headers
	if !pgp {
		state = body
	}
	var text []byte
	for {
		before := *l
		line, ok := l.next()
		if !ok {
			return nil, errArmorEnd
		}
		if bytes.HasPrefix(line, []byte("-----BEGIN ")) {
			*l = before
			return nil, errArmorEnd
		}
		if end, ok := between(line, "-----END "); ok {
			if end != label {
				return nil, fmt.Errorf("the block begins and ends with different names")
			}
			break
		}
		switch {
		case len(line) > maxLine:
			return nil, errArmorBody
		case state == headers && len(line) == 0:
			state = body
		case state == headers && bytes.IndexByte(line, ':') > 0:
		case state != checksum && pgp && len(line) == 5 && line[0] == '=':
			state = checksum
		case state == checksum || len(line) == 0:
			return nil, errArmorBody
		default:
			state = body
			text = append(text, line...)
		}
	}
	if len(text) == 0 {
		return nil, errors.New("the block is empty")
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(data, text)
	if err != nil {
		return nil, errArmorBody // the library's error is left out: it may quote what was read
	}
	return data[:n], nil
}

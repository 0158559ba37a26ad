package signing

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// Types of OpenPGP packets (RFC 9580, section 5).
const (
	tagSignature     = 2
	tagSecretKey     = 5
	tagPublicKey     = 6
	tagSecretSubkey  = 7
	tagMarker        = 10
	tagTrust         = 12
	tagUserID        = 13
	tagPublicSubkey  = 14
	tagUserAttribute = 17
	tagPadding       = 21
	tagNonCritical   = 40 // this and above: to be skipped when unknown
)

var (
	errDamaged     = errors.New("the data is damaged")
	errUnsupported = errors.New("this is of a kind that is not supported")
)

// rawPacket is one packet as it stands in the data.
type rawPacket struct {
	tag   byte
	whole []byte // with the header
	body  []byte
}

// nextPacket cuts the first packet off (RFC 9580, section 4.2). Packets whose length is not given up front are refused:
// only bulk data may have such.
func nextPacket(data []byte) (p rawPacket, rest []byte, err error) {
	if len(data) < 2 || data[0]&0x80 == 0 {
		return p, nil, errDamaged
	}
	var head int
	var size uint64
	first := data[0]
	if first&0x40 == 0 {
		p.tag = first >> 2 & 15
		if first&3 == 3 {
			return p, nil, errDamaged
		}
		n := 1 << (first & 3)
		head = 1 + n
		if len(data) < head {
			return p, nil, errDamaged
		}
		for _, b := range data[1:head] {
			size = size<<8 | uint64(b)
		}
	} else {
		p.tag = first & 0x3f
		if c := data[1]; c >= 224 && c < 255 {
			return p, nil, errDamaged
		}
		n, length, ok := variableLength(data[1:])
		if !ok {
			return p, nil, errDamaged
		}
		head, size = 1+n, length
	}
	if size > uint64(len(data)-head) {
		return p, nil, errDamaged
	}
	end := head + int(size)
	p.whole, p.body = data[:end], data[head:end]
	return p, data[end:], nil
}

// variableLength reads a length of one, two or five bytes.
func variableLength(b []byte) (n int, length uint64, ok bool) {
	switch {
	case len(b) >= 1 && b[0] < 192:
		return 1, uint64(b[0]), true
	case len(b) >= 2 && b[0] >= 192 && b[0] < 255:
		return 2, uint64(b[0]-192)<<8 + uint64(b[1]) + 192, true
	case len(b) >= 5 && b[0] == 255:
		return 5, uint64(binary.BigEndian.Uint32(b[1:])), true
	}
	return 0, 0, false
}

// readPacket has the library parse a packet, all of it: the library leaves what it does not need, and would read it as
// the next packet.
func readPacket(p rawPacket) (packet.Packet, error) {
	r := bytes.NewReader(p.whole)
	parsed, err := packet.Read(r)
	var unsupported pgperrors.UnsupportedError
	switch {
	case errors.As(err, &unsupported):
		return nil, errUnsupported
	case err != nil, r.Len() > 0:
		return nil, errDamaged // the library's error is left out: it may quote what was read
	}
	return parsed, nil
}

func readPublicKey(p rawPacket) (*packet.PublicKey, error) {
	parsed, err := readPacket(p)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*packet.PublicKey)
	if !ok {
		return nil, errDamaged
	}
	return key, nil
}

// signatureForm is what can be told of a signature without understanding it. Numbers are those of RFC 9580.
type signatureForm struct {
	version   byte
	kind      byte
	algorithm byte
	hash      byte
}

// readSignature parses a signature packet. The form is as complete as can be when there is an error.
func readSignature(p rawPacket) (*packet.Signature, signatureForm, error) {
	form, err := inspect(p.body)
	if err != nil {
		return nil, form, err
	}
	parsed, err := readPacket(p)
	if err != nil {
		return nil, form, err
	}
	sig, ok := parsed.(*packet.Signature)
	if !ok {
		return nil, form, errDamaged
	}
	return sig, form, nil
}

// maxSubpackets bounds the subpackets of one signature, of which there are a dozen in practice: the library makes a
// record of each, and the shortest take two bytes.
const maxSubpackets = 256

// inspect checks the outer form of a signature before the library sees it.
func inspect(body []byte) (f signatureForm, err error) {
	if len(body) == 0 {
		return f, errDamaged
	}
	f.version = body[0]
	if f.version < 4 {
		if len(body) < 17 {
			return f, errDamaged
		}
		f.kind, f.algorithm, f.hash = body[2], body[15], body[16]
		return f, errUnsupported
	}
	if len(body) < 4 {
		return f, errDamaged
	}
	f.kind, f.algorithm, f.hash = body[1], body[2], body[3]
	width := 2
	switch f.version {
	case 4:
	case 6:
		width = 4
	default:
		return f, errUnsupported
	}
	rest, count := body[4:], 0
	for range 2 { // hashed, then unhashed
		if len(rest) < width {
			return f, errDamaged
		}
		var size uint64
		for _, b := range rest[:width] {
			size = size<<8 | uint64(b)
		}
		rest = rest[width:]
		if size > uint64(len(rest)) {
			return f, errDamaged
		}
		n, err := inspectSubpackets(rest[:size])
		if count += n; err != nil {
			return f, err
		}
		rest = rest[size:]
	}
	if count > maxSubpackets {
		return f, fmt.Errorf("%w: it has %d subpackets, at most %d are read", errUnsupported, count, maxSubpackets)
	}
	return f, nil
}

// inspectSubpackets counts subpackets. It refuses embedded signatures that are none of a signing subkey over its primary
// key: the library looks at the type of an embedded signature only after having parsed all that is embedded in it, which
// takes time and memory with the square of the nesting.
func inspectSubpackets(area []byte) (count int, err error) {
	for len(area) > 0 {
		n, size, ok := variableLength(area)
		if !ok || size == 0 || size > uint64(len(area)-n) {
			return count, errDamaged
		}
		kind, content := area[n]&0x7f, area[n+1:n+int(size)]
		const embeddedSignature = 32
		if kind == embeddedSignature && (len(content) < 2 || content[1] != byte(packet.SigTypePrimaryKeyBinding)) {
			return count, errDamaged
		}
		area = area[n+int(size):]
		count++
	}
	return count, nil
}

package audit

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gowebpki/jcs"
)

// Head says how far a log had come at a time. Signed, and kept where whoever may write the log cannot write, it shows later that
// nothing was cut off.
type Head struct {
	Log  string    `json:"log"`  // the log's id
	Seq  uint64    `json:"seq"`  // its last line
	Hash string    `json:"hash"` // of that line: "sha256:…"
	Time time.Time `json:"time"` // when it was signed, by the signer's clock
}

// HeadType is the payload type of a head's DSSE envelope.
const HeadType = "application/vnd.cdbgate.audit-head.v1+json"

// Signer signs bytes with one key.
type Signer interface {
	KeyID() string // names the key for people; nothing hangs on it
	Sign(ctx context.Context, message []byte) (signature []byte, err error)
}

// Verifier checks signatures with one key.
type Verifier interface {
	Verify(message, signature []byte) error
}

// envelope is a DSSE envelope: https://github.com/secure-systems-lab/dsse.
type envelope struct {
	Payload     string      `json:"payload"`
	PayloadType string      `json:"payloadType"`
	Signatures  []signature `json:"signatures"`
}

type signature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"`
}

// preauth is what DSSE signs: the payload bound to its type.
func preauth(payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(HeadType), HeadType, len(payload), payload)
}

// SignHead makes the envelope of a head, in canonical form with a line feed.
func SignHead(ctx context.Context, h Head, key Signer) ([]byte, error) {
	h.Time = h.Time.UTC()
	payload, err := canonicalJSON(h)
	if err != nil {
		return nil, err
	}
	sig, err := key.Sign(ctx, preauth(payload))
	if err != nil {
		return nil, fmt.Errorf("signing the head: %w", err)
	}
	text, err := canonicalJSON(envelope{
		Payload: base64.StdEncoding.EncodeToString(payload), PayloadType: HeadType,
		Signatures: []signature{{key.KeyID(), base64.StdEncoding.EncodeToString(sig)}},
	})
	return append(text, '\n'), err
}

func canonicalJSON(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jcs.Transform(text)
}

// ErrSignature is the error for a head that no signature by the given key vouches for.
var ErrSignature = errors.New("no signature of the head is by this key: it is of another key, or the head was edited")

// OpenHead reads the envelope of a head and checks its signature. Without a verifier the head is nobody's word: it may show an
// accident, never an attack.
func OpenHead(text []byte, key Verifier) (Head, error) {
	var (
		h Head
		e envelope
	)
	if err := strict(text, &e); err != nil {
		return h, fmt.Errorf("no DSSE envelope: %w", err)
	}
	if e.PayloadType != HeadType {
		return h, fmt.Errorf("an envelope of type %q, not of a head (%s)", e.PayloadType, HeadType)
	}
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		return h, fmt.Errorf("the envelope's payload: %w", err)
	}
	if key != nil && !e.signedBy(key, preauth(payload)) {
		return h, ErrSignature
	}
	if err := strict(payload, &h); err != nil {
		return h, fmt.Errorf("the head in the envelope: %w", err)
	}
	s := scanner{b: fmt.Appendf(nil, "%q", h.Hash)}
	if !validID(h.Log) || h.Seq == 0 || !s.digest(new(digest)) {
		return h, errors.New("the head in the envelope lacks a log's id, a line or a hash")
	}
	return h, nil
}

// signedBy reports whether one of the signatures is by a key. Their key ids are hints that anybody can write.
func (e *envelope) signedBy(key Verifier, message []byte) bool {
	for _, s := range e.Signatures {
		sig, err := base64.StdEncoding.DecodeString(s.Sig)
		if err == nil && key.Verify(message, sig) == nil {
			return true
		}
	}
	return false
}

// strict decodes one JSON value that has no key but those of v.
func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows its end")
	}
	return nil
}

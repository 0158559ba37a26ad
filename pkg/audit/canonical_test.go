package audit

import (
	"bytes"
	"testing"

	"github.com/gowebpki/jcs"
)

// TestCanonical: a text passes exactly when the library writes it so.
func TestCanonical(t *testing.T) {
	for text, fault := range map[string]string{
		`{}`: "", `[]`: "", `"a"`: "", `0`: "", `-1`: "", `1.5`: "", `1e+21`: "", `1e-7`: "", `9007199254740993`: "a number that is not written as canonical JSON has it",
		`9007199254740992`: "", `-0`: "a number that is not written as canonical JSON has it", `01`: "a number that is not written as canonical JSON has it",
		`1e999`: "a number out of range", `1E5`: "a number that is not written as canonical JSON has it", `--1`: "a number out of range",
		`[1,]`: "no JSON value where one must stand", `[1 ,2]`: "no comma or bracket where one must stand", `{"a":1,}`: "no key where one must stand", `{"a" :1}`: "no colon behind a key",
		`"\u001f\b\t\n\f\r\"\\/"`: "", `"\u0008"`: "an escape that canonical JSON does not use", `"\u001F"`: "an escape that canonical JSON does not use",
		`"\u2028"`: "an escape that canonical JSON does not use", `"\`: "an escape that canonical JSON does not use", `"a`: "a string without an end",
		"\"\x7f\u2028\"": "", "\"\x1f\"": "a raw control character", "\"\xed\xa0\x80\"": "bytes that are no UTF-8",
		// By UTF-16 code units a key beyond the first plane comes before one at its end.
		"{\"\u20ac\":1,\"😀\":1,\"\ufb33\":1}": "", "{\"\ufb33\":1,\"😀\":1}": "keys are not in order",
		`{"\n":1,"\u0010":1,"1":1}`: "", `{"\u0010":1,"\n":1}`: "keys are not in order", `{"\\":1,"a":1}`: "", `{"a":1,"\\":1}`: "keys are not in order",
		`{"a":1,"a":1}`: "a key stands twice", `nul`: "no JSON value where one must stand", ``: "no JSON value where one must stand", `true false`: "something follows its end",
	} {
		if got := canonical([]byte(text)); got != fault {
			t.Errorf("%s: %q, want %q", text, got, fault)
		}
		byLibrary, err := jcs.Transform([]byte(text))
		if same := err == nil && string(byLibrary) == text; same != (fault == "") {
			t.Errorf("%s: the library says %s, %v", text, byLibrary, err)
		}
	}
}

// FuzzCanonical: what the library writes passes, and what passes the library writes.
func FuzzCanonical(f *testing.F) {
	for _, text := range []string{`{"b":[1.50,-0,1E3],"a":"\u00e4\/\u0008"}`, `{"\ud83d\ude00":1,"\ufb33":{}}`, "{\"a\":1,\"a\":2}", `"\ud800"`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		byLibrary, err := jcs.Transform(text)
		if err == nil {
			if fault := canonical(byLibrary); fault != "" && fault != "values nest too deep" {
				t.Errorf("%s: %s", byLibrary, fault)
			}
		}
		if canonical(text) == "" && (err != nil || !bytes.Equal(byLibrary, text)) {
			t.Errorf("%s passes, and the library writes %s (%v)", text, byLibrary, err)
		}
	})
}

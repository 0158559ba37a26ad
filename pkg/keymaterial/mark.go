// Package keymaterial tells private keys, and files that hold secrets by what they are, from their content; and it tells which
// names a text gives a value, and whether that value is one, without ever handing out a value.
package keymaterial

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// Mark is one key, or one file that holds secrets. Encrypted tells that it is of no use without a passphrase or another key, as far
// as its own header says so. Line is where it begins, from 1; a binary file has all on line 1.
type Mark struct {
	Kind      string
	Encrypted bool
	Line      int
}

// The kinds of marks.
const (
	PrivateKey     = "private_key" // in PEM, DER, OpenPGP's or PuTTY's form
	CosignKey      = "cosign_key"
	AgeKey         = "age_key"
	Kubeconfig     = "kubeconfig"      // with credentials in it
	TerraformState = "terraform_state" // OpenTofu's too
	TerraformPlan  = "terraform_plan"  // the file, or what `terraform show -json` makes of it
	PKCS12         = "pkcs12"
	JavaKeystore   = "java_keystore" // JKS and JCEKS; a newer one is pkcs12
	Dotenv         = "dotenv"        // by its path alone
)

// Marks tells what a file is and which keys are in it, by line. What is public has no mark: certificates, public keys. A key that is only
// mentioned has none either, see pem.go. A text in UTF-16 is understood when it begins with its byte order mark. Not seen are keys
// that are encoded once more, such as a PEM in base64.
func Marks(path string, text []byte) []Mark {
	text = utf8Text(text)
	var marks []Mark
	if bytes.IndexByte(text[:min(len(text), 8000)], 0) < 0 && isDotenv(path) {
		marks = append(marks, Mark{Dotenv, false, 1})
	}
	if m := binaryFile(text); m != nil {
		return append(marks, *m)
	}
	found := inText.in(text, func(found uint64) bool { return found == 1<<len(inText.list)-1 })
	for _, k := range textKinds {
		if found&k.words == k.words {
			marks = append(marks, k.find(text)...)
		}
	}
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Compare(a.Line, b.Line) })
	return marks
}

// inText are words without which there is nothing to find in a text. One pass looks for all of them.
var inText = newWords(^uint64(0), "private key", "putty-user-key-file-", "age-secret-key-", "kind", "users", "config")

// textKinds are what finds marks in texts, each with the words of inText that a text must have for it.
var textKinds = []struct {
	words uint64
	find  func([]byte) []Mark
}{
	{1 << 0, pemKeys},
	{1 << 1, puttyKeys},
	{1 << 2, ageKeys},
	{1<<3 | 1<<4 | 1<<5, kubeconfigs},
	{0, terraformJSON},
}

// utf8Text takes the byte order mark off a text, and makes UTF-8 of UTF-16 that has one.
func utf8Text(text []byte) []byte {
	if text, ok := bytes.CutPrefix(text, []byte("\uFEFF")); ok {
		return text
	}
	little := bytes.HasPrefix(text, []byte{0xFF, 0xFE})
	if !little && !bytes.HasPrefix(text, []byte{0xFE, 0xFF}) {
		return text
	}
	units := make([]uint16, 0, len(text)/2)
	for i := 2; i+1 < len(text); i += 2 {
		low, high := text[i], text[i+1]
		if !little {
			low, high = high, low
		}
		units = append(units, uint16(high)<<8|uint16(low))
	}
	var out []byte
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

// lines tells the lines of offsets that only grow.
type lines struct {
	text []byte
	at   int
	line int
}

func (l *lines) of(offset int) int {
	if offset > l.at {
		l.line += bytes.Count(l.text[l.at:offset], []byte("\n"))
		l.at = offset
	}
	return l.line + 1
}

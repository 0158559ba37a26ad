package document

import (
	"bytes"
	_ "embed"
	"errors"
	"io"
	"testing"

	"go.yaml.in/yaml/v3"
)

//go:embed testdata/manifest.yaml
var manifest []byte

// BenchmarkParse compares Parse with the YAML library's node decoding alone, over one manifest of several documents.
// The rare case is a document that only the library can read.
func BenchmarkParse(b *testing.B) {
	rare := bytes.ReplaceAll(manifest, []byte("apiVersion: "), []byte("apiVersion: !!str "))
	crlf := bytes.ReplaceAll(manifest, []byte("\n"), []byte("\r\n"))
	b.Run("document", func(b *testing.B) { benchmarkParse(b, manifest) })
	b.Run("document-crlf", func(b *testing.B) { benchmarkParse(b, crlf) })
	b.Run("document-rare", func(b *testing.B) { benchmarkParse(b, rare) })
	b.Run("library", func(b *testing.B) {
		b.SetBytes(int64(len(manifest)))
		b.ReportAllocs()
		for b.Loop() {
			dec := yaml.NewDecoder(bytes.NewReader(manifest))
			for {
				var n yaml.Node
				if err := dec.Decode(&n); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func benchmarkParse(b *testing.B, src []byte) {
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if f := Parse("manifest.yaml", src, Options{}); len(f.Docs) != 6 || len(f.Errors) != 0 {
			b.Fatal(len(f.Docs), f.Errors)
		}
	}
}

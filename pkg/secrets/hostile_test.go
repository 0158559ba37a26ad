package secrets

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// hostile is texts that make a careless search take time that grows with the square of their size, or more.
func hostile(size int) map[string]string {
	fill := func(unit string) string { return strings.Repeat(unit, size/len(unit)+1)[:size] }
	nested := "token = abcdefghij0123456789"
	for len(nested) < size {
		nested = base64.StdEncoding.EncodeToString([]byte(nested + " " + nested))
	}
	return map[string]string{
		"curl":           fill("curl "),
		"curl lines":     fill("curl\n"),
		"keys":           fill("key="),
		"keys and equal": fill("api_key========"),
		"sk":             fill("sk_live_"),
		"begin":          fill("-----BEGIN PRIVATE KEY-----"),
		"begin lines":    fill("-----BEGIN A PRIVATE KEY-----\n"),
		"newlines":       fill("\n"),
		"percent":        fill("%41"),
		"percent broken": fill("%4"),
		"percent lines":  fill("%41 %\n"),
		"escapes":        fill(`\u0041`),
		"points":         fill("U+0041 "),
		"points broken":  fill("U+0041"),
		"hex":            fill("6162636465666768"),
		"hex pieces":     fill("6162636465666768616263646566676861626364656667686162636465666768 "),
		"base64 pieces":  fill("YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg== "),
		"nested":         nested,
		"dots":           fill("s.s.s.s."),
		"eyJ":            fill("eyJhbGciOi."),
		"binary":         fill("\xff\xfe\x80key\xc3=\x00\xe2\x84"),
		"continuation":   fill("\x80\x80\x80\x80key"),
		"findings":       fill("token = \"q8Zr5kT0xWv2yB7nLm4P\"\n"),
		"old line ends":  fill("token=\"q8Zr5kT0xWv2yB7nLm4P\"\r"),
		"two rules":      fill("token=\"q8Zr5kT0xWv2yB7nLm4P\" AKIA" + "QYLPMN5HHHFPZAM2 "),
		"one line":       fill("token=\"q8Zr5kT0xWv2yB7nLm4P\" "),
		"folding":        fill("\u212aey=\u017fecret "),
		"kind":           fill("kind: secret data: "),
	}
}

// TestHostileTextsTakeTimeInProportion is generous: what it must tell apart is seconds and hours.
func TestHostileTextsTakeTimeInProportion(t *testing.T) {
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	s := r.NewScanner(5)
	for name, text := range hostile(100_000 / min(slowness, 10) * rounds(slowness)) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			found, err := s.Scan(context.Background(), Fragment{Path: "a", FirstLine: 1, Text: text})
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(start)
			t.Logf("%d bytes, %d findings in %v", len(text), len(found), took)
			if limit := time.Duration(10*rounds(slowness)) * time.Second; took > limit {
				t.Errorf("it took %v, more than %v", took, limit)
			}
		})
	}
}

func TestHostileTextsFindTheSame(t *testing.T) {
	d, s := defaultPair(t)
	for name, text := range hostile(3000) {
		t.Run(name, func(t *testing.T) { same(t, d, s, Fragment{Path: "a", FirstLine: 1, Text: text}) })
	}
}

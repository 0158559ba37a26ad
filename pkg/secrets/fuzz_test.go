package secrets

import (
	"context"
	"math/rand/v2"
	"testing"
)

// FuzzScan compares with gitleaks on any text. The seeds are made at run time: no secret lies in this repository.
func FuzzScan(f *testing.F) {
	d, s := defaultPair(f)
	expressions := expressionsOf(f, s.rules)
	for i := range 40 {
		f.Add(fragmentOf(rand.New(rand.NewPCG(99, uint64(i))), expressions))
	}
	for _, text := range hostile(200) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 5000 {
			return
		}
		same(t, d, s, Fragment{Path: "a.yml", FirstLine: 1, Text: text})
	})
}

// FuzzGenerated compares with gitleaks on texts that hold secrets; the fuzzer only chooses which.
func FuzzGenerated(f *testing.F) {
	d, s := defaultPair(f)
	expressions := expressionsOf(f, s.rules)
	f.Add(uint64(1), uint64(1))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		same(t, d, s, Fragment{Path: "a.yml", FirstLine: 1, Text: fragmentOf(rand.New(rand.NewPCG(a, b)), expressions)})
	})
}

// FuzzLoad compares what is accepted, and what is then found in one text. The text is long enough for all that a generated
// configuration may look for.
func FuzzLoad(f *testing.F) {
	for i := range 40 {
		f.Add(configOf(rand.New(rand.NewPCG(98, uint64(i))), ""), "tok_abcdefgh key=secret\nsk_live_abcde")
	}
	f.Fuzz(func(t *testing.T, config, text string) {
		if len(config) > 5000 || len(text) > 2000 {
			return
		}
		r, err := Load("", []byte(config), nil)
		d, theirErr := oracle(config)
		if err != nil && theirErr == nil {
			t.Skip() // stricter on purpose: extend.url, minVersion
		}
		if err == nil && theirErr != nil {
			t.Fatalf("gitleaks refuses it: %v", theirErr)
		}
		if err == nil {
			same(t, d, r.NewScanner(5), Fragment{Path: "a.yml", FirstLine: 1, Text: text})
			_, _ = r.NewScanner(0).Scan(context.Background(), Fragment{Text: text})
		}
	})
}

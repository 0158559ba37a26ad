package secrets

import (
	"math/rand/v2"
	"os"
	"regexp/syntax"
	"strconv"
	"testing"
)

// slowness is how many times fewer inputs are tried under the race detector.
var slowness = 1

// rounds is how many generated inputs a test tries: n, or as many times more as the environment says.
func rounds(n int) int {
	if f, err := strconv.Atoi(os.Getenv("SECRETS_TEST_FACTOR")); err == nil {
		return n * f
	}
	return max(n/slowness, 1)
}

func seed() uint64 {
	if s, err := strconv.ParseUint(os.Getenv("SECRETS_TEST_SEED"), 10, 64); err == nil {
		return s
	}
	return 1
}

func expressionsOf(t testing.TB, r *Rules) []*syntax.Regexp {
	t.Helper()
	var all []*syntax.Regexp
	for _, one := range r.rules {
		if one.parsed == nil {
			continue
		}
		re, err := syntax.Parse(one.pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, re)
	}
	return all
}

func TestDefaultRulesFindTheSame(t *testing.T) {
	d, s := defaultPair(t)
	expressions := expressionsOf(t, s.rules)
	found, n := 0, rounds(400)
	for i := range n {
		r := rand.New(rand.NewPCG(seed(), uint64(i)))
		found += same(t, d, s, Fragment{Path: "a/b.yml", FirstLine: 1 + r.IntN(50), Text: fragmentOf(r, expressions)})
	}
	if found < n/2 {
		t.Errorf("only %d findings in %d texts: the generator does not do its work", found, n)
	}
}

func TestEachDefaultRuleFindsTheSame(t *testing.T) {
	d, s := defaultPair(t)
	hit := 0
	for i, re := range expressionsOf(t, s.rules) {
		if slowness > 1 && i%10 != 0 {
			continue
		}
		any := 0
		for j := range rounds(3) {
			r := rand.New(rand.NewPCG(seed(), uint64(i*1000+j)))
			any += same(t, d, s, Fragment{Path: "nuget.config", FirstLine: 1, Text: fragmentOf(r, []*syntax.Regexp{re})})
		}
		if any > 0 {
			hit++
		}
	}
	if hit < 150 && slowness == 1 {
		t.Errorf("only %d rules had a finding", hit)
	}
}

// TestWithoutRoomTheSameIsFound is about automata that run out of states or steps, after which expressions run on whole texts.
func TestWithoutRoomTheSameIsFound(t *testing.T) {
	roomy := limits
	defer func() { limits = roomy }()
	d, _ := defaultPair(t)
	for i, l := range []struct{ states, steps, perByte int }{{20, 4096, 8}, {3, 100_000, 100}, {1024, 600, 0}, {1024, 30_000, 1}, {1024, 0, 0}} {
		limits.states, limits.steps, limits.stepsPerByte = l.states, l.steps, l.perByte
		r, err := load("", []byte(defaultText()), nil)
		if err != nil {
			t.Fatal(err)
		}
		s, expressions := r.NewScanner(5), expressionsOf(t, r)
		for j := range rounds(30) {
			r := rand.New(rand.NewPCG(seed()+uint64(i), uint64(j)))
			same(t, d, s, Fragment{Path: "a/b.yml", FirstLine: 1, Text: fragmentOf(r, expressions)})
		}
	}
}

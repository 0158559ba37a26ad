package linediff_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch/linediff"
)

// LINEDIFF_PAIRS sets the number of pairs, LINEDIFF_SEED what they are made of.
func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// rate counts the answers to pairs of one kind.
type rate struct{ sure, all int }

func (r rate) share() float64 { return float64(r.sure) / float64(max(1, r.all)) }

// TestAddedLikeGit compares every sure answer with git's, and wants an answer
// for nearly all edits.
func TestAddedLikeGit(t *testing.T) {
	total, seed := setting("LINEDIFF_PAIRS", 24000), setting("LINEDIFF_SEED", 1)
	g := newGenerator(seed)
	rates := map[string]rate{}
	for done := 0; done < total; done += 8000 {
		var pairs []pair
		for range min(8000, total-done) {
			pairs = append(pairs, g.pair())
		}
		compare(t, pairs, rates)
	}
	report(t, rates)
	for kind, r := range rates {
		const floor = 0.99
		if kind != "large" && r.share() < floor {
			t.Errorf("%s: sure of %.2f%%, want %.2f%%", kind, 100*r.share(), 100*floor)
		}
	}
}

func (g *generator) pair() pair {
	switch n := g.r.IntN(100); {
	case n < 45:
		return g.realistic(kinds[g.r.IntN(len(kinds))], 3)
	case n < 58:
		return g.mixed(8)
	case n < 60:
		return g.mixed(40)
	case n < 72:
		return g.alphabet(2+g.r.IntN(2), 30)
	case n < 78:
		return g.alphabet(2+g.r.IntN(7), 120)
	case n < 92:
		return g.sliding()
	case n < 93:
		return g.farSliding()
	case n < 96:
		return g.drowning()
	case n < 99:
		return g.wideDrowning()
	default:
		return g.large()
	}
}

// compare checks the sure answers to pairs and counts them.
func compare(t *testing.T, pairs []pair, rates map[string]rate) {
	t.Helper()
	want := gitAdded(t, pairs)
	bad := 0
	for i, p := range pairs {
		runs, ok := linediff.Added(p.old, p.now)
		r := rates[p.kind]
		r.all++
		if ok {
			r.sure++
			if got := spans(p.now, runs); !slices.Equal(got, want[i]) && bad < 3 {
				bad++
				t.Errorf("%s: got %v, git has %v\n%s", p.kind, got, want[i], keep(t, p))
			}
		}
		rates[p.kind] = r
	}
}

// keep shows a small pair and stores a large one if LINEDIFF_KEEP has a place.
func keep(t *testing.T, p pair) string {
	t.Helper()
	if len(p.old)+len(p.now) < 1500 {
		return strconv.Quote(string(p.old)) + "\n" + strconv.Quote(string(p.now))
	}
	dir := os.Getenv("LINEDIFF_KEEP")
	if dir == "" {
		return "(set LINEDIFF_KEEP to a directory to have the pair)"
	}
	for name, text := range map[string][]byte{"old": p.old, "now": p.now} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func report(t *testing.T, rates map[string]rate) {
	t.Helper()
	var names []string
	var sum rate
	for kind, r := range rates {
		names = append(names, kind)
		sum.sure, sum.all = sum.sure+r.sure, sum.all+r.all
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(rates[a].share(), rates[b].share()), cmp.Compare(a, b))
	})
	for _, kind := range names {
		t.Logf("%-22s sure of %6d of %6d (%.2f%%)", kind, rates[kind].sure, rates[kind].all, 100*rates[kind].share())
	}
	t.Logf("%-22s sure of %6d of %6d (%.2f%%)", "all", sum.sure, sum.all, 100*sum.share())
}

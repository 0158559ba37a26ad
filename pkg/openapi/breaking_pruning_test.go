package openapi

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

// tally counts what comparisons of one test saw.
type tally struct {
	mu            sync.Mutex
	pairs, pruned int
	ids           map[string]bool
}

// both compares two versions, in both directions, in three ways of which each must say the same: pruned, whole, and by
// oasdiff from the text.
func (c *tally) both(t *testing.T, base, head tree) {
	t.Helper()
	t.Parallel()
	was, is := sound(t, base), sound(t, head)
	var wholes [2]*model
	var straights [2]*load.SpecInfo
	for i, s := range []*Spec{was, is} {
		var err error
		if wholes[i], err = s.build(t.Context(), nil, true); err != nil {
			t.Fatalf("whole: %v", err)
		}
		if straights[i], err = info([]tree{base, head}[i]); err != nil {
			t.Fatalf("kin-openapi: %v", err)
		}
	}
	for i, pair := range [][2]*Spec{{was, is}, {is, was}} {
		pruned, err := Breaking(t.Context(), pair[0], pair[1])
		if err != nil {
			t.Fatalf("pruned: %v", err)
		}
		whole, err := wholes[i].changesTo(wholes[1-i])
		if err != nil {
			t.Fatalf("whole: %v", err)
		}
		c.count(pair[0], pair[1], whole)
		sameLists(t, "whole", told(whole, true), "pruned", told(pruned, true))
		sameLists(t, "oasdiff", straight(t, straights[i], straights[1-i]), "pruned", told(pruned, false))
	}
}

func (c *tally) count(base, head *Spec, changes []Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pairs++
	if keep, changed := reduce(base, head); changed && keep != nil {
		c.pruned++
	}
	for _, change := range changes {
		c.ids[change.ID] = true
	}
}

func sameLists(t *testing.T, left string, a []string, right string, b []string) {
	t.Helper()
	if slices.Equal(a, b) {
		return
	}
	for _, x := range a {
		if !slices.Contains(b, x) {
			t.Errorf("only %s has: %s", left, x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			t.Errorf("only %s has: %s", right, x)
		}
	}
	t.Errorf("%s has %d, %s %d", left, len(a), right, len(b))
}

// told spells changes, with their places or without.
func told(list []Change, places bool) []string {
	var out []string
	for _, c := range list {
		line := fmt.Sprintf("%s %s %q", c.Level, c.ID, c.Operation)
		if places {
			line += fmt.Sprintf(" %s:%v %s:%v", c.Base.Path, c.Base.Range, c.Head.Path, c.Head.Range)
		}
		out = append(out, line)
	}
	return sorted(out)
}

// straight asks oasdiff, which read the text itself.
func straight(t *testing.T, base, head *load.SpecInfo) []string {
	t.Helper()
	d, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), base, head)
	if err != nil {
		t.Fatalf("oasdiff: %v", err)
	}
	var out []string
	for _, c := range checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), d, sources, checker.WARN) {
		operation := ""
		if c.GetPath() != "" {
			operation = strings.TrimSpace(strings.ToUpper(c.GetOperation()) + " " + c.GetPath())
		}
		out = append(out, fmt.Sprintf("%s %s %q", levelOf(c.GetLevel()), c.GetId(), operation))
	}
	return sorted(out)
}

func info(files tree) (*load.SpecInfo, error) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, u *url.URL) ([]byte, error) { return files.read(u.Path) }
	doc, err := loader.LoadFromURI(&url.URL{Path: own})
	return &load.SpecInfo{Url: own, Spec: doc}, err
}

func (e schemaEdit) versions() []string {
	if e.version != "" {
		return []string{e.version}
	}
	return []string{"3.0", "3.1"}
}

// reached is how many of the checker's identifiers the pairs bring up. The others are said only when a policy of deprecation is
// set, or at a lower level: api-global-security-* of operations that inherit nothing, *-deprecated-sunset-missing.
const reached = 368

// sample is of how many edits one is tried when the race detector watches.
const sample = 12

// TestPruningFindsTheSame compares descriptions that differ in one schema, or in one text edit, or in several at once.
func TestPruningFindsTheSame(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	seen := &tally{ids: map[string]bool{}}
	t.Run("pairs", func(t *testing.T) {
		for i, e := range schemaEdits {
			if raced && i%sample != 0 {
				continue
			}
			versions := e.versions()
			for j, place := range []struct {
				name string
				fill func(string) slots
			}{
				{"inline", func(s string) slots { return slots{inline: s} }},
				{"shared", func(s string) slots { return slots{shared: s} }},
				{"elsewhere", func(s string) slots { return slots{foreign: s} }},
			} {
				version, several := versions[(i+j)%len(versions)], place.name == "elsewhere"
				if several && e.local || j > 0 && (testing.Short() || i%2 == j%2 && !e.local) {
					continue // each is tried inline, and by turns in one of the other places
				}
				t.Run(e.name+"/"+version+"/"+place.name, func(t *testing.T) {
					seen.both(t, filled(version, several, place.fill(e.was)), filled(version, several, place.fill(e.is)))
				})
			}
		}
		for i, e := range textEdits {
			if raced && i%sample != 0 {
				continue
			}
			versions := e.versions()
			version := versions[i%len(versions)]
			t.Run(e.name+"/"+version, func(t *testing.T) {
				base := filled(version, e.several, slots{})
				head, ok := e.apply(base)
				if !ok {
					t.Fatal("nothing to edit")
				}
				seen.both(t, base, head)
			})
		}
		r := rand.New(rand.NewPCG(1, 2))
		for i := range 40 {
			if raced && i%sample != 0 {
				continue
			}
			base, head := combined(r)
			t.Run(fmt.Sprintf("combined/%d", i), func(t *testing.T) {
				seen.both(t, base, head)
			})
		}
	})
	var missing []string
	levels := 0
	for _, rule := range checker.GetAllRules() {
		if rule.Level >= checker.WARN {
			levels++
			if !seen.ids[rule.Id] {
				missing = append(missing, rule.Id)
			}
		}
	}
	if len(seen.ids) < reached && !testing.Short() && !raced || seen.pairs < 100 && !raced || seen.pruned < seen.pairs*3/4 {
		t.Errorf("%d distinct identifiers, %d pairs, %d of them pruned: a version of the checker that knows others, or edits that no longer work?", len(seen.ids), seen.pairs, seen.pruned)
	}
	t.Logf("%d pairs, %d of them pruned; %d distinct identifiers, %d of the %d rules at ERR and WARN", seen.pairs, seen.pruned, len(seen.ids), levels-len(missing), levels)
	t.Logf("never seen: %s", strings.Join(sorted(missing), " "))
}

// combined makes two versions that differ in two to four edits.
func combined(r *rand.Rand) (base, head tree) {
	version := []string{"3.0", "3.1"}[r.IntN(2)]
	var was, is slots
	n := 2 + r.IntN(3)
	for _, slot := range [][2]*string{{&was.inline, &is.inline}, {&was.shared, &is.shared}, {&was.foreign, &is.foreign}} {
		e := schemaEdits[r.IntN(len(schemaEdits))]
		if n > 0 && r.IntN(2) == 0 && slices.Contains(e.versions(), version) && (!e.local || slot[0] != &was.foreign) {
			*slot[0], *slot[1] = e.was, e.is
			n--
		}
	}
	several := is.foreign != "" || r.IntN(4) == 0
	base, head = filled(version, several, was), filled(version, several, is)
	for tries := 0; n > 0 && tries < 50; tries++ {
		if e := textEdits[r.IntN(len(textEdits))]; slices.Contains(e.versions(), version) && (several || !e.several) {
			if next, ok := e.apply(head); ok {
				head = next
				n--
			}
		}
	}
	return base, head
}

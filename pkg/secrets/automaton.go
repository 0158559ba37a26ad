package secrets

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

const (
	maxInstructions = 20_000
	maxClasses      = 250
)

// limits bound what one automaton takes. Tests set them lower.
var limits = struct {
	states       int // when there are more, all are forgotten and it starts afresh
	steps        int // on one text, and so many more for each byte:
	stepsPerByte int
}{states: 1024, steps: 4096, stepsPerByte: 8}

// stepsFor is how many steps an automaton may take on a text before the expression itself is quicker.
func stepsFor(text string) int { return limits.stepsPerByte*len(text) + limits.steps }

// automaton tells whether an expression matches a text at a given place, and how far it has to look for that. It is a
// deterministic automaton whose states are made when they are first needed. Safe for concurrent use.
type automaton struct {
	re    *syntax.Regexp
	first bool // it is enough to know that there is a match
	once  sync.Once

	prog   *syntax.Prog // nil: the expression is too large
	bounds []rune       // the first rune of each class; runes of one class are the same to the expression
	ascii  [utf8.RuneSelf]uint8
	// missCost is what making a state takes from a budget, in steps along states that are there.
	missCost int
	states   atomic.Pointer[states]
}

type states struct {
	mu    sync.Mutex
	start [4]*state
	known map[string]*state
}

type state struct {
	pcs    []uint32 // instructions to go on with, before any assertion between the two runes is looked at
	prev   uint8    // what the last rune was
	accept bool     // the expression matches up to before the last rune
	dead   bool     // and nothing can follow
	next   []atomic.Pointer[state]
}

// What an assertion may ask about the rune before.
const (
	prevNone uint8 = iota
	prevNewline
	prevWord
	prevOther
)

var prevRune = [...]rune{prevNone: -1, prevNewline: '\n', prevWord: 'a', prevOther: ' '}

// compile is done when the automaton is first asked. It gives up when the expression is large, or tells too many classes of
// runes apart.
func (a *automaton) compile() {
	prog, err := syntax.Compile(a.re.Simplify())
	if err != nil || len(prog.Inst) > maxInstructions {
		return
	}
	bounds := classBounds(prog)
	if len(bounds) > maxClasses {
		return
	}
	a.prog, a.bounds, a.missCost = prog, bounds, len(prog.Inst)/4
	for c := range a.ascii {
		a.ascii[c] = uint8(a.class(rune(c)))
	}
	a.reset()
}

// classBounds cuts the runes where any instruction or assertion of prog tells two neighbours apart.
func classBounds(prog *syntax.Prog) []rune {
	cuts := []rune{0, '\n', '\n' + 1, '0', '9' + 1, 'A', 'Z' + 1, '_', '_' + 1, 'a', 'z' + 1}
	for i := range prog.Inst {
		in := &prog.Inst[i]
		switch in.Op {
		case syntax.InstRune, syntax.InstRune1:
			if len(in.Rune) == 1 {
				cuts = append(cuts, in.Rune[0], in.Rune[0]+1)
				for f := unicode.SimpleFold(in.Rune[0]); f != in.Rune[0]; f = unicode.SimpleFold(f) {
					cuts = append(cuts, f, f+1)
				}
				continue
			}
			for j := 0; j+1 < len(in.Rune); j += 2 {
				cuts = append(cuts, in.Rune[j], in.Rune[j+1]+1)
			}
		}
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

func (a *automaton) class(r rune) int {
	return sort.Search(len(a.bounds), func(i int) bool { return a.bounds[i] > r }) - 1
}

func (a *automaton) reset() {
	fresh := &states{known: map[string]*state{}}
	for prev := range fresh.start {
		fresh.start[prev] = a.newState([]uint32{uint32(a.prog.Start)}, uint8(prev), false)
	}
	a.states.Store(fresh)
}

func (a *automaton) newState(pcs []uint32, prev uint8, accept bool) *state {
	s := &state{pcs: pcs, prev: prev, accept: accept, dead: len(pcs) == 0}
	if !s.dead {
		s.next = make([]atomic.Pointer[state], len(a.bounds)+1) // the last one is for the end of the text
	}
	return s
}

// verdict is what the automaton says about one place.
type verdict struct {
	ok     bool // the expression matches here
	behind int  // no attempt to match from here looks at text[behind:]; beyond the text's length when one met its end
	known  bool // false: the automaton ran out of steps or states, ok and behind say nothing
}

// try matches at text[at:]. It takes as many steps from budget as it looks at runes.
func (a *automaton) try(text string, at int, budget *int) verdict {
	if a.once.Do(a.compile); a.prog == nil {
		return verdict{}
	}
	all := a.states.Load()
	s, ok := all.start[kindBefore(text, at)], false
	for i := at; i < len(text); {
		class, width := 0, 1
		if c := text[i]; c < utf8.RuneSelf {
			class = int(a.ascii[c])
		} else {
			r, w := utf8.DecodeRuneInString(text[i:])
			class, width = a.class(r), w
		}
		if *budget--; *budget < 0 {
			return verdict{}
		}
		to := s.next[class].Load()
		if to == nil {
			*budget -= a.missCost
			if to = a.step(all, s, class); to == nil {
				return verdict{}
			}
		}
		s = to
		i += width
		ok = ok || s.accept
		if s.dead || ok && a.first {
			return verdict{ok: ok, behind: i, known: true}
		}
	}
	to := s.next[len(a.bounds)].Load()
	if to == nil {
		if to = a.step(all, s, len(a.bounds)); to == nil {
			return verdict{}
		}
	}
	return verdict{ok: ok || to.accept, behind: len(text) + 1, known: true}
}

func kindBefore(text string, at int) uint8 {
	if at == 0 {
		return prevNone
	}
	return kindOf(rune(text[at-1]))
}

func kindOf(r rune) uint8 {
	switch {
	case r == '\n':
		return prevNewline
	case r < utf8.RuneSelf && syntax.IsWordChar(r):
		return prevWord
	}
	return prevOther
}

// step makes the transition from s for a class of runes. It returns nil, after a reset, when there are too many states.
func (a *automaton) step(all *states, s *state, class int) *state {
	all.mu.Lock()
	defer all.mu.Unlock()
	if to := s.next[class].Load(); to != nil {
		return to
	}
	r := rune(-1)
	if class < len(a.bounds) {
		r = a.bounds[class]
	}
	pcs, accept := a.advance(s, r)
	prev := kindOf(r)
	key := stateKey(pcs, prev, accept)
	to := all.known[key]
	if to == nil {
		if len(all.known) >= limits.states {
			a.reset()
			return nil
		}
		to = a.newState(pcs, prev, accept)
		all.known[key] = to
	}
	s.next[class].Store(to)
	return to
}

func stateKey(pcs []uint32, prev uint8, accept bool) string {
	key := make([]byte, 0, 4*len(pcs)+2)
	for _, pc := range pcs {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	if accept {
		prev |= 0x80
	}
	return string(append(key, prev))
}

// advance is where s leads on r (-1: the end of the text), and whether there is a match before r.
func (a *automaton) advance(s *state, r rune) (pcs []uint32, accept bool) {
	holds := syntax.EmptyOpContext(prevRune[s.prev], r)
	seen := make([]bool, len(a.prog.Inst))
	out := map[uint32]bool{}
	stack := slices.Clone(s.pcs)
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		in := &a.prog.Inst[pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^holds == 0 {
				stack = append(stack, in.Out)
			}
		case syntax.InstMatch:
			accept = true
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if r >= 0 && matchesRune(in, r) {
				out[in.Out] = true
			}
		}
	}
	for pc := range out {
		pcs = append(pcs, pc)
	}
	slices.Sort(pcs)
	return pcs, accept
}

func matchesRune(in *syntax.Inst, r rune) bool {
	switch in.Op {
	case syntax.InstRuneAny:
		return true
	case syntax.InstRuneAnyNotNL:
		return r != '\n'
	}
	return in.MatchRune(r)
}

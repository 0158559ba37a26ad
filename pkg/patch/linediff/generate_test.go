package linediff_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// lines is a text in the making: each line with its newline.
type lines [][]byte

func split(text []byte) lines {
	l := lines(bytes.SplitAfter(text, []byte{'\n'}))
	if len(l) > 0 && len(l[len(l)-1]) == 0 {
		l = l[:len(l)-1]
	}
	return l
}

func (l lines) join() []byte { return bytes.Join(l, nil) }

// block returns a random stretch of up to n lines.
func (l lines) block(r *rand.Rand, n int) lines {
	if len(l) == 0 {
		return nil
	}
	from := r.IntN(len(l))
	return slices.Clone(l[from:min(len(l), from+1+r.IntN(n))])
}

// edits are the changes a pair is made of, by kind.
var edits = map[string]func(r *rand.Rand, l lines) lines{
	"insert new": func(r *rand.Rand, l lines) lines { return slices.Insert(l, r.IntN(len(l)+1), fresh(r, 12)...) },
	"insert copy": func(r *rand.Rand, l lines) lines {
		return slices.Insert(l, r.IntN(len(l)+1), l.block(r, 20)...)
	},
	"delete": func(r *rand.Rand, l lines) lines {
		at := r.IntN(len(l))
		return slices.Delete(l, at, min(len(l), at+1+r.IntN(15)))
	},
	"replace": func(r *rand.Rand, l lines) lines {
		at := r.IntN(len(l))
		return slices.Replace(l, at, min(len(l), at+1+r.IntN(8)), fresh(r, 8)...)
	},
	"replace by copy": func(r *rand.Rand, l lines) lines {
		at := r.IntN(len(l))
		return slices.Replace(l, at, min(len(l), at+1+r.IntN(8)), l.block(r, 10)...)
	},
	"move": func(r *rand.Rand, l lines) lines {
		at := r.IntN(len(l))
		end := min(len(l), at+1+r.IntN(10))
		b := slices.Clone(l[at:end])
		l = slices.Delete(l, at, end)
		return slices.Insert(l, r.IntN(len(l)+1), b...)
	},
	"duplicate": func(r *rand.Rand, l lines) lines {
		at := r.IntN(len(l))
		end := min(len(l), at+1+r.IntN(12))
		return slices.Insert(l, end, slices.Clone(l[at:end])...)
	},
	"blank lines": func(r *rand.Rand, l lines) lines {
		return slices.Insert(l, r.IntN(len(l)+1), slices.Repeat(lines{[]byte("\n")}, 1+r.IntN(3))...)
	},
	"equal lines": func(r *rand.Rand, l lines) lines {
		return slices.Insert(l, r.IntN(len(l)+1), slices.Repeat(l.block(r, 1), 1+r.IntN(30))...)
	},
	"swap": func(r *rand.Rand, l lines) lines {
		i, j := r.IntN(len(l)), r.IntN(len(l))
		l[i], l[j] = l[j], l[i]
		return l
	},
	"one character": func(r *rand.Rand, l lines) lines {
		i := r.IntN(len(l))
		l[i] = slices.Insert(slices.Clone(l[i]), r.IntN(len(l[i])), byte('a'+r.IntN(26)))
		return l
	},
	"append":  func(r *rand.Rand, l lines) lines { return append(l, fresh(r, 10)...) },
	"prepend": func(r *rand.Rand, l lines) lines { return slices.Insert(l, 0, fresh(r, 10)...) },
	"rename": func(r *rand.Rand, l lines) lines {
		word := []byte([]string{"err", "name", "if ", "return", "the", ": ", "s"}[r.IntN(7)])
		for i := range l {
			l[i] = bytes.ReplaceAll(l[i], word, append(word[:len(word):len(word)], '2'))
		}
		return l
	},
	"reindent": func(r *rand.Rand, l lines) lines {
		at := r.IntN(len(l))
		for i := at; i < min(len(l), at+40); i++ {
			l[i] = append([]byte("\t"), l[i]...)
		}
		return l
	},
	"one end of line": func(r *rand.Rand, l lines) lines {
		i := r.IntN(len(l))
		l[i] = bytes.Replace(l[i], []byte("\n"), []byte("\r\n"), 1)
		return l
	},
	"last newline": func(_ *rand.Rand, l lines) lines {
		last := len(l) - 1
		l[last] = bytes.TrimSuffix(l[last], []byte("\n"))
		if len(l[last]) == 0 {
			return l[:last]
		}
		return l
	},
}

// fresh returns up to n lines, most of which are nowhere else.
func fresh(r *rand.Rand, n int) lines {
	var l lines
	for range 1 + r.IntN(n) {
		indent := strings.Repeat("\t", r.IntN(3))
		switch r.IntN(6) {
		case 0:
			l = append(l, []byte("\n"))
		case 1:
			l = append(l, []byte(indent+"}\n"))
		default:
			l = append(l, fmt.Appendf(nil, "%scall(%d)\n", indent, r.IntN(1e6)))
		}
	}
	return l
}

// edit applies an edit to text, keeping lines apart where a newline is missing.
func edit(r *rand.Rand, kind string, text []byte) []byte {
	l := split(text)
	if len(l) == 0 {
		l = lines{[]byte("\n")}
	}
	l = edits[kind](r, l)
	for i := range max(0, len(l)-1) {
		if !bytes.HasSuffix(l[i], []byte("\n")) {
			l[i] = append(slices.Clone(l[i]), '\n')
		}
	}
	return l.join()
}

var kinds = func() []string {
	var k []string
	for kind := range edits {
		k = append(k, kind)
	}
	slices.Sort(k)
	return k
}()

// sources returns real text of several languages, up to limit lines each.
func sources(limit int) [][]byte {
	var found [][]byte
	wanted := map[string]int{".go": 300, ".s": 40, ".c": 40, ".h": 30, ".json": 40, ".yaml": 40, ".yml": 40, ".md": 60, ".html": 40, ".js": 40, ".css": 20, ".sh": 30, ".txt": 40, ".rego": 40, ".tf": 40}
	// The sources of Go and of the modules in use, where the tool tells them.
	roots, _ := exec.Command("go", "env", "GOROOT", "GOMODCACHE").Output()
	for _, root := range append([]string{"../../.."}, strings.Fields(string(roots))...) {
		seen := 0
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || seen > 40000 {
				return fs.SkipAll
			}
			seen++
			ext := filepath.Ext(path)
			if !d.Type().IsRegular() || wanted[ext] == 0 || seen%3 != 0 {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil || len(text) == 0 || bytes.IndexByte(text, 0) >= 0 {
				return nil
			}
			wanted[ext]--
			l := split(text)
			found = append(found, l[:min(len(l), limit)].join())
			return nil
		})
	}
	return found
}

// generator makes pairs from a seed.
type generator struct {
	r     *rand.Rand
	texts [][]byte
}

func newGenerator(seed int) *generator {
	return &generator{r: rand.New(rand.NewPCG(uint64(seed), 7)), texts: sources(3000)}
}

// source returns a text of real lines: a part of a file, mostly a short one.
func (g *generator) source() []byte {
	l := split(g.texts[g.r.IntN(len(g.texts))])
	n := []int{3, 20, 80, 200}[g.r.IntN(4)]
	if g.r.IntN(100) == 0 {
		n = 3000
	}
	from := g.r.IntN(len(l))
	if n == 3000 {
		from = 0
	}
	text := l[from:min(len(l), from+n)].join()
	if g.r.IntN(12) == 0 {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	if g.r.IntN(12) == 0 {
		text = bytes.TrimSuffix(text, []byte("\n"))
	}
	return text
}

// realistic returns a pair of which one to n edits of one kind make the change.
func (g *generator) realistic(kind string, n int) pair {
	old := g.source()
	now := old
	for range 1 + g.r.IntN(n) {
		now = edit(g.r, kind, now)
	}
	if g.r.IntN(2) == 0 {
		return pair{kind, now, old}
	}
	return pair{kind, old, now}
}

// mixed returns a pair with up to n edits of any kinds.
func (g *generator) mixed(n int) pair {
	old := g.source()
	now := old
	for range 1 + g.r.IntN(n) {
		now = edit(g.r, kinds[g.r.IntN(len(kinds))], now)
	}
	return pair{"mixed", old, now}
}

// alphabet returns texts over few distinct lines, edited or unrelated.
func (g *generator) alphabet(letters, n int) pair {
	choice := []string{"a\n", "b\n", "\n", "\tc\n", "  \n", "\t\td\n", " e\n", "}\n"}
	g.r.Shuffle(len(choice), func(i, j int) { choice[i], choice[j] = choice[j], choice[i] })
	text := func() []byte {
		var b []byte
		for range g.r.IntN(n) {
			b = append(b, choice[g.r.IntN(letters)]...)
		}
		if g.r.IntN(10) == 0 {
			b = bytes.TrimSuffix(b, []byte("\n"))
		}
		return b
	}
	old := text()
	if g.r.IntN(2) == 0 {
		return pair{"few lines, unrelated", old, text()}
	}
	now := old
	for range 1 + g.r.IntN(4) {
		now = edit(g.r, kinds[g.r.IntN(len(kinds))], now)
	}
	return pair{"few lines, edited", old, now}
}

// drowning returns a pair with large blocks of new lines, among them frequent
// ones that have counterparts: those are what git discards before it searches.
func (g *generator) drowning() pair {
	common := []string{"}\n", "\n", "\treturn\n", "end\n"}
	text := func(own string) []byte {
		var b []byte
		for i := range 20 + g.r.IntN(150) {
			if g.r.IntN(2+g.r.IntN(12)) == 0 {
				b = append(b, common[g.r.IntN(len(common))]...)
			} else {
				b = fmt.Appendf(b, "%s%d\n", own, i*g.r.IntN(4))
			}
		}
		return b
	}
	head, tail := bytes.Repeat([]byte("}\nx\n\n"), g.r.IntN(40)), bytes.Repeat([]byte("y\n\treturn\n"), g.r.IntN(300))
	own := []string{"p", "q", "p"}
	side := func(name string) []byte { return slices.Concat(head, text(name), tail) }
	return pair{"frequent lines", side(own[g.r.IntN(2)]), side(own[1+g.r.IntN(2)])}
}

// large returns a pair near the bound on the search: common lines in another
// order, of which some thousand steps would be needed to sort all.
func (g *generator) large() pair {
	n := 100 + g.r.IntN(500)
	order := g.r.Perm(n)
	near := 1 + g.r.IntN(200)
	slices.SortFunc(order, func(a, b int) int { return a/near - b/near })
	var a, b []byte
	for i, other := range order {
		a = fmt.Appendf(a, "k%d\n", i)
		b = fmt.Appendf(b, "k%d\n", other)
	}
	return pair{"large", a, b}
}

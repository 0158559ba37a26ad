package patch_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// blob is a file of a generated commit.
type blob struct {
	mode    string
	content string // of a submodule, the id
}

type tree map[string]blob

// firstTime is when the commit ahead of the first would have been made; each is a second younger than the last.
const firstTime = 1700000000

// history is a random repository, as it was made.
type history struct {
	*gitRepo
	rnd     *rand.Rand
	stream  bytes.Buffer
	trees   []tree  // by mark; the first is empty
	parents [][]int // by mark
	counter int
}

var oddNames = []string{
	"plain", "dir/file.txt", "dir/deep/er/x", "with space", " leading", "-rf", "--", "quo\"te", "tab\there", "new\nline", "caf\xe9",
	"\xff\xfe", "ünïcode", "b/b", "a/a b/a", "diff --git a/x b/x", "commit", ".env", ".gitattributes", "x => y", "{a,b}", "@@ -1 +1 @@",
}

// generate makes a repository with branches, merges, roots, renames, changes of mode and type, and odd files and names.
func generate(t testing.TB, seed uint64, commits int) *history {
	h := &history{gitRepo: newRepo(t), rnd: rand.New(rand.NewPCG(seed, 3)), trees: []tree{{}}, parents: [][]int{nil}}
	h.write(".gitignore", "*\n")
	for len(h.trees) <= commits {
		h.next()
	}
	for mark := range h.leaves() {
		place := []string{"heads", "tags", "odd/place", "remotes/origin"}[mark%4]
		fmt.Fprintf(&h.stream, "reset refs/%s/r%d\nfrom :%d\n\n", place, mark, mark)
	}
	fmt.Fprintf(&h.stream, "tag note\nfrom :%d\ntagger a <a@example.org> 1700000000 +0000\ndata 0\n\n", 1+h.rnd.IntN(commits))
	cmd := exec.Command("git", "fast-import", "--quiet", "--date-format=raw")
	cmd.Dir, cmd.Env, cmd.Stdin = h.dir, h.env, &h.stream
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	h.git("update-ref", "--no-deref", "HEAD", h.git("rev-parse", "refs/heads/work"+fmt.Sprint(h.rnd.IntN(3))))
	return h
}

// leaves are the commits that are nobody's parent.
func (h *history) leaves() map[int]bool {
	found := map[int]bool{}
	for mark := 1; mark < len(h.trees); mark++ {
		found[mark] = true
		for _, p := range h.parents[mark] {
			delete(found, p)
		}
	}
	return found
}

// next makes a commit: on one of three branches, on an old commit, or on nothing.
func (h *history) next() {
	mark := len(h.trees)
	branch := h.rnd.IntN(3)
	var parents []int
	t := tree{}
	if mark > 1 && h.rnd.IntN(25) > 0 {
		parents = []int{h.old()}
		maps.Copy(t, h.trees[parents[0]])
		if h.rnd.IntN(5) == 0 {
			for range 1 + h.rnd.IntN(3)*h.rnd.IntN(2) {
				if p := h.old(); !slices.Contains(parents, p) {
					parents = append(parents, p)
					h.join(t, h.trees[p])
				}
			}
		}
	}
	changes := 1 + h.rnd.IntN(4)
	if len(parents) > 1 {
		changes = h.rnd.IntN(3) // a merge without any is clean
	}
	for range changes {
		h.change(t)
	}
	h.trees, h.parents = append(h.trees, t), append(h.parents, parents)
	h.emit(mark, branch, parents, t)
}

func (h *history) old() int {
	return max(1, len(h.trees)-1-h.rnd.IntN(8))
}

// join takes over what another parent has.
func (h *history) join(t, other tree) {
	for _, name := range slices.Sorted(maps.Keys(other)) {
		if _, ok := t[name]; !ok || h.rnd.IntN(2) == 0 {
			t.put(name, other[name])
		}
	}
}

// put adds a file where no folder or file is in its way.
func (t tree) put(name string, b blob) {
	for other := range t {
		if strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/") {
			return
		}
	}
	t[name] = b
}

func (h *history) change(t tree) {
	names := slices.Sorted(maps.Keys(t))
	if len(names) == 0 || h.rnd.IntN(4) == 0 {
		name := oddNames[h.rnd.IntN(len(oddNames))]
		if h.rnd.IntN(2) == 0 {
			name += fmt.Sprint(h.rnd.IntN(20))
		}
		t.put(name, h.file())
		return
	}
	name := names[h.rnd.IntN(len(names))]
	b := t[name]
	switch h.rnd.IntN(10) {
	case 0:
		delete(t, name)
	case 1, 2: // renamed, perhaps edited
		delete(t, name)
		if h.rnd.IntN(2) == 0 {
			b = h.edited(b)
		}
		t.put(oddNames[h.rnd.IntN(len(oddNames))]+fmt.Sprint(h.rnd.IntN(99)), b)
	case 3: // copied
		t.put(name+".copy", h.edited(b))
	case 4:
		if b.mode == "100644" {
			b.mode = "100755"
		} else {
			b = h.file()
		}
		t[name] = b
	default:
		t[name] = h.edited(b)
	}
}

func (h *history) line() string {
	h.counter++
	odd := []string{"", "\r", "\x00", "\t", "diff --git a/x b/x", "@@ -1 +1 @@", "commit " + strings.Repeat("a", 40), "\\ No newline at end of file", "--- a/x", "+++ b/x", "\xff\xfe"}
	return fmt.Sprintf("%s%d%s\n", odd[h.rnd.IntN(len(odd))*h.rnd.IntN(2)], h.counter, []string{"", "\r", " = x"}[h.rnd.IntN(3)])
}

func (h *history) file() blob {
	switch h.rnd.IntN(12) {
	case 0:
		return blob{"100644", ""}
	case 1:
		return blob{"120000", "target/" + fmt.Sprint(h.rnd.IntN(100))}
	case 2:
		return blob{"160000", fmt.Sprintf("%040x", h.rnd.Uint64())}
	case 3:
		return blob{"100644", "\x00binary" + h.line()}
	}
	var b strings.Builder
	if h.rnd.IntN(8) == 0 {
		b.WriteString(strings.Repeat("text\n", 2000)) // NULs behind the first 8,000 bytes make nothing binary
	}
	for range 1 + h.rnd.IntN(30) {
		b.WriteString(strings.ReplaceAll(h.line(), "\x00", strings.Repeat("\x00", min(1, b.Len()/8001))))
	}
	return blob{"100644", strings.TrimSuffix(b.String(), []string{"", "", "\n"}[h.rnd.IntN(3)])}
}

func (h *history) edited(b blob) blob {
	if b.mode == "160000" || b.mode == "120000" || b.content == "" {
		return h.file()
	}
	lines := slices.Collect(strings.Lines(b.content))
	for range 1 + h.rnd.IntN(3) {
		at := h.rnd.IntN(len(lines) + 1)
		gone := min(h.rnd.IntN(4), len(lines)-at)
		if at > 0 && !strings.HasSuffix(lines[at-1], "\n") {
			lines[at-1] += "\n"
		}
		lines = slices.Replace(lines, at, at+gone, strings.ReplaceAll(h.line(), "\x00", ""), strings.ReplaceAll(h.line(), "\x00", ""))
	}
	b.content = strings.Join(lines, "")
	return b
}

func (h *history) emit(mark, branch int, parents []int, t tree) {
	fmt.Fprintf(&h.stream, "reset refs/heads/work%d\n\ncommit refs/heads/work%d\nmark :%d\ncommitter a <a@example.org> %d +0000\ndata 7\nmessage\n", branch, branch, mark, firstTime+mark)
	for i, p := range parents {
		fmt.Fprintf(&h.stream, "%s :%d\n", []string{"from", "merge"}[min(i, 1)], p)
	}
	h.stream.WriteString("deleteall\n")
	for _, name := range slices.Sorted(maps.Keys(t)) {
		b := t[name]
		quoted := quote(name)
		if b.mode == "160000" {
			fmt.Fprintf(&h.stream, "M 160000 %s %s\n", b.content, quoted)
			continue
		}
		fmt.Fprintf(&h.stream, "M %s inline %s\ndata %d\n%s\n", b.mode, quoted, len(b.content), b.content)
	}
	h.stream.WriteString("\n")
}

func quote(name string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(name) {
		fmt.Fprintf(&b, "\\%03o", name[i])
	}
	return b.String() + `"`
}

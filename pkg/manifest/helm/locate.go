package helm

import (
	"context"
	"io/fs"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// written locates objects that stand in the repository as they are.
type written struct {
	doc      *document.Document
	archived string // the path inside an archive
}

// Locate returns the place of the deepest node that exists on path.
func (w written) Locate(path []any) render.Place {
	if w.archived != "" {
		return render.Place{Path: w.doc.Path, Note: "in " + w.archived + " of the archive"}
	}
	r, _ := w.doc.Locate(path...)
	return render.Place{Path: w.doc.Path, Range: r}
}

// locator leads from a rendered object to the template line that wrote it.
type locator struct {
	variant *variant
	name    string // the template's name as the engine has it
	doc     *document.Document
	from    origin
}

// Locate returns the place of the deepest node that exists on path: the line of the template that has its key, or the
// nearest one around it when the template fills in the rest.
func (l *locator) Locate(path []any) render.Place {
	if l.from.inner != "" {
		return render.Place{Path: l.from.path, Note: "rendered by Helm from " + l.from.inner + " of the archive"}
	}
	t := l.variant.trace()
	lines := t.lines[l.name]
	_, depth := l.doc.Locate(path...)
	for k := depth; k >= 0; k-- {
		rendered, ok := l.rendered(lines, path[:k])
		if !ok || !rendered.own {
			continue
		}
		m := t.marks[rendered.mark]
		written, ok := l.variant.source.lines(m.path)
		if !ok || m.line > len(written) {
			continue
		}
		column, ok := column(rendered.text, written[m.line-1], path[:k])
		if !ok {
			continue
		}
		place := render.Place{Path: m.path, Range: spanOf(m.line, written[m.line-1])}
		place.Range.Start.Column = column
		if k < depth {
			place.Note = "rendered by Helm; the template fills it in here"
		}
		return place
	}
	// All of it was filled in: by an include, most of the time.
	place := render.Place{Path: l.from.path, Note: "rendered by Helm; the exact line is not known"}
	if rendered, ok := l.rendered(lines, path[:depth]); ok && rendered.mark >= 0 {
		m := t.marks[rendered.mark]
		place = render.Place{Path: m.path, Range: l.variant.source.lineRange(m.path, m.line), Note: "rendered by Helm; the template fills it in here"}
	}
	return place
}

func (l *locator) rendered(lines []line, path []any) (line, bool) {
	r, _ := l.doc.Locate(path...)
	if n := r.Start.Line; n >= 1 && n <= len(lines) {
		return lines[n-1], true
	}
	return line{}, false
}

// column finds in a template line what a rendered line begins with: its key, or all of it where it has none. The result
// is the place of the key that path ends with when it stands on the line, counted in code points.
func column(rendered, written string, path []any) (int, bool) {
	head := head(rendered)
	at := strings.Index(written, head)
	if head == "" || at < 0 {
		return 0, false
	}
	if len(path) > 0 {
		if key, ok := path[len(path)-1].(string); ok {
			for _, form := range []string{key + ":", `"` + key + `":`, "'" + key + "':"} {
				if i := strings.Index(written[at:], form); i >= 0 {
					at += i
					break
				}
			}
		}
	}
	return len([]rune(written[:at])) + 1, true
}

// traces says for every line a variant rendered which line of which template wrote it.
type traces struct {
	lines map[string][]line // by the template's name
	marks []mark
}

// trace renders the variant again, with marks. It is done for the first finding only. Marks inside named templates may
// change or be changed by the functions that text goes through on its way out; where the text then differs from what was
// judged, only those outside are used. Where a line differs even then, a checksum of a marked template for example, the
// line is not trusted; where the number of lines differs, none is.
func (v *variant) trace() *traces {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.traced != nil {
		return v.traced
	}
	v.traced = &traces{lines: map[string][]line{}}
	for _, m := range []mode{markedAll, markedText} {
		marked, faults := v.execute(context.Background(), m)
		if len(faults) > 0 {
			continue
		}
		v.traced.marks = marked.marks
		for name, text := range marked.texts {
			if v.traced.lines[name] != nil {
				continue
			}
			lines := unmark(text)
			differ, comparable := compare(lines, v.judged.texts[name])
			if comparable && (differ == 0 || m == markedText) {
				v.traced.lines[name] = lines
			}
		}
	}
	return v.traced
}

// compare holds the lines of marked output against what was judged, and withdraws the trust in those that begin
// differently. A difference behind the key is a checksum of marked text.
func compare(lines []line, judged string) (differ int, comparable bool) {
	want := strings.Split(judged, "\n")
	if len(want) != len(lines) {
		return 0, false
	}
	for i := range lines {
		if lines[i].text != want[i] && head(lines[i].text) != head(want[i]) {
			lines[i].own = false
			differ++
		}
		lines[i].text = want[i]
	}
	return differ, true
}

// head is what a line of YAML begins with: its key, or all of it where it has none.
func head(text string) string {
	text = strings.TrimSpace(text)
	for strings.HasPrefix(text, "- ") {
		text = strings.TrimSpace(text[2:])
	}
	if key, _, ok := strings.Cut(text, ": "); ok {
		return key + ":"
	}
	return text
}

// lines returns the lines of a file of the repository.
func (s *source) lines(file string) ([]string, bool) {
	data, err := fs.ReadFile(s.fsys, file)
	if err != nil || s.archived() {
		return nil, false
	}
	return strings.Split(string(data), "\n"), true
}

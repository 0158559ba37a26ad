package patch

import "bytes"

// receiver takes what a diff adds.
type receiver interface {
	add(Addition) error
	miss(path, why string) error
}

// parser reads the diff of one commit after another. What a file holds cannot pass for structure: the list ahead says which
// files come, in which order and with which content, and each hunk's header how many lines it has.
type parser struct {
	reader
	opt  Options
	to   receiver
	text []byte // of the present hunk
}

// maxKept is how much memory for text is kept for the next hunk.
const maxKept = 4 << 20

// body reads what follows a commit's id: the list of its files and, when there are any, their diffs.
func (p *parser) body() error {
	list, err := p.entries(false)
	if err != nil || len(list) == 0 {
		return err
	}
	if gap, err := p.field(); err != nil {
		return err
	} else if len(gap) != 0 {
		return errOutput
	}
	for i := range list {
		if err := p.file(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// file reads the diff of one file. When its type changes, git prints it deleted and made anew.
func (p *parser) file(e *entry) error {
	switch e.status[0] {
	case 'U':
		return p.unmerged(e)
	case 'T':
		gone := entry{status: "D", old: e.old, side: side{path: e.path, blob: noID}}
		if err := p.piece(&gone, true); err != nil {
			return err
		}
		made := entry{status: "T", old: []side{{blob: noID}}, side: e.side}
		return p.piece(&made, p.opt.skips(e.path))
	case 'A', 'M', 'R', 'C', 'D':
		return p.piece(e, p.opt.skips(e.path))
	}
	return errOutput
}

const noID = "0000000000000000000000000000000000000000"

// unmerged reads the line for a file in conflict. The path stands there as it is, line breaks included.
func (p *parser) unmerged(e *entry) error {
	for _, part := range []string{"* Unmerged path ", e.path, "\n"} {
		b, err := p.in.Peek(len(part))
		if err != nil || string(b) != part {
			return errOutput
		}
		_, _ = p.in.Discard(len(part))
	}
	if p.opt.skips(e.path) {
		return nil
	}
	return p.to.miss(e.path, "merge conflict: resolve it and git add the file")
}

func (p *parser) piece(e *entry, skip bool) error {
	binary, err := p.header(e)
	switch {
	case err != nil:
		return err
	case binary && skip:
		return nil
	case binary:
		return p.to.add(Addition{Path: e.path, Binary: true, Blob: e.blob, TypeChange: e.status == "T"})
	}
	for p.at("@@ -") {
		if err := p.hunk(e, skip); err != nil {
			return err
		}
	}
	return nil
}

const binaryLine = "Binary files "

// What a file's header consists of between its first line and its hunks.
var headerLines = []string{
	binaryLine,
	"index ", "--- ", "+++ ", "new file mode ", "old mode ", "new mode ", "deleted file mode ", "similarity index ",
	"dissimilarity index ", "rename from ", "rename to ", "copy from ", "copy to ",
}

// header reads the lines ahead of a file's hunks. Names are quoted there, so that each is one line; the list has told them.
func (p *parser) header(e *entry) (binary bool, err error) {
	line, err := p.line()
	if err != nil {
		return false, err
	}
	if !bytes.HasPrefix(line, []byte("diff --git ")) {
		return false, errOutput
	}
	for {
		kind := ""
		for _, k := range headerLines {
			if p.at(k) {
				kind = k
				break
			}
		}
		if kind == "" {
			return false, nil
		}
		if line, err = p.line(); err != nil {
			return false, err
		}
		switch {
		case kind == "index " && !indexes(line, e):
			return false, errOutput
		case kind == binaryLine:
			return true, nil
		}
	}
}

// indexes reports whether an index line is that of an entry.
func indexes(line []byte, e *entry) bool {
	ids, _, _ := bytes.Cut(line[len("index "):], []byte{' '})
	return string(ids) == e.old[0].blob+".."+e.blob
}

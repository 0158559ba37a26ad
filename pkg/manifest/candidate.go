package manifest

import (
	"bytes"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/compose"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/pipeline"
)

// maxDocuments is how many documents a file may have and still be parsed: it takes long to see that one is broken.
const maxDocuments = 10_000

// candidate tells, cheaply, whether the text is worth parsing as YAML or JSON.
func (s *subject) candidate() bool {
	if s.name.quotes && !s.allOpen() {
		return false
	}
	if bytes.IndexByte(s.text[:min(len(s.text), 1024)], 0) >= 0 && !s.name.data {
		return false // binary
	}
	if bytes.Contains(s.text, kind) && (bytes.Contains(s.text, apiVersion) || bytes.Contains(s.text, containers)) {
		return true
	}
	if compose.Named(s.name.path) || compose.MayHaveServices(s.text) || s.name.isKustomization() {
		return true
	}
	if s.name.data && s.name.ext != ".json" && (s.name.isChart() || pipeline.System(s.name.path) != "" || mayBePipeline(s.text)) {
		return true
	}
	return hidesKeys(s.text) && s.anyOpens()
}

// mayBePipeline looks for the words one of which every workflow has.
func mayBePipeline(src []byte) bool {
	for _, word := range []string{"jobs", "script", "steps", "stages"} {
		if bytes.Contains(src, []byte(word)) {
			return true
		}
	}
	return false
}

// hidesKeys tells whether a key may be written so that its letters do not show: by number, over a line break, encoded
// under a tag.
func hidesKeys(src []byte) bool {
	if bytes.IndexByte(src, '\\') >= 0 && (escapes(src) || bytes.Contains(src, []byte("\\\n")) || bytes.Contains(src, []byte("\\\r"))) {
		return true
	}
	if bytes.IndexByte(src, '!') < 0 {
		return false
	}
	return bytes.Contains(src, []byte("!!b")) || bytes.Contains(src, []byte("!!%")) || bytes.Contains(src, []byte("!<")) ||
		bytes.Contains(src, []byte("%TAG"))
}

// anyOpens reports whether some document of the text may be a mapping.
func (s *subject) anyOpens() bool {
	return slices.ContainsFunc(document.Split(s.text), func(c document.Chunk) bool {
		return !c.Blank && opens(s.text[c.Start:c.End])
	})
}

// allOpen reports whether every document of the text may be a mapping, as no page's or program's are.
func (s *subject) allOpen() bool {
	return opens(s.text) && !slices.ContainsFunc(document.Split(s.text), func(c document.Chunk) bool {
		return !c.Blank && !opens(s.text[c.Start:c.End])
	})
}

// opens reports whether a document may be a mapping or a list: its first line of content begins with a bracket, or has
// what can be a key.
func opens(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	for len(text) > 0 {
		line, rest := cutLine(text)
		text = rest
		line = bytes.TrimLeft(line, " \t")
		if after, ok := bytes.CutPrefix(line, []byte("---")); ok {
			line = bytes.TrimLeft(after, " \t")
		}
		if len(line) == 0 || line[0] == '#' || line[0] == '%' {
			continue
		}
		switch line[0] {
		case '{', '[', '?', '&', '!':
			return true
		}
		i := bytes.IndexByte(line, ':')
		for i >= 0 && i+1 < len(line) && line[i+1] != ' ' && line[i+1] != '\t' {
			next := bytes.IndexByte(line[i+1:], ':')
			if next < 0 {
				return false
			}
			i += 1 + next
		}
		return i >= 0
	}
	return false
}

// templated reports whether apiVersion and kind both begin lines, as they do in a template of a manifest.
func templated(text string) bool {
	found := 0
	for len(text) > 0 {
		line := text
		if n := strings.IndexByte(text, '\n'); n >= 0 {
			line, text = text[:n], text[n+1:]
		} else {
			text = ""
		}
		switch line = strings.TrimPrefix(line, "\uFEFF"); {
		case startsKey(line, "apiVersion"):
			found |= 1
		case startsKey(line, "kind"):
			found |= 2
		}
	}
	return found == 3
}

// startsKey reports whether a line begins with a key, in quotes or not.
func startsKey(line, key string) bool {
	quote := ""
	if line != "" && (line[0] == '"' || line[0] == '\'') {
		quote = line[:1]
	}
	rest, ok := strings.CutPrefix(line, quote+key+quote)
	return ok && strings.HasPrefix(strings.TrimLeft(rest, " \t"), ":")
}

// cutLine returns the first line of a text without its break, and what follows.
func cutLine(text []byte) (line, rest []byte) {
	n := bytes.IndexByte(text, '\n')
	if n < 0 {
		return text, nil
	}
	return bytes.TrimSuffix(text[:n], []byte("\r")), text[n+1:]
}

// blank reports whether a text is empty but for white space and a byte order mark.
func blank(text []byte) bool {
	return len(bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF")))) == 0
}

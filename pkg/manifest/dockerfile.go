package manifest

import (
	"bytes"
	"strings"
)

// dockerfile reports whether the text is a Dockerfile: build instructions from the first line to the last, beginning with
// FROM, or with the ARGs of one. With a Dockerfile's name a single FROM is enough.
func (s *subject) dockerfile() bool {
	text := bytes.TrimPrefix(s.text, []byte("\xEF\xBB\xBF"))
	if s.name.isDockerfile() {
		return hasFrom(text)
	}
	if !beginsBuild(text) {
		return false
	}
	f := buildFile{rest: text, escape: '\\'}
	return f.read()
}

// hasFrom reports whether some line is a FROM, or the first a directive that brings in another language for the file.
func hasFrom(text []byte) bool {
	if directive(text, "syntax") != "" {
		return true
	}
	for len(text) > 0 {
		line, rest := cutLine(text)
		text = rest
		if word, arguments := instruction(line); word == "FROM" && arguments != "" {
			return true
		}
	}
	return false
}

// beginsBuild is a quick look at the first line that is no comment.
func beginsBuild(text []byte) bool {
	for len(text) > 0 {
		line, rest := cutLine(text)
		text = rest
		line = bytes.TrimLeft(line, " \t")
		if len(line) == 0 || line[0] == '#' || isTag(line) {
			continue
		}
		return len(line) > 4 && (bytes.EqualFold(line[:4], []byte("FROM")) || bytes.EqualFold(line[:4], []byte("ARG ")))
	}
	return false
}

// directive returns the value of a parser directive, which stands in a comment above everything else.
func directive(text []byte, name string) string {
	for len(text) > 0 {
		line, rest := cutLine(text)
		text = rest
		comment, ok := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("#"))
		if !ok {
			return ""
		}
		key, value, ok := strings.Cut(string(comment), "=")
		if !ok {
			return ""
		}
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// isTag reports whether a line belongs to the template around a Dockerfile.
func isTag(line []byte) bool {
	return bytes.HasPrefix(line, []byte("{{")) || bytes.HasPrefix(line, []byte("{%")) || bytes.HasPrefix(line, []byte("{#"))
}

// buildFile reads a Dockerfile instruction by instruction.
type buildFile struct {
	rest   []byte
	escape byte // what continues a line
}

// instructions are all there are, after https://docs.docker.com/reference/dockerfile/.
var instructions = set("ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR")

func (f *buildFile) read() bool {
	if directive(f.rest, "escape") == "`" {
		f.escape = '`'
	}
	from, other := false, false
	for len(f.rest) > 0 {
		line, rest := cutLine(f.rest)
		trimmed := bytes.TrimLeft(line, " \t")
		if len(trimmed) == 0 || trimmed[0] == '#' || isTag(trimmed) {
			f.rest = rest
			continue
		}
		text := f.logical()
		word, arguments := instruction(text)
		switch {
		case !instructions[word] || arguments == "":
			return false
		case word == "FROM":
			if !image(arguments) {
				return false
			}
			from = true
		case !from && word != "ARG":
			return false
		case word != "ARG" || from:
			other = true
		}
		if word == "RUN" || word == "COPY" || word == "ADD" {
			f.heredocs(text)
		}
	}
	return from && other
}

// logical takes one instruction with its continued lines. Comments and empty lines between them belong to it.
func (f *buildFile) logical() []byte {
	var out []byte
	for len(f.rest) > 0 {
		line, rest := cutLine(f.rest)
		f.rest = rest
		trimmed := bytes.TrimSpace(line)
		if len(out) > 0 && (len(trimmed) == 0 || trimmed[0] == '#') {
			continue
		}
		if len(trimmed) == 0 || trimmed[len(trimmed)-1] != f.escape {
			return append(out, trimmed...)
		}
		out = append(append(out, trimmed[:len(trimmed)-1]...), ' ')
	}
	return out
}

// heredocs skips the here documents an instruction begins: RUN <<EOF.
func (f *buildFile) heredocs(text []byte) {
	if !bytes.Contains(text, []byte("<<")) {
		return
	}
	for _, word := range strings.Fields(string(text)) {
		_, end, ok := strings.Cut(word, "<<")
		if end = strings.Trim(strings.TrimPrefix(end, "-"), `"'`); !ok || end == "" || end[0] == '<' {
			continue
		}
		for len(f.rest) > 0 {
			line, rest := cutLine(f.rest)
			f.rest = rest
			if string(bytes.TrimLeft(line, "\t")) == end {
				break
			}
		}
	}
}

// instruction splits a line into the instruction, in capitals, and its arguments.
func instruction(line []byte) (word, arguments string) {
	line = bytes.TrimSpace(line)
	n := bytes.IndexAny(line, " \t")
	if n < 0 || n > len("HEALTHCHECK") {
		return "", ""
	}
	return strings.ToUpper(string(line[:n])), string(bytes.TrimSpace(line[n:]))
}

// image reports whether FROM's arguments are what they can be: an image, perhaps for a platform, perhaps with a name.
func image(arguments string) bool {
	if strings.Contains(arguments, "{{") || strings.Contains(arguments, "{%") || strings.Contains(arguments, "<%") {
		return true
	}
	words := strings.Fields(arguments)
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		words = words[1:]
	}
	return len(words) == 1 || len(words) == 3 && strings.EqualFold(words[1], "as")
}

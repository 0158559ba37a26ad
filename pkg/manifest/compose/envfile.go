package compose

import (
	"bufio"
	"bytes"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// dotenv reads the variables of an env file into vars when the file exists. outer are the variables that win over it.
func (l *assembler) dotenv(name string, vars, outer variables) {
	if !l.src.has(name) {
		return
	}
	data, err := l.src.read(name)
	if err == nil {
		err = parseEnv(data, vars, func(key string) (string, bool) { v, ok := outer[key]; return v, ok })
	}
	if err != nil {
		l.faults = append(l.faults, render.Fault{
			Path: name, Kind: render.Compose, Message: "is not an env file that can be read",
			Remedy: "write one NAME=value a line",
		})
	}
}

// parseEnv reads NAME=value lines as Docker Compose does. A variable without a value stays a reference, as in expand.
func parseEnv(data []byte, vars variables, lookup func(string) (string, bool)) error {
	raw := string(data)
	if strings.Contains(raw, "\x00") {
		return errors.New("binary file")
	}
	read := variables{}
	resolve := func(key string) (string, bool) {
		if v, ok := lookup(key); ok {
			return hide(v), true
		}
		if v, ok := read[key]; ok {
			return v, true
		}
		if v, ok := vars[key]; ok {
			return hide(v), true
		}
		// Only a reference that stands alone is kept: answering for ${key:-default} would hide the default.
		if strings.Contains(raw, "${"+key+"}") || bare(raw, key) {
			return open + key + "}", true
		}
		return "", false
	}
	err := dotenv.ParseWithFormat(bytes.NewReader(data), "env file", read, resolve, dotenv.DotEnv)
	for name, value := range read {
		vars[name] = strings.ReplaceAll(literal(value), open, "${")
	}
	return err
}

// open stands for the start of a reference that was kept, so that it can be told from a dollar and a brace that are text.
const open = "\x00{"

// hide turns a value as the rest of the package has it into one whose dollars are text and whose references are hidden.
func hide(s string) string {
	return strings.NewReplacer("$$", "$", "${", open).Replace(s)
}

// literal escapes the dollars of a text that would look like references.
func literal(s string) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if s[i] == '$' {
			b.WriteString(dollar(s[i+1:]))
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// bare reports whether $key stands somewhere without braces.
func bare(s, key string) bool {
	for {
		_, rest, ok := strings.Cut(s, "$"+key)
		if !ok {
			return false
		}
		if nameEnd(rest, 0) == 0 {
			return true
		}
		s = rest
	}
}

// parseRaw reads an env file of the format raw: what stands behind the equals sign is the value, quotes and all.
func parseRaw(data []byte, vars variables) {
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	lines.Buffer(nil, maxBytes)
	for lines.Scan() {
		line := strings.TrimLeft(lines.Text(), " \t")
		if line == "" || line[0] == '#' {
			continue
		}
		// A name alone takes its value from the machine, which a gate does not have.
		if name, value, ok := strings.Cut(line, "="); ok && name != "" {
			vars[strings.TrimRight(name, " \t")] = literal(value)
		}
	}
}

// origin is the line of a file that set a variable.
type origin struct {
	path string
	line int
	text string
}

var assignment = regexp.MustCompile(`^\s*(?:export\s+)?([A-Za-z0-9_.\-\[\]]+)\s*[=:]?`)

// origins finds the line that sets each variable of an env file; of several, the last.
func origins(name string, data []byte, into map[string]origin) {
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if n == 1 {
			line = strings.TrimPrefix(line, "\uFEFF")
		}
		if m := assignment.FindStringSubmatch(line); m != nil {
			into[m[1]] = origin{path: name, line: n, text: line}
		}
	}
}

// private reports whether an env file is one that is commonly kept out of the repository: .env, .env.local and the like.
// Its absence says nothing.
func private(name string) bool {
	base := path.Base(name)
	return base == ".env" || strings.HasPrefix(base, ".env.")
}

func (l *assembler) absentEnvFile(d *draft, at []any, name string) {
	if !private(name) {
		l.fault(d, at, "the env file does not exist", "commit it, name it .env, or set required: false")
	}
}

// fileVariables are the variables that env files or label files bring to a service, and where each was set.
type fileVariables struct {
	vars   variables
	origin map[string]origin
}

// serviceFiles reads the env_file or label_file entries of a service. own are its written variables, which env files may
// refer to.
func (l *assembler) serviceFiles(service map[string]any, key string, own variables, missing func(i int, message, remedy string)) fileVariables {
	out := fileVariables{vars: variables{}, origin: map[string]origin{}}
	entries, _ := service[key].([]any)
	for i, e := range entries {
		name, _ := e.(string)
		required, raw := true, false
		if long, ok := e.(map[string]any); ok {
			name, _ = long["path"].(string)
			if r, ok := long["required"].(bool); ok {
				required = r
			}
			raw = long["format"] == "raw"
		}
		if !l.src.has(name) {
			if required && !private(name) {
				missing(i, "the file does not exist", "commit it, or set required: false")
			}
			continue
		}
		data, err := l.src.read(name)
		if err != nil {
			missing(i, "the file cannot be read: "+plain(err), "")
			continue
		}
		if raw {
			parseRaw(data, out.vars)
		} else if err := parseEnv(data, out.vars, func(k string) (string, bool) {
			if v, ok := l.vars[k]; ok {
				return v, true
			}
			v, ok := own[k]
			return v, ok
		}); err != nil {
			missing(i, "the file is not one that can be read", "write one NAME=value a line")
		}
		l.consumed[name] = true
		origins(name, data, out.origin)
	}
	return out
}

// names returns the variables in order.
func (v variables) names() []string {
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

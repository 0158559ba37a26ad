package helm

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

var (
	// position is a place as Helm's errors give it. The column counts bytes of the instrumented text and is no use.
	position = regexp.MustCompile(`([^\s()"<>]+/templates/[^\s()"<>:]+):(\d+)(?::\d+)?`)
	quotedBy = regexp.MustCompile(`(cannot parse template|error during tpl function execution for) "(?:[^"\\]|\\.)*"`)
	layers   = regexp.MustCompile(`executing "[^"]*" at <[^>]*>: |error calling \w+: |error during tpl function execution for: |gotpl:\d+:\d+: |template: |execution error at \([^)]*\): |parse error at \([^)]*\): `)
	spaces   = regexp.MustCompile(`\s+`)
	named    = regexp.MustCompile(`(?i)pass|secret|token|key|credential|dsn|auth`)
)

// templateFault turns an error of the engine into a fault at the template's line.
func (v *variant) templateFault(out *output, err error) render.Fault {
	message := quotedBy.ReplaceAllString(err.Error(), "$1")
	f := v.source.fault("Chart.yaml", "", "run `helm template "+v.source.root+"` to see it in full")
	// The last place is where it happened, those before are how it got there.
	places := position.FindAllStringSubmatch(message, -1)
	for i := len(places) - 1; i >= 0; i-- {
		from, ok := out.origins[places[i][1]]
		if !ok || from.path == "" {
			continue
		}
		f.Path = from.path
		if n, err := strconv.Atoi(places[i][2]); err == nil && from.inner == "" {
			f.Range = v.source.lineRange(from.path, n)
		}
		break
	}
	required := strings.Contains(message, "execution error at")
	said := v.said(message)
	f.Message = v.prefix() + "cannot be rendered: " + out.mask(said)
	switch {
	case required || strings.Contains(said, "nil pointer"):
		f.Remedy = fmt.Sprintf("give the chart the values it needs: list a values file for %s under helm.values of %s", v.source.root, v.opt.Config)
	case strings.Contains(said, "nested reference name"), strings.Contains(said, "maximum template depth"):
		f.Message = v.prefix() + "cannot be rendered: templates include each other without end"
	}
	return f
}

// said reduces an error of the engine to what went wrong, without the layers it went through.
func (v *variant) said(message string) string {
	if i := strings.LastIndex(message, "\n"); i >= 0 && strings.TrimSpace(message[i:]) == "" {
		message = strings.TrimSpace(message)
	}
	if !strings.Contains(message, "execution error at") {
		if lines := strings.Split(message, "\n"); len(lines) > 1 {
			message = lines[len(lines)-1]
		}
	}
	message = layers.ReplaceAllString(message, "")
	message = position.ReplaceAllString(message, "")
	message = spaces.ReplaceAllString(message, " ")
	return strings.TrimSuffix(strings.Trim(message, " :"), " started at") // the place is the finding's own
}

// lineRange is the text of one line of a file, without its indentation.
func (s *source) lineRange(file string, n int) document.Range {
	text, ok := s.lines(file)
	if !ok || n < 1 || n > len(text) {
		return document.Range{}
	}
	return spanOf(n, text[n-1])
}

// spanOf is the range of a line's text.
func spanOf(n int, text string) document.Range {
	runes := []rune(strings.TrimRight(text, " \t\r"))
	start := 0
	for start < len(runes) && (runes[start] == ' ' || runes[start] == '\t') {
		start++
	}
	return document.Range{Start: document.Position{Line: n, Column: start + 1}, End: document.Position{Line: n, Column: len(runes) + 1}}
}

// loadFault is about a chart that cannot be read at all.
func (s *source) loadFault(err error) render.Fault {
	message := err.Error()
	file := "Chart.yaml"
	for _, name := range []string{"values.yaml", "Chart.lock", "requirements.yaml", "requirements.lock"} {
		if strings.Contains(message, "cannot load "+name) && !strings.Contains(message, "subchart") {
			file = name
		}
	}
	f := s.fault(file, "the chart cannot be read: "+firstLine(message), "")
	if s.archived() {
		return f
	}
	// The parser of this package says where, and never quotes the file.
	text, ok := s.lines(f.Path)
	if !ok {
		return f
	}
	if parsed := document.Parse(f.Path, []byte(strings.Join(text, "\n")), document.Options{}); len(parsed.Errors) > 0 {
		f.Message, f.Range, f.Remedy = "the chart cannot be read: "+parsed.Errors[0].Message, parsed.Errors[0].Range, parsed.Errors[0].Remedy
	}
	return f
}

// badValues is about a values file that is no YAML.
func (v *variant) badValues(data []byte) render.Fault {
	f := render.Fault{Path: v.values, Kind: render.Helm, Message: "is no valid values file"}
	if parsed := document.Parse(v.values, data, document.Options{}); len(parsed.Errors) > 0 {
		f.Message, f.Range, f.Remedy = parsed.Errors[0].Message, parsed.Errors[0].Range, parsed.Errors[0].Remedy
	}
	return f
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// secrets lists the values whose names say that no message may repeat them.
func secrets(values common.Values) []string {
	var out []string
	var visit func(name string, v any)
	visit = func(name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, child := range v {
				visit(k, child)
			}
		case common.Values:
			for k, child := range v {
				visit(k, child)
			}
		case []any:
			for _, child := range v {
				visit(name, child)
			}
		case string:
			if len(v) > 3 && named.MatchString(name) {
				out = append(out, v)
			}
		}
	}
	visit("", values)
	return out
}

// mask takes secret values out of a message. A template's own message may repeat anything.
func (o *output) mask(message string) string {
	for _, s := range o.secrets {
		message = strings.ReplaceAll(message, s, "***")
	}
	return message
}

package plan

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// Bounds on counts, a multiple of what the largest plans in the wild have.
const (
	maxProperties = 1000    // at the top level
	maxEntries    = 250_000 // in all lists of changes together, and calls of modules
)

// known are the top-level properties that plans of format 0.1 to 1.2 have. The value tells whether nothing but a plan has
// them.
var known = map[string]bool{
	"format_version": false, "terraform_version": false, "timestamp": false, "checks": false,
	"variables": true, "planned_values": true, "proposed_unknown": true, "resource_changes": true, "resource_drift": true,
	"deferred_changes": true, "deferred_action_invocations": true, "action_invocations": true, "output_changes": true,
	"prior_state": true, "configuration": true, "relevant_attributes": true,
	"applyable": true, "complete": true, "errored": true,
}

// top is a plan split into its properties, and the lists of changes into their entries.
type top struct {
	document
	values                   map[string]span // of the properties, by name
	unknown                  []string
	changes, drift, deferred []span
}

// split checks the bytes to be one JSON object and a plan, and cuts it into pieces.
func split(data []byte) (*top, *Error) {
	if refused := foreign(data); refused != nil {
		return nil, refused
	}
	s := &scanner{data: data}
	start := s.space(0)
	if start == len(data) || data[start] != '{' {
		return nil, notObject(data, start)
	}
	t := &top{document: data, values: map[string]span{}}
	end := t.scan(s, start)
	if end >= 0 {
		end = s.space(end)
	}
	_, log := t.values["@message"]
	switch {
	case log:
		return nil, refuse(-1, "save the plan with terraform plan -out=FILE, then "+showPlan, "these are the log lines of terraform plan -json, not a plan")
	case end < 0:
		return nil, s.refusal()
	case end < len(data):
		return nil, refuse(end, showAgain, "something stands behind the plan")
	}
	if refused := t.foreign(); refused != nil {
		return nil, refused
	}
	return t, t.lists()
}

// scan goes through the top level, like scanner.object, and fills values even when a fault ends it.
func (t *top) scan(s *scanner, start int) int {
	var all []member
	end := s.object(start, 0, &all)
	for _, m := range all {
		name := string(t.name(m.key))
		if _, twice := t.values[name]; twice && end >= 0 {
			if _, ok := known[name]; !ok {
				name = "a property"
			}
			return s.fail(int(m.key.s), name+" stands twice at the top level")
		}
		t.values[name] = m.value
	}
	return end
}

// refusal words the fault.
func (s *scanner) refusal() *Error {
	switch {
	case s.fault == faultEnd && len(s.data) == 1<<16:
		return refuse(s.at, "call the tool without its wrapper (terraform_wrapper: false)", "the plan is truncated after exactly 65,536 bytes, where wrappers of the tool cut its output")
	case s.fault == faultEnd:
		return refuse(s.at, showAgain, "the plan is truncated")
	case s.fault == faultMany:
		return refuse(s.at, showPlan, "%s", s.fault)
	case s.fault == faultDeep:
		return refuse(s.at, "flatten the value that nests so deep", "%s", s.fault)
	case strings.HasSuffix(s.fault, "at the top level"):
		return refuse(s.at, showAgain, "%s", s.fault)
	}
	return refuse(s.at, showPlan, "this is not JSON: %s", s.fault)
}

// lists cuts the lists of changes into entries.
func (t *top) lists() *Error {
	total := 0
	into := []*[]span{&t.changes, &t.drift, &t.deferred}
	for i, name := range []string{"resource_changes", "resource_drift", "deferred_changes"} {
		v := t.values[name]
		if !t.present(v) {
			continue
		}
		if t.kind(v) != '[' {
			return refuse(int(v.s), showAgain, "%s is not a list", name)
		}
		for e := range t.elements(v) {
			if total++; total > maxEntries {
				return refuse(int(e.s), "split the root module", "the plan has more than %d changes", maxEntries)
			}
			*into[i] = append(*into[i], e)
		}
	}
	for name := range t.values {
		if _, ok := known[name]; !ok {
			t.unknown = append(t.unknown, name)
		}
	}
	slices.Sort(t.unknown)
	for _, name := range t.unknown {
		for k := range known {
			// Other readers fold case, and would find changes where this one finds none.
			if strings.EqualFold(k, name) {
				return refuse(int(t.values[name].s), showAgain, "%s is spelt with other letters", k)
			}
		}
	}
	return nil
}

// header reads what the plan says of itself.
func (t *top) header() (*Plan, *Error) {
	p := &Plan{}
	for _, name := range []string{"format_version", "terraform_version", "timestamp"} {
		if v := t.values[name]; t.present(v) && t.kind(v) != '"' {
			return nil, refuse(int(v.s), showAgain, "%s is not a string", name)
		}
	}
	p.FormatVersion, p.TerraformVersion = t.text(t.values["format_version"]), t.text(t.values["terraform_version"])
	if refused := checkFormat(p.FormatVersion, t.values["format_version"]); refused != nil {
		return nil, refused
	}
	into := []**bool{&p.Applyable, &p.Complete, &p.Errored}
	for i, name := range []string{"applyable", "complete", "errored"} {
		v := t.values[name]
		switch t.kind(v) {
		case 't', 'f':
			b := t.kind(v) == 't'
			*into[i] = &b
		case 0, 'n':
		default:
			return nil, refuse(int(v.s), showAgain, "%s is neither true nor false", name)
		}
	}
	if v := t.values["timestamp"]; t.present(v) {
		at, err := time.Parse(time.RFC3339, t.text(v))
		if err != nil {
			return nil, refuse(int(v.s), showAgain, "timestamp is not a time of RFC 3339")
		}
		p.Timestamp = at.UTC()
	}
	for _, name := range mapped {
		if v := t.values[name]; t.present(v) && t.kind(v) != '{' {
			return nil, refuse(int(v.s), showAgain, "%s is not an object", name)
		}
	}
	return p, nil
}

// mapped are the properties whose secrets are read, and which must be objects for that.
var mapped = []string{"variables", "planned_values", "prior_state", "configuration", "output_changes"}

// checkFormat refuses other majors than 0 and 1, as the format prescribes.
func checkFormat(version string, v span) *Error {
	major, minor, _ := strings.Cut(version, ".")
	switch {
	case v.e == 0 || version == "":
		return refuse(-1, showAgain, "format_version is missing")
	case !digits(major) || !digits(strings.ReplaceAll(minor, ".", "")) && version != major:
		return refuse(int(v.s), showAgain, "format_version is no version")
	case strings.TrimLeft(major, "0") != "" && strings.TrimLeft(major, "0") != "1":
		return refuse(int(v.s), "update cdbgate, or use the tool's older release", "format_version %.20s is not supported, 0 and 1 are", version)
	}
	return nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func notObject(data []byte, start int) *Error {
	if start == len(data) {
		return refuse(-1, showAgain, "the file is empty")
	}
	s := &scanner{data: data}
	if end := s.value(start, 0); end >= 0 && s.space(end) == len(data) {
		return refuse(start, showPlan, "the plan is a JSON object, and this is something else")
	}
	if bytes.HasPrefix(data, []byte("[command]")) {
		return refuse(0, "call the tool without its wrapper (terraform_wrapper: false)", "a wrapper of the tool has written into the plan")
	}
	return refuse(start, showPlan, "this is not JSON: an opening brace is expected")
}

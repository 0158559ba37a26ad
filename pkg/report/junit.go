package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// junitWriter writes JUnit XML as CI systems read it: a suite for every gate, in it a case for every rule and file that
// rule struck, one for every rule that found nothing, and one for what the gate could not judge.
//
// A case fails exactly when its findings reach the threshold, so that a CI system counts as the exit status does. Findings
// below it are the passing case's output.
type junitWriter struct{ opt Options }

type (
	junitSuites struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     string        `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Skipped  int           `xml:"skipped,attr"`
		Time     string        `xml:"time,attr"`
		Suites   []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"`

		Properties *junitProperties `xml:"properties"`
		Cases      []*junitCase     `xml:"testcase"`
	}
	// junitProperties say what the run's verdict rests on.
	junitProperties struct {
		List []junitProperty `xml:"property"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string       `xml:"name,attr"`
		Class     string       `xml:"classname,attr"`
		File      string       `xml:"file,attr,omitempty"`
		Line      int          `xml:"line,attr,omitempty"`
		Time      string       `xml:"time,attr"`
		Failure   *junitDetail `xml:"failure"`
		Error     *junitDetail `xml:"error"`
		Skipped   *junitDetail `xml:"skipped"`
		SystemOut *junitText   `xml:"system-out"`
	}
	junitDetail struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		junitText
	}
	// junitText is escaped already, so that its line breaks stay line breaks.
	junitText struct {
		Text string `xml:",innerxml"`
	}
)

// junitSummary bounds the message attribute; the element's text has the rest.
const junitSummary = 512

func (j junitWriter) Write(w io.Writer, r *finding.Report) error {
	all := junitSuites{Name: visible(orUnnamed(r.Tool.Name))}
	var ms int64
	for _, g := range suites(r) {
		suite := j.suite(g, r)
		all.Suites = append(all.Suites, suite)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
		ms += g.DurationMS
	}
	all.Time = seconds(ms)
	out, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, out)
	return err
}

// suites lists the gates, and behind them any that only findings speak of: no finding may go missing.
func suites(r *finding.Report) []finding.GateResult {
	gates := slices.Clone(r.Gates)
	known := map[string]bool{}
	for _, g := range gates {
		known[g.Name] = true
	}
	for i := range r.Findings {
		if name := r.Findings[i].Gate; !known[name] {
			known[name] = true
			gates = append(gates, finding.GateResult{Name: name, Status: finding.Fail})
		}
	}
	return gates
}

func (j junitWriter) suite(g finding.GateResult, r *finding.Report) *junitSuite {
	class := visible(orUnnamed(g.Name))
	s := &junitSuite{Name: class, Time: seconds(g.DurationMS), Properties: &junitProperties{}}
	for _, line := range scope(r, true) {
		s.Properties.List = append(s.Properties.List, junitProperty{Name: line.label, Value: visible(line.text)})
	}
	if len(s.Properties.List) == 0 {
		s.Properties = nil
	}
	switch {
	case g.Status == finding.Skipped:
		s.add(&junitCase{Name: "evaluation", Class: class, Skipped: &junitDetail{Message: visible(reasonOf(g))}})
	case gateIncomplete(g):
		s.add(&junitCase{Name: "evaluation", Class: class, Error: &junitDetail{Message: visible(reasonOf(g)), Type: "incomplete"}})
	}
	struck := map[string]bool{}
	for _, c := range casesOf(g.Name, r) {
		struck[c[0].Rule] = true
		s.add(j.failing(class, c))
	}
	for i := range r.Rules {
		rule := &r.Rules[i]
		asked := rule.Gate == g.Name && g.Status != finding.Skipped
		if asked && !struck[rule.ID] && !rule.Incomplete {
			s.add(&junitCase{Name: visibleText(rule.ID + " " + rule.Title), Class: class})
		}
	}
	if len(s.Cases) == 0 {
		s.add(&junitCase{Name: "evaluation", Class: class}) // CI systems hide or warn about a suite without cases
	}
	return s
}

func (s *junitSuite) add(c *junitCase) {
	c.Time = seconds(0)
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// casesOf gathers a gate's findings by rule and file, in the order they first appear.
func casesOf(gate string, r *finding.Report) [][]*finding.Finding {
	type key struct{ rule, path string }
	index := map[key]int{}
	var cases [][]*finding.Finding
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Gate != gate {
			continue
		}
		k := key{f.Rule, pathOf(f)}
		at, ok := index[k]
		if !ok {
			at = len(cases)
			index[k] = at
			cases = append(cases, nil)
		}
		cases[at] = append(cases[at], f)
	}
	return cases
}

func (j junitWriter) failing(class string, findings []*finding.Finding) *junitCase {
	first := findings[0]
	c := &junitCase{Name: visibleText(first.Rule + " " + first.Title), Class: class}
	if path := pathOf(first); path != "" {
		c.Name += ": " + visible(path)
		c.File = visible(path)
		c.Line = spanOf(first.Location).startLine
	}
	var text bytes.Buffer
	reached := false
	for _, f := range findings {
		reached = reached || fails(f, j.opt.FailOn)
		text.WriteByte('\n')
		escapeXML(&text, findingLine(f))
	}
	if remedy := visibleLines(first.Remediation); remedy != "" {
		text.WriteByte('\n')
		escapeXML(&text, "fix: "+remedy)
	}
	text.WriteByte('\n')
	detail := &junitDetail{Type: string(severityOf(first)), junitText: junitText{text.String()}}
	detail.Message = visible(clip(messageOf(first), junitSummary))
	if more := len(findings) - 1; more > 0 {
		detail.Message += fmt.Sprintf(" (and %d more)", more)
	}
	switch {
	case Unevaluated(first):
		detail.Type = "incomplete"
		c.Error = detail
	case reached:
		c.Failure = detail
	default:
		c.SystemOut = &detail.junitText
	}
	return c
}

// findingLine words a finding on one line, as the text format does.
func findingLine(f *finding.Finding) string {
	var p printer
	p.finding(f)
	line := string(p.buf)
	if f.Resource != "" {
		line += " in " + visible(clip(f.Resource, maxMessage))
	}
	return line
}

// escapeXML escapes for XML 1.0. What XML cannot hold at all was made visible before, or becomes U+FFFD here.
func escapeXML(b *bytes.Buffer, s string) {
	_ = xml.EscapeText(b, []byte(s)) // a bytes.Buffer takes everything
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }

package report

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// sarifWriter writes SARIF 2.1.0 (OASIS, 2020) as GitHub code scanning wants it: one run, one result a finding.
type sarifWriter struct{ opt Options }

// GitHub's limits: it refuses a run with more results than sarifResults and shows the first sarifShown, it shows ten tags
// a rule. See "SARIF results exceed one or more limits" in its documentation.
const (
	sarifResults = 25_000
	sarifShown   = 5_000
	sarifTags    = 10

	// sarifPlaceless bounds how many findings without a file are told as notifications.
	sarifPlaceless = 100
)

func (s sarifWriter) Write(w io.Writer, r *finding.Report) error {
	rules, index := sarifRules(r)
	order := bySeverity(r)
	cut := max(len(order)-sarifResults, 0)
	results := make([]sarifResult, 0, len(order)-cut)
	for _, i := range order[:len(order)-cut] {
		f := &r.Findings[i]
		results = append(results, resultOf(f, index[f.Rule]))
	}
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name:            orUnnamed(r.Tool.Name),
			Version:         r.Tool.Version,
			SemanticVersion: semanticVersion(r.Tool.Version),
			InformationURI:  projectURL,
			Rules:           rules,
		}},
		AutomationDetails:  &sarifAutomation{ID: automationID(r)},
		Invocations:        []sarifInvocation{s.invocation(r, index, cut)},
		OriginalURIBaseIDs: map[string]sarifBase{srcRoot: {Description: sarifMessage{Text: "The root of the repository."}}},
		ColumnKind:         "unicodeCodePoints",
		Results:            results,
		Properties: map[string]string{
			"head": r.Repository.Head, "base": r.Repository.Base, "trusted": r.Repository.Trusted,
			"policy": r.Policy.Source, "policyDigest": r.Policy.Digest, "mode": string(r.Mode),
			"headCommit": r.Repository.HeadCommit, "baseRef": r.Repository.BaseRef,
			"config": r.Config.Source, "configDigest": r.Config.Digest,
		},
	}
	out, err := marshalJSON(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// srcRoot is the base that every path is relative to, by the name GitHub knows it by.
const srcRoot = "%SRCROOT%"

// automationID keeps runs of single gates apart: an upload replaces the alerts of the last one with the same ID.
func automationID(r *finding.Report) string {
	if len(r.Gates) == 1 && r.Gates[0].Name != "" {
		return "cdbgate/" + visible(r.Gates[0].Name) + "/"
	}
	return "cdbgate/"
}

// semanticVersion returns a version without its "v" when it is one, "" otherwise ("dev").
func semanticVersion(version string) string {
	v := strings.TrimPrefix(version, "v")
	core, _, _ := strings.Cut(strings.ReplaceAll(v, "+", "-"), "-")
	parts := strings.Split(core, ".")
	if len(parts) != 3 {
		return ""
	}
	for _, part := range parts {
		if part == "" || strings.Trim(part, "0123456789") != "" {
			return ""
		}
	}
	return v
}

// bySeverity orders the findings' indices worst first, keeping the report's order within a severity: what a reader cuts off
// at the end is then what matters least.
func bySeverity(r *finding.Report) []int {
	order := make([]int, 0, len(r.Findings))
	for _, sev := range severities {
		for i := range r.Findings {
			if severityOf(&r.Findings[i]) == sev {
				order = append(order, i)
			}
		}
	}
	return order
}

func resultOf(f *finding.Finding, rule int) sarifResult {
	res := sarifResult{
		RuleID:    f.Rule,
		RuleIndex: rule,
		Level:     string(severityOf(f)),
		Message:   sarifMessage{Text: plainSARIF(messageOf(f))},
	}
	if f.Fingerprint != "" {
		res.PartialFingerprints = map[string]string{"cdbgate/v1": f.Fingerprint}
	}
	properties := sarifProperties{Gate: f.Gate, Clauses: f.Clauses}
	if pathOf(f) == "" {
		// GitHub refuses a whole file over one location that has only a logical part.
		properties.Resource = f.Resource
	} else {
		res.Locations = []sarifLocation{locationOf(f)}
	}
	res.Properties = &properties
	return res
}

func locationOf(f *finding.Finding) sarifLocation {
	loc := sarifLocation{PhysicalLocation: sarifPhysical{
		ArtifactLocation: sarifArtifact{URI: pathURI(f.Location.Path), URIBaseID: srcRoot},
	}}
	if at := spanOf(f.Location); at.startLine > 0 {
		region := sarifRegion{StartLine: at.startLine, StartColumn: at.startColumn, EndLine: at.endLine, EndColumn: at.endColumn}
		loc.PhysicalLocation.Region = &region
	}
	if f.Resource != "" {
		name := visible(f.Resource)
		loc.LogicalLocations = []sarifLogical{{FullyQualifiedName: name, Kind: "resource"}}
	}
	return loc
}

// pathURI turns a repository path into a relative URI reference. A colon is encoded too, since in the first segment it would
// end a scheme.
func pathURI(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = strings.ReplaceAll(url.PathEscape(segment), ":", "%3A")
	}
	uri := strings.Join(segments, "/")
	if strings.HasPrefix(uri, "/") {
		return "." + uri // two slashes would name a host
	}
	return uri
}

// plainSARIF makes repository text inert in a message: readers render [text](target) there as a link.
func plainSARIF(s string) string { return strings.ReplaceAll(visible(s), "](", "] (") }

// invocation says whether the run could judge everything and, as notifications, what its results do not show.
func (s sarifWriter) invocation(r *finding.Report, index map[string]int, cut int) sarifInvocation {
	inv := sarifInvocation{ExecutionSuccessful: true, ExitCode: Verdict(r, s.opt.FailOn).ExitCode()}
	note := func(level finding.Severity, text string) {
		inv.Notifications = append(inv.Notifications, sarifNotification{Level: string(level), Message: sarifMessage{Text: text}})
	}
	for _, g := range r.Gates {
		if gateIncomplete(g) {
			inv.ExecutionSuccessful = false
			note(finding.Error, plainSARIF(orUnnamed(g.Name)+" is incomplete: "+reasonOf(g)))
		}
	}
	placeless := 0
	for i := range r.Findings {
		f := &r.Findings[i]
		if Unevaluated(f) {
			inv.ExecutionSuccessful = false
		}
		if pathOf(f) != "" {
			continue
		}
		if placeless++; placeless <= sarifPlaceless {
			note(severityOf(f), plainSARIF(fmt.Sprintf("%s (%s, names no file)", clip(messageOf(f), maxMessage), f.Rule)))
			last := &inv.Notifications[len(inv.Notifications)-1]
			last.AssociatedRule = &sarifRuleRef{ID: f.Rule, Index: index[f.Rule]}
		}
	}
	if placeless > sarifPlaceless {
		note(finding.Error, fmt.Sprintf("%d more findings name no file; see the results.", placeless-sarifPlaceless))
	}
	if cut > 0 {
		note(finding.Error, fmt.Sprintf("%d findings were left out, the least severe ones: GitHub refuses more than %d results. "+
			"The JSON report has all of them.", cut, sarifResults))
	}
	if len(r.Findings) > sarifShown {
		note(finding.Warning, fmt.Sprintf("There are %d findings; GitHub code scanning keeps %d of a run, so the most severe come first.",
			len(r.Findings), sarifShown))
	}
	for _, flag := range r.Weakened {
		note(finding.Warning, plainSARIF("weakened: "+flag))
	}
	for _, text := range r.Repository.Notes {
		note(finding.Note, plainSARIF(text))
	}
	return inv
}

// sarifRules describes the catalogue, and every rule that found something without being in it, sorted by ID, and tells each
// one's index.
func sarifRules(r *finding.Report) ([]sarifRule, map[string]int) {
	byID := map[string]finding.Rule{}
	for _, rule := range r.Rules {
		byID[rule.ID] = rule
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if _, ok := byID[f.Rule]; !ok {
			byID[f.Rule] = finding.Rule{
				ID: f.Rule, Gate: f.Gate, Title: f.Title, Severity: f.Severity, Clauses: f.Clauses, Remediation: f.Remediation,
			}
		}
	}
	rules := make([]sarifRule, 0, len(byID))
	for _, rule := range byID {
		rules = append(rules, describeRule(rule))
	}
	slices.SortFunc(rules, func(a, b sarifRule) int { return strings.Compare(a.ID, b.ID) })
	index := make(map[string]int, len(rules))
	for i, rule := range rules {
		index[rule.ID] = i
	}
	return rules, index
}

func describeRule(rule finding.Rule) sarifRule {
	title := visibleText(rule.Title)
	if title == "" {
		title = visible(rule.ID)
	}
	description := visibleLines(rule.Description)
	if description == "" {
		description = title
	}
	help := description
	markdown := description
	if remedy := visibleLines(rule.Remediation); remedy != "" {
		help += "\n\nHow to fix it: " + remedy
		markdown += "\n\n**How to fix it:** " + remedy
	}
	page := rulePages + url.PathEscape(rule.ID) + ".md"
	severity := severityOf(&finding.Finding{Severity: rule.Severity})
	problem := string(severity)
	if severity == finding.Note {
		problem = "recommendation"
	}
	return sarifRule{
		ID:                   rule.ID,
		ShortDescription:     sarifMessage{Text: title},
		FullDescription:      sarifMessage{Text: description},
		Help:                 sarifHelp{Text: help, Markdown: markdown + "\n\n[" + visible(rule.ID) + "](" + page + ")"},
		HelpURI:              page,
		DefaultConfiguration: sarifConfiguration{Level: string(severity)},
		Properties:           sarifRuleProperties{Tags: ruleTags(rule), ProblemSeverity: problem, Precision: "very-high"},
	}
}

// ruleTags lists the gate and the policy's clauses, each once.
func ruleTags(rule finding.Rule) []string {
	tags := []string{}
	for _, tag := range append([]string{rule.Gate}, rule.Clauses...) {
		if tag = visible(tag); tag != "" && !slices.Contains(tags, tag) && len(tags) < sarifTags {
			tags = append(tags, tag)
		}
	}
	return tags
}

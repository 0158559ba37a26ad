package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// gitlabWriter writes a GitLab Code Quality report: the subset of Code Climate's issues that its merge request widget reads.
type gitlabWriter struct{}

type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path      string           `json:"path"`
	Lines     gitlabLines      `json:"lines"`
	Positions *gitlabPositions `json:"positions,omitempty"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end,omitempty"`
}

type gitlabPositions struct {
	Begin gitlabPosition  `json:"begin"`
	End   *gitlabPosition `json:"end,omitempty"`
}

type gitlabPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// placeless is the path of an issue that is about no file. The format demands one; the repository's root is the only thing
// certain to be there.
const placeless = "."

func (gitlabWriter) Write(w io.Writer, r *finding.Report) error {
	issues := make([]gitlabIssue, 0, len(r.Findings))
	seen := make(map[string]int, len(r.Findings))
	for _, g := range r.Gates {
		if gateIncomplete(g) {
			// The widget knows nothing but issues, and a gate that could not judge must not look like one that passed.
			issues = append(issues, gitlabIssue{
				Description: visible(orUnnamed(g.Name) + " is incomplete: " + reasonOf(g)),
				CheckName:   visible(orUnnamed(g.Name)),
				Fingerprint: unique(seen, hash("incomplete", g.Name)),
				Severity:    "blocker",
				Location:    gitlabLocation{Path: placeless, Lines: gitlabLines{Begin: 1}},
			})
		}
	}
	if r.Mode != "" {
		// Of no consequence, and the same in every run of that mode, so the widget shows it when the mode changes.
		issues = append(issues, gitlabIssue{
			Description: visible("cdbgate judged in " + string(r.Mode) + " mode"),
			CheckName:   "mode",
			Fingerprint: unique(seen, hash("mode", string(r.Mode))),
			Severity:    "info",
			Location:    gitlabLocation{Path: placeless, Lines: gitlabLines{Begin: 1}},
		})
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		issues = append(issues, gitlabIssue{
			Description: gitlabDescription(f),
			CheckName:   visible(f.Rule),
			Fingerprint: unique(seen, fingerprintOf(f)),
			Severity:    gitlabSeverity(f),
			Location:    gitlabPlace(f.Location),
		})
	}
	out, err := marshalJSON(issues)
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

func gitlabDescription(f *finding.Finding) string {
	text := visible(clip(messageOf(f), maxMessage))
	if f.Resource != "" {
		text += " in " + visible(clip(f.Resource, maxMessage))
	}
	if pathOf(f) == "" {
		text = visible(orUnnamed(f.Gate)) + ": " + text
	}
	if len(f.Clauses) > 0 {
		text += " (" + visible(strings.Join(f.Clauses, ", ")) + ")"
	}
	return text
}

// gitlabSeverity maps onto GitLab's five: what could not be evaluated blocks, since it may hide anything.
func gitlabSeverity(f *finding.Finding) string {
	if Unevaluated(f) {
		return "blocker"
	}
	switch severityOf(f) {
	case finding.Warning:
		return "major"
	case finding.Note:
		return "info"
	}
	return "critical"
}

func gitlabPlace(l *finding.Location) gitlabLocation {
	if l == nil || l.Path == "" {
		return gitlabLocation{Path: placeless, Lines: gitlabLines{Begin: 1}}
	}
	at := spanOf(l)
	place := gitlabLocation{Path: visible(l.Path), Lines: gitlabLines{Begin: max(at.startLine, 1)}}
	if at.endLine > 0 {
		place.Lines.End = at.lastLine()
	}
	if at.startColumn > 0 {
		place.Positions = &gitlabPositions{Begin: gitlabPosition{at.startLine, at.startColumn}}
		if at.endColumn > 0 {
			place.Positions.End = &gitlabPosition{at.endLine, at.endColumn}
		}
	}
	return place
}

// fingerprintOf returns the finding's fingerprint, or one made of the same things when it has none.
func fingerprintOf(f *finding.Finding) string {
	if f.Fingerprint != "" {
		return visible(f.Fingerprint)
	}
	return hash(f.Rule, pathOf(f), f.Resource, f.Message)
}

// unique tells repetitions of a fingerprint apart by their number: GitLab shows only one issue of each. The first keeps the
// fingerprint itself, so that it stays the same from run to run.
func unique(seen map[string]int, fingerprint string) string {
	seen[fingerprint]++
	for n := seen[fingerprint]; n > 1; n = seen[fingerprint] {
		next := hash(fingerprint, strconv.Itoa(n))
		if seen[next] == 0 {
			seen[next]++
			return next
		}
		seen[fingerprint]++
	}
	return fingerprint
}

func hash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

package report

import (
	"fmt"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// How much of a plan a screen or a summary shows; machine formats carry all.
const (
	maxPlanEntries    = 200
	maxPlanAttributes = 40
)

// planSigns are the signs by which terraform shows actions.
var planSigns = map[string]string{
	"create": "+", "update": "~", "delete": "-", "replace": "-/+", "replace-create-first": "+/-", "forget": ".", "create-forget": "+/.",
	"import": "&", "move": ">", "read": "<=",
}

// planWords words an entry's action.
func planWords(c *finding.ResourceChange) string {
	words := map[string]string{
		"create": "will be created", "update": "will be updated", "delete": "will be destroyed", "replace": "will be destroyed and created anew",
		"replace-create-first": "will be created anew, then the old one destroyed", "forget": "will no longer be managed",
		"create-forget": "will be created anew, and the old one no longer managed", "import": "will be imported", "move": "has moved", "read": "will be read",
	}[c.Action]
	if words == "" {
		words = c.Action
	}
	if c.Importing && c.Action != "import" {
		words += " (imported)"
	}
	if c.PreviousAddress != "" && c.PreviousAddress != c.Address {
		words += ", was " + c.PreviousAddress
	}
	if c.Reason != "" {
		words += " (" + c.Reason + ")"
	}
	return words
}

// planLine is one line of a plan as it is shown: a depth, a sign and a text that is not escaped yet.
type planLine struct {
	depth int
	sign  string
	text  string
}

// planLines words a plan in lines: what changes, and apart from that what has drifted.
func planLines(p *finding.Plan) []planLine {
	var out []planLine
	section := func(title string, list []finding.ResourceChange, drift bool) {
		if len(list) == 0 {
			return
		}
		out = append(out, planLine{1, "", title})
		for i := range list {
			if i == maxPlanEntries {
				out = append(out, planLine{2, "", fmt.Sprintf("and %d more", len(list)-i)})
				break
			}
			c := &list[i]
			sign, words := planSigns[c.Action], planWords(c)
			if drift {
				sign, words = "!", "is not as it was left"
				if c.Action == "delete" {
					words = "is gone"
				}
			}
			out = append(out, planLine{2, sign, c.Address + " " + words})
			for j, a := range c.Attributes {
				if j == maxPlanAttributes {
					break
				}
				out = append(out, planLine{3, "", attributeLine(&a)})
			}
			if more := max(len(c.Attributes)-maxPlanAttributes, 0) + c.More; more > 0 {
				out = append(out, planLine{3, "", fmt.Sprintf("and %d more attributes", more)})
			}
		}
	}
	section("changes", p.Changes, false)
	section("deferred", p.Deferred, false)
	section("outputs", p.Outputs, false)
	section("drift, found when the plan was made", p.Drift, true)
	return out
}

func attributeLine(a *finding.AttributeChange) string {
	switch {
	case a.Before == "":
		return "+ " + a.Path + " = " + a.After
	case a.After == "":
		return "- " + a.Path + " = " + a.Before
	}
	return "~ " + a.Path + " = " + a.Before + " -> " + a.After
}

// planHeadline counts what a plan would do.
func planHeadline(p *finding.Plan) string {
	counts := map[string]int{}
	for i := range p.Changes {
		counts[p.Changes[i].Action]++
	}
	var parts []string
	for _, action := range []string{"create", "update", "replace", "replace-create-first", "delete", "forget", "create-forget", "import", "move"} {
		if n := counts[action]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", n, action))
		}
	}
	if len(parts) == 0 {
		parts = []string{"no changes"}
	}
	if n := len(p.Drift); n > 0 {
		parts = append(parts, fmt.Sprintf("%d drifted", n))
	}
	head := p.Name
	if p.Root != "" && p.Root != "." {
		head += " for " + p.Root
	}
	return head + ": " + strings.Join(parts, ", ")
}

// plans prints what each plan would change.
func (p *printer) plans(r *finding.Report) {
	for i := range r.Plans {
		plan := &r.Plans[i]
		p.styled(bold, "Plan")
		p.str(" ")
		p.str(visibleText(planHeadline(plan)))
		p.newline()
		for _, line := range planLines(plan) {
			p.str(strings.Repeat("  ", line.depth))
			if line.sign != "" {
				p.styled(planStyle(line.sign), pad(line.sign, 4))
			}
			p.str(visible(clip(line.text, maxMessage)))
			p.newline()
		}
		p.newline()
	}
}

func planStyle(sign string) string {
	switch sign {
	case "+", "&", ">":
		return green
	case "~", "<=":
		return yellow
	}
	return red
}

// markdownPlans folds every plan's changes into a block.
func markdownPlans(r *finding.Report) string {
	var b strings.Builder
	for i := range r.Plans {
		plan := &r.Plans[i]
		fmt.Fprintf(&b, "<details><summary>Plan %s</summary>\n\n", markdown(planHeadline(plan)))
		for _, line := range planLines(plan) {
			if b.Len() > markdownTail {
				b.WriteString("- the rest is in the JSON report\n")
				break
			}
			text := markdown(line.text)
			if line.sign != "" {
				text = markdownCode(line.sign) + " " + text
			}
			fmt.Fprintf(&b, "%s- %s\n", strings.Repeat("  ", line.depth-1), text)
		}
		b.WriteString("\n</details>\n\n")
	}
	return b.String()
}

package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func newPolicyExplain(s *Surroundings, load loader) *cobra.Command {
	return &cobra.Command{
		Use:   "explain ID",
		Short: "Explain a rule: what it says, which clause it enforces, how to follow it",
		Args:  oneArgument("explain takes one rule id, such as K8S010; `cdbgate policy list` shows them all"),
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := load()
			if err != nil {
				return err
			}
			e, err := b.Compile()
			if err != nil {
				return err
			}
			var ids []string
			for _, r := range e.Rules() {
				if strings.EqualFold(r.ID, args[0]) {
					return explain(s.Stdout, b, r)
				}
				ids = append(ids, r.ID)
			}
			return fmt.Errorf("unknown rule %q%s", args[0], config.Suggest(strings.ToUpper(args[0]), ids))
		},
	}
}

func explain(w io.Writer, b *policy.Bundle, r finding.Rule) error {
	var t strings.Builder
	fmt.Fprintf(&t, "%s: %s\n\n%s\n\n", r.ID, r.Title, r.Description)
	fmt.Fprintf(&t, "Severity: %s\nGate:     %s\nClauses:  %s\n\n", r.Severity, r.Gate, strings.Join(r.Clauses, ", "))
	fmt.Fprintf(&t, "How to follow it:\n%s\n", indent(r.Remediation, "  "))
	if len(r.Params) > 0 {
		t.WriteString("\nParameters (.cdbgate.yaml, params):\n")
		for _, name := range r.Params {
			value, err := json.Marshal(b.Params()[name])
			if err != nil {
				return err
			}
			fmt.Fprintf(&t, "  %s: %s\n", name, value)
		}
	}
	_, err := io.WriteString(w, report.PrintableLines(t.String())+"\n")
	return err
}

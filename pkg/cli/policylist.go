package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func newPolicyList(s *Surroundings, load loader) *cobra.Command {
	var output string
	var params bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the rules, or the parameters",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			if output != "text" && output != "json" {
				return fmt.Errorf("--output: %q is neither text nor json", output)
			}
			b, err := load()
			if err != nil {
				return err
			}
			e, err := b.Compile()
			if err != nil {
				return err
			}
			switch {
			case params && output == "json":
				return writeJSON(s.Stdout, b.Params())
			case params:
				return listParams(s.Stdout, b)
			case output == "json":
				return writeJSON(s.Stdout, rulesJSON(e.Rules()))
			}
			w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "RULE\tSEVERITY\tGATE\tCLAUSES\tTITLE")
			for _, r := range e.Rules() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Severity, r.Gate, strings.Join(r.Clauses, " "), report.Printable(r.Title))
			}
			return w.Flush()
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "print as text or json")
	cmd.Flags().BoolVar(&params, "params", false, "list the parameters and their values instead")
	return cmd
}

func rulesJSON(rules []finding.Rule) []map[string]any {
	out := make([]map[string]any, 0, len(rules))
	for _, r := range rules {
		out = append(out, map[string]any{
			"id": r.ID, "gate": r.Gate, "severity": r.Severity, "title": r.Title, "description": r.Description,
			"clauses": r.Clauses, "remediation": r.Remediation,
		})
	}
	return out
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func listParams(w io.Writer, b *policy.Bundle) error {
	for _, name := range slices.Sorted(maps.Keys(b.Params())) {
		value, err := json.Marshal(b.Params()[name])
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s: %s\n", name, report.Printable(string(value))); err != nil {
			return err
		}
	}
	return nil
}

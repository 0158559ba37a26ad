package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func newPolicyCoverage(s *Surroundings, load loader) *cobra.Command {
	var threshold float64
	cmd := &cobra.Command{
		Use:   "coverage",
		Short: "Show which lines of the rules no test evaluates, and which rules deny in no test",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := load()
			if err != nil {
				return err
			}
			r, err := b.Test(cmd.Context(), "")
			if err != nil {
				return err
			}
			slices.SortFunc(r.Files, func(a, b policy.FileCoverage) int {
				return cmp.Or(cmp.Compare(a.Coverage, b.Coverage), cmp.Compare(a.File, b.File))
			})
			for _, f := range r.Files {
				fmt.Fprintf(s.Stdout, "%6.1f %%  %s%s\n", f.Coverage, f.File, uncovered(f.Uncovered))
			}
			fmt.Fprintf(s.Stdout, "%6.1f %%  in all\n", r.Coverage)
			if len(r.Unfailed) > 0 {
				fmt.Fprintf(s.Stdout, "rules that deny in no test: %s\n", strings.Join(r.Unfailed, ", "))
				return verdictError(report.ExitFailed)
			}
			return testVerdict(s.Stdout, r, threshold)
		},
	}
	cmd.Flags().Float64Var(&threshold, "threshold", 0, "fail when less than `PERCENT` of the rules' lines are covered")
	return cmd
}

func uncovered(ranges []policy.LineRange) string {
	if len(ranges) == 0 {
		return ""
	}
	parts := make([]string, len(ranges))
	for i, r := range ranges {
		parts[i] = fmt.Sprint(r.From)
		if r.To != r.From {
			parts[i] = fmt.Sprintf("%d-%d", r.From, r.To)
		}
	}
	return ": lines " + strings.Join(parts, ", ")
}

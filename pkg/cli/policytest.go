package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func newPolicyTest(s *Surroundings, load loader) *cobra.Command {
	var threshold float64
	var filter string
	var verbose bool
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Run the *_test.rego of the rules",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := load()
			if err != nil {
				return err
			}
			r, err := b.Test(cmd.Context(), filter)
			if err != nil {
				return err
			}
			failed := 0
			for _, t := range r.Results {
				outcome := "pass"
				if !t.Passed {
					failed++
					outcome = "FAIL"
				}
				if verbose || !t.Passed {
					fmt.Fprintf(s.Stdout, "%s %s:%d: %s%s\n", outcome, t.File, t.Line, t.Name, because(t))
				}
			}
			fmt.Fprintf(s.Stdout, "%d tests, %d failed, %.1f %% of the rules' lines covered\n", len(r.Results), failed, r.Coverage)
			return testVerdict(s.Stdout, r, threshold)
		},
	}
	cmd.Flags().Float64Var(&threshold, "threshold", 0, "fail when less than `PERCENT` of the rules' lines are covered")
	cmd.Flags().StringVar(&filter, "run", "", "run only tests whose package and name match `REGEX`")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "name every test")
	return cmd
}

func because(t policy.TestResult) string {
	switch {
	case t.Error != "":
		return ": " + t.Error
	case t.Skipped:
		return ": marked todo_; a test that does not run proves nothing"
	}
	return ""
}

func testVerdict(w io.Writer, r *policy.TestReport, threshold float64) error {
	if threshold > 0 && r.Coverage < threshold {
		fmt.Fprintf(w, "coverage is below %.1f %%; `cdbgate policy coverage` shows the lines\n", threshold)
		return verdictError(report.ExitFailed)
	}
	if !r.OK() {
		return verdictError(report.ExitFailed)
	}
	return nil
}

package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func newPolicy(s *Surroundings) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "policy",
		Short:   "List, explain, test and export the rules",
		GroupID: "policy",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.PersistentFlags().StringVar(&dir, "policy", "", "read the rules from `DIR` instead of the embedded ones")
	load := func() (*policy.Bundle, error) { return loadPolicy(s, dir, nil) }
	cmd.AddCommand(newPolicyList(s, load), newPolicyExplain(s, load), newPolicyTest(s, load), newPolicyCoverage(s, load), newPolicyExport(s, load))
	return cmd
}

type loader func() (*policy.Bundle, error)

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

func newPolicyExplain(s *Surroundings, load loader) *cobra.Command {
	return &cobra.Command{
		Use:   "explain ID",
		Short: "Explain a rule: what it says, which clause it enforces, how to follow it",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("explain takes one rule id, such as K8S010; `cdbgate policy list` shows them all")
			}
			return nil
		},
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

func newPolicyExport(s *Surroundings, load loader) *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "Write the rules, their data and their tests to a new or empty folder",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("export takes the folder to write to")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			dir := s.path(args[0])
			if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
				return fmt.Errorf("%s is not empty: export writes to a new or empty folder", args[0])
			} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			b, err := load()
			if err != nil {
				return err
			}
			files := 0
			err = b.Export(func(name string, text []byte) error {
				files++
				target := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
					return err
				}
				return report.WriteFile(target, func(w io.Writer) error {
					_, err := w.Write(text)
					return err
				})
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(s.Stdout, "wrote %d files to %s\nuse them with --policy %s\n", files, args[0], args[0])
			return err
		},
	}
}

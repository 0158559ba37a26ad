// Package cli is the command line: one file a command, each from flags to options to a run to a report. A run is a pure
// function of its Surroundings: nothing here reads a global, changes the process or exits.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// Surroundings is all a run sees of the world.
type Surroundings struct {
	Args           []string // without the program's name
	Getenv         func(string) string
	Environ        []string // NAME=value, for programs that a flag asks to run; may be nil
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Dir            string // the working directory, absolute
	Build          string // identifies the program's build, "" when that is not known: results are then not kept

	// Frugal is called when the input is large, so that memory should count for more than time. It is told how many bytes may come on
	// top of those in use before garbage is collected. It may be nil.
	Frugal func(headroom uint64)
	// Audit is told what a run came to and found, as --audit-log records it, before the reports are written; an error ends the run. It
	// may be nil.
	Audit func(context.Context, []audit.Event) error
	// AuditLog says how the log that --audit-log names is kept: with which key its head is signed. The zero value signs none.
	AuditLog audit.Options
}

// Run executes one command line and returns the exit status (see package report).
func Run(ctx context.Context, s Surroundings) (status int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(s.Stderr, "cdbgate: error: internal error: %v\nThis is a defect of cdbgate; please report it with the lines below.\n%s", p, debug.Stack())
			status = report.ExitUnusable
		}
	}()
	root := newRoot(&s)
	root.SetArgs(s.Args)
	root.SetIn(s.Stdin)
	root.SetOut(s.Stdout)
	root.SetErr(s.Stderr)
	err := root.ExecuteContext(ctx)
	var verdict verdictError
	switch {
	case err == nil:
		return report.ExitPassed
	case errors.As(err, &verdict):
		return int(verdict)
	case ctx.Err() != nil:
		fmt.Fprintln(s.Stderr, "cdbgate: error: interrupted before a verdict")
		return report.ExitUnusable
	}
	fmt.Fprintf(s.Stderr, "cdbgate: error: %s\n", report.PrintableLines(err.Error()))
	return report.ExitUnusable
}

// verdictError carries an exit status that the report has already explained.
type verdictError int

func (v verdictError) Error() string { return fmt.Sprintf("exit status %d", int(v)) }

func newRoot(s *Surroundings) *cobra.Command {
	root := &cobra.Command{
		Use:   "cdbgate",
		Short: "Turn a written infrastructure policy into gates",
		Long: `cdbgate judges a checked-out repository against a written infrastructure policy.

Exit status: 0 passed, 1 violations, 2 could not run, 3 something could not be evaluated.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see `%s --help`", err, cmd.CommandPath())
	})
	root.AddGroup(&cobra.Group{ID: "gates", Title: "Gates:"}, &cobra.Group{ID: "policy", Title: "Policy:"}, &cobra.Group{ID: "audit", Title: "Audit log:"})
	root.AddCommand(newCheck(s))
	for _, g := range gates(s) {
		root.AddCommand(newGate(s, g))
	}
	root.AddCommand(newPolicy(s), newAudit(s), newInit(s), newVersion(s))
	return root
}

// unknownCommand is the error for a word that is no command below cmd.
func unknownCommand(cmd *cobra.Command, word string) error {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return fmt.Errorf("unknown command %q for %s%s; see `%s --help`", word, cmd.CommandPath(), config.Suggest(word, names), cmd.CommandPath())
}

// indent prefixes every line.
func indent(text, prefix string) string {
	return prefix + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+prefix)
}

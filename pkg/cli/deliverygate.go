package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/deliverygate"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// runDeliveryGate registers the gate's own flags and returns what its command does. Asked for by name, the gate is never
// skipped.
func runDeliveryGate(s *Surroundings, cmd *cobra.Command, o *options) func(context.Context) error {
	explain := cmd.Flags().Bool("explain-paths", false, "print each changed path, what it was taken for and why")
	return func(ctx context.Context) error {
		g := deliverygate.Gate{Required: true}
		var explained []deliverygate.Explanation
		if *explain {
			g.Explain = func(list []deliverygate.Explanation) { explained = list }
		}
		return judge(ctx, s, o, []gate.Gate{g}, func(p *parsed) error {
			if !*explain {
				return nil
			}
			// A report that a program reads keeps standard output to itself.
			to := s.Stdout
			for _, out := range p.outputs {
				if out.File == "" && out.Format != "text" {
					to = s.Stderr
				}
			}
			return explainPaths(to, explained)
		})
	}
}

// explainPaths prints a line for every changed path, and one below it for each thing it was taken for.
func explainPaths(w io.Writer, list []deliverygate.Explanation) error {
	var b strings.Builder
	for _, e := range list {
		path := report.Printable(e.Change.Path)
		if e.Change.Kind == repo.Renamed {
			path = report.Printable(e.Change.From) + " -> " + path
		}
		fmt.Fprintf(&b, "%-12s %s\n", e.Change.Kind, path)
		for i, class := range e.Classes {
			fmt.Fprintf(&b, "%-12s   %s: %s\n", "", report.Printable(class), report.Printable(e.Why[i]))
		}
		if len(e.Classes) == 0 {
			fmt.Fprintf(&b, "%-12s   nothing this gate is about: neither its path nor its content is infrastructure\n", "")
		}
	}
	if len(list) == 0 {
		b.WriteString("no changed path\n")
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

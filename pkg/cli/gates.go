package cli

import (
	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/k8sreadiness"
)

// command is a gate as the command line offers it.
type command struct {
	gate  gate.Gate
	short string
	long  string
}

// gates lists every gate, in the order `check` runs and reports them.
func gates() []command {
	return []command{
		{
			gate:  k8sreadiness.Gate{},
			short: "Judge Kubernetes, Kustomize, Helm and Compose files (INF-7, INF-8)",
			long: `Judge every pod template and Compose service of the repository: stateless, configured from outside, probed, bounded, free
of local paths, and away from the Tresor zone. Kustomizations, charts and Compose projects are rendered in process.`,
		},
	}
}

func newGate(s *Surroundings, c command) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:     c.gate.Name(),
		Short:   c.short,
		Long:    c.long,
		GroupID: "gates",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return judge(cmd.Context(), s, &o, []gate.Gate{c.gate})
		},
	}
	o.register(cmd)
	return cmd
}

func newCheck(s *Surroundings) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:     "check",
		Short:   "Run every gate that has something to look at",
		Long:    "Run every gate that has something to look at, and say which were skipped and why.",
		GroupID: "gates",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []gate.Gate
			for _, c := range gates() {
				all = append(all, c.gate)
			}
			return judge(cmd.Context(), s, &o, all)
		},
	}
	o.register(cmd)
	return cmd
}

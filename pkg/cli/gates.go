package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/deliverygate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/iacdiff"
	"github.com/claire-de-binare/cdbgate/pkg/gate/k8sreadiness"
	"github.com/claire-de-binare/cdbgate/pkg/gate/openapidrift"
	"github.com/claire-de-binare/cdbgate/pkg/gate/secretscan"
)

// command is a gate as the command line offers it.
type command struct {
	gate  gate.Gate
	short string
	long  string
	// run is what the gate's own command does when it has flags of its own, which it registers. Nil: it judges.
	run func(s *Surroundings, cmd *cobra.Command, o *options) func(context.Context) error
}

// gates lists every gate, in the order `check` runs and reports them.
func gates(s *Surroundings) []command {
	return []command{
		{
			gate:  k8sreadiness.Gate{},
			short: "Judge Kubernetes, Kustomize, Helm and Compose files (INF-7, INF-8)",
			long: `Judge every pod template and Compose service of the repository: stateless, configured from outside, probed, bounded, free
of local paths, and away from the Tresor zone. Kustomizations, charts and Compose projects are rendered in process.`,
		},
		{
			gate:  iacdiff.Gate{},
			short: "Judge plans, drift, and what reconciles the repository (INF-2, INF-3)",
			long: `Judge what Terraform and OpenTofu plans would change and what they found drifted, whether a change of a root comes with its
plan, what is configured to reconcile the repository's manifests (Flux and Argo CD objects, raw or rendered) and how soon, and
which scripts change things past all that. Configured is not running, which no repository can tell.`,
			run: runIaCDiff,
		},
		{
			gate:  secretscan.Gate{Path: s.Getenv("PATH"), IndexFile: s.Getenv("GIT_INDEX_FILE")},
			short: "Find secrets, key material and what must never be a literal (INF-8, GOV-1)",
			long: `Find what gitleaks' rules find, by the repository's own .gitleaks.toml and .gitleaksignore of the trusted base: in the working
tree and the commits since the base, in what is staged (--staged), or in the commits of all refs (--history). Also key
material, state and plan files that git tracks, Kubernetes Secrets in plain text, and named values that are literals.

What cannot be scanned makes the run incomplete. No secret is ever printed, nor kept.`,
			run: runSecretScan,
		},
		{
			gate:  deliverygate.Gate{},
			short: "Judge whether infrastructure may change, and who says so (INF-9)",
			long: `Judge what changes between the base and what is judged: infrastructure changes only in Delivery Mode, which the approval
at the tip of the base grants; the approval and the gate's own rules change only by commits that a human signed.

Without a base nothing says what changed, and the run is incomplete.`,
			run: runDeliveryGate,
		},
		{
			gate:  openapidrift.Gate{Getenv: s.Getenv},
			short: "Judge OpenAPI descriptions: generated, valid, compatible (GOV-5)",
			long: `Judge every OpenAPI description of the repository: whether it is what its own generator writes, whether it is valid, and whether
it breaks clients of the base without a major step of info.version.

The generator, which .cdbgate.yaml names or a Makefile beside the description has as api-schema, runs in a copy that is removed
afterwards, with little of the environment, a time limit, and without a network unless --allow-network gives it one.`,
			run: runOpenAPIDrift,
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
	}
	run := func(ctx context.Context) error { return judge(ctx, s, &o, []gate.Gate{c.gate}) }
	if c.run != nil {
		run = c.run(s, cmd, &o)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return run(cmd.Context()) }
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
	}
	skip := noGenerate(s, cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var all []gate.Gate
		for _, c := range gates(s) {
			if _, ok := c.gate.(openapidrift.Gate); ok {
				c.gate = openapidrift.Gate{Getenv: s.Getenv, Skip: skip()}
			}
			all = append(all, c.gate)
		}
		return judge(cmd.Context(), s, &o, all)
	}
	o.register(cmd)
	return cmd
}

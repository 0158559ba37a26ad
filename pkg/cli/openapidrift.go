package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/openapidrift"
)

// runOpenAPIDrift registers the gate's own flags and returns what its command does.
func runOpenAPIDrift(s *Surroundings, cmd *cobra.Command, o *options) func(context.Context) error {
	skip := noGenerate(s, cmd)
	exact := cmd.Flags().Bool("exact", false, "compare what generators write byte by byte as well as by meaning")
	return func(ctx context.Context) error {
		return judge(ctx, s, o, []gate.Gate{openapidrift.Gate{Getenv: s.Getenv, Skip: skip(), Exact: *exact}})
	}
}

// noGenerate registers the flag that leaves generators alone. What it returns says why they are, once the command line is read:
// because of the flag, or because the workflow was started by an event that gives the change's code what only the base's should have.
func noGenerate(s *Surroundings, cmd *cobra.Command) func() string {
	asked := cmd.Flags().Bool("no-generate", false, "run no generator of OpenAPI descriptions: nothing of the judged change runs, and where there is one the run is incomplete")
	return func() string {
		switch event := s.Getenv("GITHUB_EVENT_NAME"); {
		case *asked:
			return "leave out --no-generate"
		case event == "pull_request_target" || event == "workflow_run":
			return "on " + event + " the code of a change must not run: judge it on pull_request as well"
		}
		return ""
	}
}

package cli

import (
	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/policy"
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

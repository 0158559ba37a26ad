package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newAudit(s *Surroundings) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "audit",
		Short:   "Verify and show what --audit-log recorded",
		GroupID: "audit",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(newAuditVerify(s), newAuditShow(s))
	return cmd
}

// textOrJSON checks the value of --format where there are but two.
func textOrJSON(format string) error {
	if format != "text" && format != "json" {
		return fmt.Errorf("--format: %q is neither text nor json", format)
	}
	return nil
}

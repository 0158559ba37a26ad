package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// noArguments refuses arguments in words that help.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes no argument, but got %q; name a folder with -C; see `%s --help`", cmd.CommandPath(), args[0], cmd.CommandPath())
}

package cli

import (
	"errors"
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

// oneArgument refuses anything but one argument, in the given words.
func oneArgument(message string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return errors.New(message)
		}
		return nil
	}
}

//go:build !unix

package isolate

import "context"

// run says that there is none: a command that cannot be killed whole is not started.
func (c Command) run(context.Context) (Outcome, error) {
	return Outcome{ExitCode: -1, Problem: "commands are not run on this system: run it on Linux or macOS"}, nil
}

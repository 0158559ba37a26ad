// Package isolate runs a command of the judged repository, which is hostile, so that nothing of it outlives the call: no process,
// no file of its home or temporary folder.
//
// A Command goes in, an Outcome comes out. A command that cannot be started, fails, hangs, prints without end or leaves daemons
// behind is an outcome; an error is only that the run could not be made. The command runs with the rights of the user: it is kept
// from lingering and from the environment, not from the file system. Who reads what it wrote must expect links that lead
// anywhere.
package isolate

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	defaultTimeout   = 5 * time.Minute
	defaultMaxOutput = 64 << 20
)

// Command is what to run.
type Command struct {
	Args    []string      // the program and its arguments; one without a slash is looked up on Path, another is relative to Dir
	Dir     string        // the folder it runs in
	Path    string        // the value of PATH; its relative folders do not count when the program is looked up
	Env     []string      // what else it gets, as NAME=value; PATH, HOME and TMPDIR are not taken from here
	Timeout time.Duration // five minutes when not positive

	// Capture says that standard output is the result and goes to Outcome.Stdout. Otherwise it is one more source of messages,
	// in order with standard error.
	Capture bool
	// MaxOutput is how many bytes it may print, on either stream; 64 MiB when not positive. One that prints more is killed.
	MaxOutput int64
	// NoNetwork has it run without a network where the system lets us, which is Linux with user namespaces: not even the
	// loopback interface is up, so that a command which talks to itself over 127.0.0.1 fails. Sockets in the file system, such
	// as that of docker, stay within reach. Programs that gain rights when they start (sudo, snaps) do not work there.
	NoNetwork bool
}

// Outcome is how a command ended.
type Outcome struct {
	Started  bool
	Problem  string // why it was not started
	ExitCode int    // -1 when a signal ended it, or it was not started
	Signal   string // that signal, such as SIGSEGV; SIGKILL when it was ended from here
	TimedOut bool
	TooLong  bool // printed more than MaxOutput
	Left     bool // ended by itself and left processes behind, which were killed
	Network  bool // had a network: it was not to be without, or the system could not take it away
	Stdout   []byte
	// Messages are the end of what it said on standard error, and on standard output where that is not captured: at most 4 KiB
	// of valid UTF-8 without control characters but line feeds and tabs. Values of Env are hidden, unless their name says that
	// they are no secret.
	Messages string
	Duration time.Duration
}

// Failure says in a few words why the command did not succeed, "" when it did. One that leaves processes behind may succeed.
func (o Outcome) Failure() string {
	switch {
	case !o.Started:
		return o.Problem
	case o.TimedOut:
		return fmt.Sprintf("it was ended after %v: raise the timeout", o.Duration.Round(time.Millisecond))
	case o.TooLong:
		return "it was ended because it printed too much"
	case o.Signal != "":
		return "it was ended by " + o.Signal
	case o.ExitCode != 0:
		return fmt.Sprintf("it ended with exit status %d", o.ExitCode)
	}
	return ""
}

// Run runs the command to its end. When the context ends before, the command is killed and the error is the context's.
func (c Command) Run(ctx context.Context) (Outcome, error) {
	none := Outcome{ExitCode: -1}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	if len(c.Args) == 0 || c.Args[0] == "" {
		return none, errors.New("run a command: it is empty")
	}
	if err := checkEnvironment(c.Env); err != nil {
		return none, fmt.Errorf("run %s: %w", c.Args[0], err)
	}
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	if c.MaxOutput <= 0 {
		c.MaxOutput = defaultMaxOutput
	}
	o, err := c.run(ctx)
	if ctx.Err() != nil {
		return o, ctx.Err()
	}
	if err != nil {
		return o, fmt.Errorf("run %s: %w", c.Args[0], err)
	}
	return o, nil
}

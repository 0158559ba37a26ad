//go:build unix

package isolate

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func (c Command) run(ctx context.Context) (Outcome, error) {
	program, dir, problem := c.lookUp()
	if problem != "" {
		return Outcome{ExitCode: -1, Problem: problem}, nil
	}
	s, err := newScratch()
	if err != nil {
		return Outcome{ExitCode: -1}, fmt.Errorf("make its home: %w: set TMPDIR to a folder that can be written", err)
	}
	r := &running{command: c, program: program, dir: dir, token: rand.Text()}
	r.env = c.environment(s.home, s.tmp, r.token)
	err = r.run(ctx)
	if remove := s.remove(); remove != nil {
		err = errors.Join(err, fmt.Errorf("remove its home: %w", remove))
	}
	return r.outcome, err
}

// running is a command being run.
type running struct {
	command      Command
	program, dir string
	env          []string
	token        string
	output       *output
	cmd          *exec.Cmd
	outcome      Outcome
}

// run starts the command and waits for its end. The system kills the command with the thread that started it, which must
// therefore stay.
func (r *running) run(ctx context.Context) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r.outcome.ExitCode = -1
	var err error
	if r.output, err = newOutput(r.command); err != nil {
		return err
	}
	begin := time.Now()
	err = r.start()
	r.output.started()
	if err != nil {
		r.output.finish()
		return r.notStarted(err)
	}
	r.outcome.Started = true
	err = r.await(ctx)
	r.outcome.Duration = time.Since(begin)
	r.output.finish()
	select {
	case <-r.output.over:
		r.outcome.TooLong = true
	default:
	}
	r.outcome.Stdout = r.output.stdout.Bytes()
	r.outcome.Messages = r.output.tail.messages(secrets(r.command.Env))
	return err
}

// start starts the command, without a network when it should have none and that is possible. Whether it is shows only in the
// attempt: systems forbid it in many ways.
func (r *running) start() error {
	if r.command.NoNetwork {
		if attr := withoutNetwork(); attr != nil && r.startWith(attr) == nil {
			return nil
		}
	}
	r.outcome.Network = true
	return r.startWith(attributes())
}

func (r *running) startWith(attr *syscall.SysProcAttr) error {
	r.cmd = &exec.Cmd{
		Path: r.program, Args: r.command.Args, Dir: r.dir, Env: r.env,
		Stdout: r.output.toStdout, Stderr: r.output.toStderr, SysProcAttr: attr,
	}
	return r.cmd.Start()
}

// notStarted tells what the command is to blame for from what the system lacks.
func (r *running) notStarted(err error) error {
	r.outcome.Network = false
	for _, lack := range []error{syscall.EAGAIN, syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, lack) {
			return err
		}
	}
	what := reason(err)
	switch {
	case errors.Is(err, syscall.ENOEXEC):
		what = "it is neither a program of this system nor a script that begins with #!"
	case errors.Is(err, fs.ErrNotExist): // the file itself is there
		what = "the interpreter it names does not exist: install it"
	}
	r.outcome.Problem = fmt.Sprintf("%s cannot be started: %s", r.command.Args[0], what)
	return nil
}

// endure is how long killed processes may take to be gone.
const endure = 5 * time.Second

// await waits until the command has ended, or ends it, and leaves nothing of it behind.
func (r *running) await(ctx context.Context) error {
	h := newHunt(r.cmd.Process.Pid, r.token, !r.outcome.Network)
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		r.waitExit()
	}()
	if r.watch(ctx, exited, h) {
		r.outcome.Left = h.left()
	}
	err := h.kill()
	select {
	case <-exited:
		r.ended(r.reap())
	case <-time.After(endure):
		err = fmt.Errorf("it cannot be ended: end process %d by hand", r.cmd.Process.Pid)
	}
	return err
}

// watch waits until the command has ended, which it reports, or is to be ended.
func (r *running) watch(ctx context.Context, exited <-chan struct{}, h *hunt) bool {
	timer := time.NewTimer(r.command.Timeout)
	defer timer.Stop()
	for {
		select {
		case <-exited:
			return true
		case <-ctx.Done():
			return false
		case <-timer.C:
			r.outcome.TimedOut = true
			return false
		case <-r.output.over:
			return false
		case <-h.tick():
			h.sample()
		}
	}
}

// ended notes how the process ended.
func (r *running) ended(state *os.ProcessState) {
	if state == nil {
		return // nobody knows, and no exit code is that of a failure
	}
	r.outcome.ExitCode = state.ExitCode()
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		r.outcome.Signal = unix.SignalName(status.Signal())
	}
}

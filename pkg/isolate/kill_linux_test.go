package isolate_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/isolate"
)

func init() {
	// The mode that ends its first thread needs to be on it.
	if len(os.Args) > 2 && os.Args[1] == "child" && os.Args[2] == "threadless" {
		runtime.LockOSThread()
	}
}

// other has the modes that are Linux's.
func other(mode string, args []string) {
	switch mode {
	case "threadless":
		// The first thread ends, and the system lists the process as a zombie; others go on.
		go func() {
			for end := time.Now().Add(time.Second); !zombie() && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
			note(args[0])
			time.Sleep(lifetime)
			os.Exit(0)
		}()
		_, _, _ = syscall.RawSyscall(syscall.SYS_EXIT, 0, 0, 0)
	case "stopper":
		// It continues its sibling again and again.
		note(args[0])
		pid, _ := strconv.Atoi(args[1])
		for end := time.Now().Add(lifetime / 2); time.Now().Before(end); time.Sleep(time.Millisecond) {
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	case "continued":
		spawn(nil, daemon, "stopper", args[0], strconv.Itoa(os.Getpid()))
		note(args[0])
		time.Sleep(lifetime)
	}
}

func zombie() bool {
	status, _ := os.ReadFile("/proc/self/status")
	return bytes.Contains(status, []byte("State:\tZ"))
}

// What is left behind is reported and ended, however it got away.
func TestLeft(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		mode      []string
		processes int
		noNetwork bool
	}{
		{"head of a session", []string{"daemon"}, 1, false},
		{"head of a session in a namespace", []string{"daemon"}, 1, true},
		{"cleared environment, seen before", []string{"between"}, 2, false},
		{"cleared environment in a namespace", []string{"between"}, 2, true},
		{"first thread ended", []string{"thread"}, 1, false},
		{"first thread ended in a namespace", []string{"thread"}, 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c := child(append(tt.mode, dir)...)
			c.NoNetwork = tt.noNetwork
			o := run(t, c)
			if o.Network && tt.noNetwork {
				t.Skip("this system has no namespaces for users")
			}
			if !o.Left || o.ExitCode != 0 || o.TimedOut {
				t.Errorf("%+v", o)
			}
			noneLeft(t, dir, tt.processes)
		})
	}
}

// In a namespace even one is found that was never seen with a parent of the command's.
func TestLeftAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := run(t, isolate.Command{
		Args:      []string{"/bin/sh", "-c", `env -i setsid "$1" child noted "$2" & exit 0`, "sh", self(), dir},
		Path:      os.Getenv("PATH"),
		NoNetwork: true,
	})
	if o.Network {
		t.Skip("this system has no namespaces for users")
	}
	if !o.Left || o.ExitCode != 0 {
		t.Errorf("%+v", o)
	}
	noneLeft(t, dir, 0)
}

// A process that ends soon is not left behind.
func TestNotLeft(t *testing.T) {
	t.Parallel()
	o := run(t, isolate.Command{Args: []string{"/bin/sh", "-c", `sleep 0.02 & exit 0`}, Path: os.Getenv("PATH")})
	if o.Left || o.Failure() != "" {
		t.Errorf("%+v", o)
	}
}

// Processes several levels deep, the last in sessions of their own, are ended with the command.
func TestTree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const processes = 1 + 2 + 4 + 12
	c := child("tree", dir, "2", "2", "3")
	untilNoted(t, c, dir, processes)
}

// One that runs has the stopped continue, and is stopped itself.
func TestContinued(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	untilNoted(t, child("continued", dir), dir, 2)
}

// untilNoted ends a command when its processes are there.
func untilNoted(t *testing.T, c isolate.Command, dir string, processes int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		waitForNotes(dir, processes)
		cancel()
	}()
	o, err := c.Run(ctx)
	if err == nil || o.Signal != "SIGKILL" {
		t.Errorf("%+v, %v", o, err)
	}
	noneLeft(t, dir, processes)
}

// A chain of processes, each of which starts the next in a session of its own and ends, is ended before its end.
func TestChain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := run(t, child("chain", dir, strconv.Itoa(maxChain)))
	if !o.Left || o.ExitCode != 0 {
		t.Errorf("%+v", o)
	}
	notes, _ := os.ReadDir(dir)
	if len(notes) > maxChain {
		t.Error("it was not ended")
	}
	noneLeft(t, dir, 1)
	time.Sleep(50 * time.Millisecond)
	if later, _ := filepath.Glob(filepath.Join(dir, "*")); len(later) != len(notes) {
		t.Errorf("%d processes, and %d later", len(notes), len(later))
	}
}

// A daemon in whose hand the output is does not have the call wait for it.
func TestPipeHeld(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := child("daemon", dir)
	c.Capture = true
	begin := time.Now()
	if o := run(t, c); !o.Left || time.Since(begin) > lifetime/2 {
		t.Errorf("%v: %+v", time.Since(begin), o)
	}
	noneLeft(t, dir, 1)
}

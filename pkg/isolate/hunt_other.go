//go:build unix && !linux

package isolate

import (
	"os"
	"syscall"
	"time"
)

// attributes put the command at the head of a session, and so of a process group.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// withoutNetwork is not known here.
func withoutNetwork() *syscall.SysProcAttr { return nil }

// waitExit waits until the command has ended.
func (r *running) waitExit() { _ = r.cmd.Wait() }

func (r *running) reap() *os.ProcessState { return r.cmd.ProcessState }

// hunt knows a command's process group. A process that has left it cannot be found here.
type hunt struct{ pid int }

func newHunt(pid int, _ string, _ bool) *hunt { return &hunt{pid} }

func (h *hunt) tick() <-chan time.Time { return nil }

func (h *hunt) sample() {}

// left kills what is left of the group, and reports whether there was something.
func (h *hunt) left() bool { return syscall.Kill(-h.pid, syscall.SIGKILL) == nil }

func (h *hunt) kill() error {
	_ = syscall.Kill(-h.pid, syscall.SIGKILL)
	return nil
}

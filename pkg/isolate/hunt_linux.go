package isolate

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// attributes put the command at the head of a session, and so of a process group, and have it die with us.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// withoutNetwork adds a network namespace, whose only interface is down. It takes a user namespace to be allowed to make one;
// in it the command keeps its user and group.
func withoutNetwork() *syscall.SysProcAttr {
	attr := attributes()
	attr.Cloneflags = unix.CLONE_NEWUSER | unix.CLONE_NEWNET
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	return attr
}

// waitExit waits until the command has ended, but leaves it a zombie: as long as it is one, neither its number nor that of its
// group and session is given to a process of somebody else.
func (r *running) waitExit() {
	for unix.Waitid(unix.P_PID, r.cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR { //nolint:revive // interrupted
	}
}

func (r *running) reap() *os.ProcessState {
	_ = r.cmd.Wait() // its error is the state in words
	return r.cmd.ProcessState
}

// hunt finds a command's processes. They are those of its session and group; those which have its marker in their environment,
// as daemons have that became the head of a session; those in its user namespace, which none can leave, when it has one; and
// those that descend from any of these, now or when last looked. A process that clears its environment, leaves the session and
// loses its parent between two looks is found only in a namespace.
type hunt struct {
	pid       int
	token     string
	namespace string
	known     map[int]uint64 // by when they started
	wait      time.Duration
}

const (
	firstLook = 5 * time.Millisecond
	lastLook  = 200 * time.Millisecond
	// settle is how long what a command left behind may take to end by itself, as the tee of a shell's >(tee log) does.
	settle = 100 * time.Millisecond
	// endure is how long killed processes may take to be gone.
	endure = 5 * time.Second
	pause  = 2 * time.Millisecond
)

func newHunt(pid int, token string, namespaced bool) *hunt {
	h := &hunt{pid: pid, token: token, known: map[int]uint64{}, wait: firstLook}
	if namespaced {
		h.namespace, _ = os.Readlink(fmt.Sprintf("/proc/%d/ns/user", pid))
	}
	return h
}

// tick is when to look next: often in the beginning, when most daemons start, and seldom later, since it costs time.
func (h *hunt) tick() <-chan time.Time {
	defer func() { h.wait = min(2*h.wait, lastLook) }()
	return time.After(h.wait)
}

// sample notes who descends from the command.
func (h *hunt) sample() { h.find(false) }

// find returns the living processes of the command but the command itself. Only a thorough look reads environments and
// namespaces.
func (h *hunt) find(thorough bool) []process {
	all := processes()
	ours := map[int]bool{h.pid: true}
	self := os.Getpid()
	for pid, p := range all {
		if pid == self || pid == 1 {
			continue
		}
		start, known := h.known[pid]
		if known && start == p.start || p.group == h.pid || p.session == h.pid || thorough && (p.marked(h.token) || p.within(h.namespace)) {
			ours[pid] = true
		}
	}
	for pid := range all {
		adopt(all, ours, pid)
	}
	var out []process
	h.known = map[int]uint64{}
	for pid, p := range all {
		if ours[pid] && pid != h.pid && pid != self && pid != 1 && !p.dead() {
			h.known[pid] = p.start
			out = append(out, p)
		}
	}
	return out
}

// adopt marks a process as ours when an ancestor is.
func adopt(all map[int]process, ours map[int]bool, pid int) {
	var line []int
	for at := pid; at > 1 && len(line) <= len(all); at = all[at].parent {
		if ours[at] {
			for _, p := range line {
				ours[p] = true
			}
			return
		}
		line = append(line, at)
	}
}

// left reports whether processes outlive the command, once they had the time to end by themselves.
func (h *hunt) left() bool {
	for until := time.Now().Add(settle); len(h.find(true)) > 0; time.Sleep(pause) {
		if time.Now().After(until) {
			return true
		}
	}
	return false
}

// kill ends all processes of the command. A group is killed at once, before it can multiply.
func (h *hunt) kill() error {
	_ = syscall.Kill(-h.pid, syscall.SIGKILL)
	until := time.Now().Add(endure)
	for {
		rest := h.find(true)
		if len(rest) == 0 {
			return nil
		}
		if time.Now().After(until) {
			return fmt.Errorf("%d of its processes cannot be ended, one is %d: end them by hand", len(rest), rest[0].pid)
		}
		for _, p := range rest {
			p.kill()
		}
		time.Sleep(pause)
	}
}

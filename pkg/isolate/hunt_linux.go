package isolate

import (
	"cmp"
	"fmt"
	"os"
	"slices"
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
// those that descend from any of these, or share a session with one, now or when last looked. A process that clears its
// environment, leaves the session and loses its parent between two looks is found only in a namespace.
type hunt struct {
	pid       int
	start     uint64
	token     string
	namespace string
	known     map[int]uint64 // by when they started
	strangers map[int]uint64 // who the last thorough look found not to be the command's
	wait      time.Duration
}

const (
	firstLook = 5 * time.Millisecond
	lastLook  = 200 * time.Millisecond
	// settle is how long what a command left behind may take to end by itself, as the tee of a shell's >(tee log) does.
	settle = 100 * time.Millisecond
	pause  = 2 * time.Millisecond
	// retries is how often a look that may have missed somebody is made again. Others start and end processes all the time.
	retries = 10
	// rounds is how often processes are stopped that are not yet. One that waits for a child started with vfork does not stop
	// before the child goes on, which is stopped itself.
	rounds = 50
)

func newHunt(pid int, token string, namespaced bool) *hunt {
	h := &hunt{pid: pid, token: token, wait: firstLook}
	if p, ok := readProcess(pid); ok {
		h.start = p.start
	}
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
func (h *hunt) sample() { h.look(false, nil) }

// find returns the living processes of the command but the command itself.
func (h *hunt) find() []process {
	for range retries {
		if found, sure := h.look(true, nil); sure || len(found) > 0 {
			return found
		}
	}
	return nil
}

// look returns the living processes of the command but the command itself, and does something to them as soon as one is seen,
// since it may be gone a moment later. Only a thorough look reads environments and namespaces. It is not sure when a process
// ended before it was known whose it is: it may have started another that is not in the list yet.
func (h *hunt) look(thorough bool, do func(process)) (found []process, sure bool) {
	sure = true
	all, ours, strangers := map[int]process{}, map[int]bool{h.pid: true}, map[int]uint64{}
	self := os.Getpid()
	for _, pid := range numbers() {
		p, ok := readProcess(pid)
		if !ok || p.dead() {
			start, stranger := h.strangers[pid]
			sure = sure && (pid == h.pid || stranger && (!ok || start == p.start))
		}
		if !ok {
			continue
		}
		all[pid] = p
		if pid == self || pid == 1 || p.dead() {
			continue
		}
		is, told := h.recognize(p, thorough)
		sure = sure && told
		if is {
			ours[pid] = true
			if do != nil && pid != h.pid {
				do(p)
			}
		}
	}
	h.spread(all, ours)
	h.known = map[int]uint64{}
	for pid, p := range all {
		switch {
		case pid == h.pid:
		case ours[pid] && pid != self && pid != 1 && !p.dead():
			h.known[pid] = p.start
			found = append(found, p)
		default:
			strangers[pid] = p.start
		}
	}
	if thorough {
		h.strangers = strangers
	}
	return found, sure
}

// recognize reports whether a process is the command's by itself, and whether that could be told.
func (h *hunt) recognize(p process, thorough bool) (is, told bool) {
	start, known := h.known[p.pid]
	if known && start == p.start || p.group == h.pid || p.session == h.pid {
		return true, true
	}
	if !thorough || p.session == 0 {
		return false, true // the system's own, or from outside the container we are in
	}
	marked, told := p.marked(h.token)
	return marked || p.within(h.namespace), told
}

// spread marks as ours who descends from ours, or shares a session with them.
func (h *hunt) spread(all map[int]process, ours map[int]bool) {
	for before := 0; before < len(ours); {
		before = len(ours)
		for pid := range all {
			adopt(all, ours, pid)
		}
		sessions := map[int]bool{}
		for pid := range ours {
			if s := all[pid].session; !sessions[s] && h.made(s) {
				sessions[s] = true
			}
		}
		for pid, p := range all {
			if sessions[p.session] {
				ours[pid] = true
			}
		}
	}
}

// made reports whether the session was made by the command: then everybody in it is the command's, since nobody can join a
// session. Another is that of a user who entered the namespace to see what goes on there.
func (h *hunt) made(session int) bool {
	if session == 0 {
		return false
	}
	leader, ok := readProcess(session) // the number is not given away as long as there is somebody in the session
	return !ok || leader.start >= h.start
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
	for until := time.Now().Add(settle); len(h.find()) > 0; time.Sleep(pause) {
		if time.Now().After(until) {
			return true
		}
	}
	return false
}

// kill ends all processes of the command. They are stopped before, since they could start others faster than they are found.
func (h *hunt) kill() error {
	rest := h.freeze()
	for until := time.Now().Add(endure); ; {
		// The youngest first: a parent's end makes the system continue the stopped groups that it leaves orphaned.
		slices.SortFunc(rest, func(a, b process) int { return cmp.Compare(b.start, a.start) })
		for _, p := range rest {
			p.signal(syscall.SIGKILL)
		}
		_ = syscall.Kill(-h.pid, syscall.SIGKILL)
		if len(rest) == 0 {
			return nil
		}
		time.Sleep(pause)
		if rest = h.find(); len(rest) > 0 && time.Now().After(until) {
			return fmt.Errorf("%d of its processes cannot be ended, one is %d: end them by hand", len(rest), rest[0].pid)
		}
	}
}

// freeze stops the command and its processes, which it returns. It is done when two looks in a row find only stopped ones: one
// that was just starting another when it was stopped has it started nonetheless, and one that runs may have others continue.
func (h *hunt) freeze() []process {
	var found []process
	for round, quiet := 0, 0; round < rounds && quiet < 2; round++ {
		_ = syscall.Kill(-h.pid, syscall.SIGSTOP)
		var sure bool
		found, sure = h.look(true, h.stop)
		sure = sure || round >= retries
		switch {
		case sure && len(found) == 0:
			return nil
		case sure && !slices.ContainsFunc(found, process.running):
			quiet++
		default:
			quiet = 0
			for _, p := range found {
				h.stop(p)
			}
			time.Sleep(pause)
		}
	}
	return found
}

// stop stops a process and its whole group at once. The group keeps its number as long as the process, which is stopped, is there.
func (h *hunt) stop(p process) {
	if !p.running() {
		return
	}
	p.signal(syscall.SIGSTOP)
	if now, ok := readProcess(p.pid); ok && now.start == p.start && !now.dead() && now.group > 1 && h.made(now.session) {
		_ = syscall.Kill(-now.group, syscall.SIGSTOP)
	}
}

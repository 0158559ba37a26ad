package isolate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// process is what /proc tells of one.
type process struct {
	pid, parent, group, session int
	start                       uint64 // in ticks since the system started; with the number it names a process for good
	state                       byte
	dir                         string // in /proc: its own, or that of a thread that goes on after the first has ended
}

// numbers lists the numbers of all that can be seen, the highest first, which is mostly the newest.
func numbers() []int {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	var out []int
	for _, name := range slices.Backward(names) {
		if pid, err := strconv.Atoi(name); err == nil {
			out = append(out, pid)
		}
	}
	return out
}

// readProcess reads what a process is. One whose first thread has ended while others go on looks dead and has no environment; its
// state and folder are then those of another thread.
func readProcess(pid int) (process, bool) {
	p, threads, ok := readStat(fmt.Sprintf("/proc/%d", pid))
	p.pid = pid
	if ok && p.dead() && threads > 1 {
		p.state = 'R'
		others, _ := os.ReadDir(p.dir + "/task")
		for _, other := range others {
			if t, _, ok := readStat(p.dir + "/task/" + other.Name()); ok && !t.dead() {
				p.state, p.dir = t.state, t.dir
				break
			}
		}
	}
	return p, ok
}

// readStat reads the file stat of a folder: the number, the name in brackets, which may hold anything, the state, the numbers of
// parent, group and session, as the twentieth field how many threads there are, and as the twenty-second the start.
func readStat(dir string) (p process, threads int, ok bool) {
	text, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return process{}, 0, false
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 20 {
		return process{}, 0, false
	}
	p = process{state: fields[0][0], dir: dir}
	for i, to := range []*int{&p.parent, &p.group, &p.session} {
		*to, _ = strconv.Atoi(fields[1+i])
	}
	threads, _ = strconv.Atoi(fields[17])
	p.start, err = strconv.ParseUint(fields[19], 10, 64)
	return p, threads, err == nil
}

// dead reports whether the process only waits for its parent to take notice.
func (p process) dead() bool { return p.state == 'Z' || p.state == 'X' }

// running reports whether the process is neither stopped nor dead.
func (p process) running() bool { return p.state != 'T' && p.state != 't' && !p.dead() }

// maxEnvironment is more than a process can be given: arguments and environment may take 6 MiB together.
const maxEnvironment = 8 << 20

// marked reports whether the token is in the environment with which the process was started, and whether that could be told:
// not when it has ended meanwhile. That of other users cannot be read.
func (p process) marked(token string) (is, told bool) {
	f, err := os.Open(p.dir + "/environ")
	if err != nil {
		return false, errors.Is(err, fs.ErrPermission)
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, maxEnvironment))
	if len(text) == 0 {
		now, ok := readProcess(p.pid)
		return false, ok && !now.dead()
	}
	return bytes.Contains(text, []byte(marker+"="+token)), true
}

// nsGetParent is the request of ioctl_ns(2) for the namespace around one.
const nsGetParent = 0xb702

// within reports whether the process is in a user namespace, given as its link in /proc, or in one made there.
func (p process) within(namespace string) bool {
	if namespace == "" {
		return false
	}
	name := p.dir + "/ns/user"
	if link, err := os.Readlink(name); err != nil || link == namespace {
		return err == nil
	}
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	for err == nil {
		var link string
		if link, err = os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd)); err == nil && link == namespace {
			unix.Close(fd)
			return true
		}
		around, failed := unix.IoctlRetInt(fd, nsGetParent)
		unix.Close(fd)
		fd, err = around, failed // there is none that we may see around our own
	}
	return false
}

// signal signals the process, and not another that got its number meanwhile: the handle is made before looking again.
func (p process) signal(s syscall.Signal) {
	handle, err := os.FindProcess(p.pid)
	if err != nil {
		return
	}
	defer handle.Release()
	if now, ok := readProcess(p.pid); ok && now.start == p.start {
		_ = handle.Signal(s)
	}
}

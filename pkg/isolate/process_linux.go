package isolate

import (
	"bytes"
	"fmt"
	"io"
	"os"
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
}

// processes lists all that can be seen.
func processes() map[int]process {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	out := make(map[int]process, len(names))
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			if p, ok := readProcess(pid); ok {
				out[pid] = p
			}
		}
	}
	return out
}

// readProcess reads /proc/PID/stat: the number, the name in brackets, which may hold anything, the state, the numbers of parent,
// group and session, and as the twenty-second field the start.
func readProcess(pid int) (process, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 20 {
		return process{}, false
	}
	p := process{pid: pid, state: fields[0][0]}
	for i, to := range []*int{&p.parent, &p.group, &p.session} {
		*to, _ = strconv.Atoi(fields[1+i])
	}
	p.start, err = strconv.ParseUint(fields[19], 10, 64)
	return p, err == nil
}

// dead reports whether the process only waits for its parent to take notice.
func (p process) dead() bool { return p.state == 'Z' || p.state == 'X' }

// maxEnvironment is more than a process can be given: arguments and environment may take 6 MiB together.
const maxEnvironment = 8 << 20

// marked reports whether the token is in the environment with which the process was started. That of other users cannot be read.
func (p process) marked(token string) bool {
	f, err := os.Open(fmt.Sprintf("/proc/%d/environ", p.pid))
	if err != nil {
		return false
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, maxEnvironment))
	return bytes.Contains(text, []byte(marker+"="+token))
}

// nsGetParent is the request of ioctl_ns(2) for the namespace around one.
const nsGetParent = 0xb702

// within reports whether the process is in a user namespace, given as its link in /proc, or in one made there.
func (p process) within(namespace string) bool {
	if namespace == "" {
		return false
	}
	name := fmt.Sprintf("/proc/%d/ns/user", p.pid)
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

// kill kills the process, and not another that got its number meanwhile: the handle is made before looking again.
func (p process) kill() {
	handle, err := os.FindProcess(p.pid)
	if err != nil {
		return
	}
	defer handle.Release()
	if now, ok := readProcess(p.pid); ok && now.start == p.start {
		_ = handle.Signal(syscall.SIGKILL)
	}
}

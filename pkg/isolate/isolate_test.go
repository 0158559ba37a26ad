//go:build unix

package isolate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/isolate"
)

// TestMain makes the test binary a program to run, too: its second argument says what it does.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "child" {
		// Whatever happens to the test, nothing of it stays.
		time.AfterFunc(lifetime, func() { os.Exit(99) })
		act(os.Args[2], os.Args[3:])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const lifetime = 8 * time.Second

func act(mode string, args []string) {
	switch mode {
	case "sleep":
		time.Sleep(lifetime)
	case "exit":
		code, _ := strconv.Atoi(args[0])
		os.Exit(code)
	case "signal":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		time.Sleep(lifetime)
	case "environ":
		fmt.Println(strings.Join(os.Environ(), "\n"))
	case "print":
		printMuch(args[0], args[1])
	case "say":
		fmt.Print(args[0])
	case "both":
		fmt.Println("one")
		fmt.Fprintln(os.Stderr, "two")
		fmt.Println("three")
	case "dial":
		if conn, err := net.DialTimeout("tcp", args[0], time.Second); err == nil {
			conn.Close()
			os.Exit(1)
		}
	case "folders":
		leaveFiles()
	case "daemon":
		// It notes its number, and lets go once the daemon has noted its own.
		spawn(nil, daemon, "noted", args[0])
		waitForNotes(args[0], 1)
	case "noted":
		note(args[0])
		time.Sleep(lifetime)
	case "tree":
		grow(args[0], args[1:])
	case "chain":
		chain(args[0], args[1])
	case "between":
		// The process between lives long enough to be seen; the one it leaves behind has nothing of the command's.
		spawn([]string{}, daemon, "middle", args[0])
		waitForNotes(args[0], 2)
		time.Sleep(400 * time.Millisecond)
	case "middle":
		note(args[0])
		spawn([]string{}, daemon, "noted", args[0])
		waitForNotes(args[0], 2)
		time.Sleep(450 * time.Millisecond)
	case "thread":
		spawn(nil, daemon, "threadless", args[0])
		waitForNotes(args[0], 1)
	default:
		other(mode, args)
	}
}

var daemon = &syscall.SysProcAttr{Setsid: true}

// spawn starts the test binary in another mode, with its own environment or another. It does not wait for it.
func spawn(env []string, attr *syscall.SysProcAttr, args ...string) {
	cmd := exec.Command(self(), append([]string{"child"}, args...)...)
	cmd.Env, cmd.SysProcAttr = env, attr
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// note leaves a file named after the process.
func note(dir string) {
	_ = os.WriteFile(filepath.Join(dir, strconv.Itoa(os.Getpid())), nil, 0o600)
}

func waitForNotes(dir string, n int) {
	for end := time.Now().Add(lifetime); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if notes, _ := os.ReadDir(dir); len(notes) >= n {
			return
		}
	}
}

// grow starts as many children as the first width says, which start as many as the next; each stays, the last also lead a session
// of their own.
func grow(dir string, widths []string) {
	note(dir)
	if len(widths) == 0 {
		time.Sleep(lifetime)
		return
	}
	width, _ := strconv.Atoi(widths[0])
	attr := &syscall.SysProcAttr{}
	if len(widths) == 1 {
		attr = daemon
	}
	for range min(width, 8) {
		spawn(nil, attr, append([]string{"tree", dir}, widths[1:]...)...)
	}
	time.Sleep(lifetime)
}

// chain starts one successor in a session of its own and ends.
func chain(dir, rest string) {
	note(dir)
	if n, _ := strconv.Atoi(rest); n > 0 && n <= maxChain {
		spawn(nil, daemon, "chain", dir, strconv.Itoa(n-1))
	}
}

const maxChain = 150

// printMuch prints as many MiB, at the most 4096, to a stream.
func printMuch(stream, size string) {
	to := os.Stdout
	if stream == "stderr" {
		to = os.Stderr
	}
	line := []byte(strings.Repeat(strings.Repeat("x", 127)+"\n", 512))
	n, _ := strconv.Atoi(size)
	for range min(n, 4096) * 16 {
		if _, err := to.Write(line); err != nil {
			os.Exit(1)
		}
	}
}

func leaveFiles() {
	for _, name := range []string{os.Getenv("HOME"), os.Getenv("TMPDIR")} {
		there, err := os.ReadDir(name)
		fmt.Println(name, len(there), err)
		deep := filepath.Join(name, "a", "b")
		_ = os.MkdirAll(deep, 0o700)
		_ = os.WriteFile(filepath.Join(deep, "file"), nil, 0o400)
		for _, dir := range []string{deep, filepath.Dir(deep), name} {
			_ = os.Chmod(dir, 0o500)
		}
	}
}

func self() string {
	name, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return name
}

// child is the command that runs the test binary in a mode.
func child(args ...string) isolate.Command {
	return isolate.Command{
		Args:    append([]string{self(), "child"}, args...),
		Env:     []string{"GORACE=atexit_sleep_ms=0"}, // the race detector has each wait a second at its end
		Timeout: 30 * time.Second,
	}
}

func run(t *testing.T, c isolate.Command) isolate.Outcome {
	t.Helper()
	o, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// noneLeft fails when a process that noted itself is still there, or fewer than expected did.
func noneLeft(t *testing.T, dir string, atLeast int) {
	t.Helper()
	notes, err := os.ReadDir(dir)
	if err != nil || len(notes) < atLeast {
		t.Fatalf("%d processes were there, want %d at least: %v", len(notes), atLeast, err)
	}
	for _, n := range notes {
		pid, _ := strconv.Atoi(n.Name())
		if alive(pid) {
			t.Errorf("process %d outlives the command", pid)
		}
	}
}

func alive(pid int) bool {
	if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		return fields[0] != "Z" && fields[0] != "X" || fields[17] != "1"
	}
	return syscall.Kill(pid, 0) == nil
}

func TestNotStarted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("plain", "#!/bin/sh\n", 0o600)
	write("script", "#!/nowhere/interpreter\n", 0o700)
	write("text", "no program\n", 0o700)
	for _, tt := range []struct {
		name, program, dir, path, want string
	}{
		{"not on the PATH", "no-such-program", dir, os.Getenv("PATH"), "no-such-program is not on the PATH: install it"},
		{"relative PATH", "script", dir, ".:", "script is not on the PATH: install it"},
		{"missing", "./missing", dir, "", "./missing cannot be started: it does not exist"},
		{"not executable", "./plain", dir, "", "./plain cannot be started: it is not executable: set its mode with chmod +x"},
		{"folder", "/", dir, "", "/ cannot be started: it is a folder"},
		{"no interpreter", "./script", dir, "", "./script cannot be started: the interpreter it names does not exist: install it"},
		{"no program", "./text", dir, "", "./text cannot be started: it is neither a program of this system nor a script that begins with #!"},
		{"no folder", "./script", dir + "/missing", "", "it cannot run in " + dir + "/missing: no such file or directory"},
		{"folder is a file", "./script", dir + "/plain", "", "it cannot run in " + dir + "/plain: not a directory"},
	} {
		for _, noNetwork := range []bool{false, true} {
			o := run(t, isolate.Command{Args: []string{tt.program}, Dir: tt.dir, Path: tt.path, NoNetwork: noNetwork})
			if o.Started || o.Problem != tt.want || o.Failure() != tt.want || o.ExitCode != -1 || o.Network {
				t.Errorf("%s: %+v, want %q", tt.name, o, tt.want)
			}
		}
	}
}

func TestInvalid(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c    isolate.Command
		want string
	}{
		{isolate.Command{}, "run a command: it is empty"},
		{isolate.Command{Args: []string{""}}, "run a command: it is empty"},
		{isolate.Command{Args: []string{"x"}, Env: []string{"A=b", "C"}}, "run x: the environment's entry 1 is not NAME=value"},
		{isolate.Command{Args: []string{"x"}, Env: []string{"=b"}}, "run x: the environment's entry 0 is not NAME=value"},
		{isolate.Command{Args: []string{"x"}, Env: []string{"A=\x00"}}, "run x: the environment's entry 0 is not NAME=value"},
	} {
		o, err := tt.c.Run(t.Context())
		if err == nil || err.Error() != tt.want || o.Started || o.ExitCode != -1 {
			t.Errorf("%+v: %+v, %v, want %q", tt.c, o, err, tt.want)
		}
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		c       isolate.Command
		code    int
		signal  string
		failure string
	}{
		{"success", child("exit", "0"), 0, "", ""},
		{"exit status", child("exit", "7"), 7, "", "it ended with exit status 7"},
		{"signal", child("signal"), -1, "SIGKILL", "it was ended by SIGKILL"},
	} {
		o := run(t, tt.c)
		if !o.Started || o.ExitCode != tt.code || o.Signal != tt.signal || o.Failure() != tt.failure || o.Left || o.TimedOut || !o.Network {
			t.Errorf("%s: %+v", tt.name, o)
		}
	}
}

// A program is found in the absolute folders of the PATH only, and runs in its folder.
func TestPath(t *testing.T) {
	t.Parallel()
	dir, other := t.TempDir(), t.TempDir()
	for d, word := range map[string]string{dir: "relative", other: "absolute"} {
		if err := os.WriteFile(filepath.Join(d, "gen"), []byte("#!/bin/sh\necho "+word+"; pwd\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	real, _ := filepath.EvalSymlinks(dir)
	o := run(t, isolate.Command{Args: []string{"gen"}, Dir: dir, Path: ".:" + other, Capture: true})
	if got := string(o.Stdout); got != "absolute\n"+real+"\n" && got != "absolute\n"+dir+"\n" {
		t.Errorf("%q, %+v", got, o)
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	c := child("sleep")
	c.Timeout = 200 * time.Millisecond
	o := run(t, c)
	if !o.TimedOut || o.Signal != "SIGKILL" || o.ExitCode != -1 || o.Left || o.Duration > 4*time.Second || !strings.HasSuffix(o.Failure(), ": raise the timeout") {
		t.Errorf("%+v: %s", o, o.Failure())
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		waitForNotes(dir, 1)
		cancel()
	}()
	o, err := child("noted", dir).Run(ctx)
	if !errors.Is(err, context.Canceled) || !o.Started || o.Signal != "SIGKILL" || o.TimedOut {
		t.Errorf("%+v, %v", o, err)
	}
	noneLeft(t, dir, 1)
	if o, err := child("exit", "0").Run(ctx); !errors.Is(err, context.Canceled) || o.Started {
		t.Errorf("ended before: %+v, %v", o, err)
	}
}

// Standard output is captured, or part of the messages in order.
func TestStreams(t *testing.T) {
	t.Parallel()
	c := child("both")
	if o := run(t, c); o.Messages != "one\ntwo\nthree" || len(o.Stdout) != 0 {
		t.Errorf("%+v", o)
	}
	c.Capture = true
	if o := run(t, c); o.Messages != "two" || string(o.Stdout) != "one\nthree\n" {
		t.Errorf("%+v", o)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	for _, tt := range []struct {
		stream  string
		capture bool
	}{{"stdout", true}, {"stdout", false}, {"stderr", true}, {"stderr", false}} {
		c := child("print", tt.stream, "4096")
		c.Capture, c.MaxOutput = tt.capture, limit
		o := run(t, c)
		if !o.TooLong || o.Signal != "SIGKILL" || o.TimedOut || o.Failure() != "it was ended because it printed too much" || o.Duration > 7*time.Second {
			t.Errorf("%+v: %+v", tt, o.Failure())
		}
		if captured := tt.capture && tt.stream == "stdout"; captured != (len(o.Stdout) == limit) || captured == (o.Messages != "") {
			t.Errorf("%+v: %d bytes of output, %d of messages", tt, len(o.Stdout), len(o.Messages))
		}
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, env, want string }{
		{"end", strings.Repeat("line\n", 5000) + "the end", "", "the end"},
		{"escape sequences", "\x1b[31mred\x1b[0m \x1b]0;title\x07plain\b\r\nnext", "", "red plain\nnext"},
		{"secret", "it is correct-horse-battery!", "WORD=correct-horse-battery", "it is (sensitive value)!"},
		{"control character within", "correct-\x1b[1mhorse\x00-battery", "WORD=correct-horse-battery", "(sensitive value)"},
		{"wrapped", "a correct-\nhorse-\tbatt\rery b", "WORD=correct-horse-battery", "a (sensitive value) b"},
		{"several lines", "x\n  correct horse\n  battery staple", "WORDS=correct horse\nbattery staple\n", "x\n  (sensitive value)\n  (sensitive value)"},
		{"cut off", "it is correct-horse-ba", "WORD=correct-horse-battery", "it is (sensitive value)"},
		{"no secret", "/somewhere/else", "GOPATH=/somewhere/else", "/somewhere/else"},
		{"short", "a short one", "WORD=short", "a short one"},
	} {
		c := isolate.Command{Args: []string{"/bin/sh", "-c", `cat "$1" >&2`, "sh", file(t, tt.text)}, Path: os.Getenv("PATH")}
		if tt.env != "" {
			c.Env = []string{tt.env}
		}
		o := run(t, c)
		if o.ExitCode != 0 || !strings.HasSuffix(o.Messages, tt.want) || len(tt.text) < 100 && o.Messages != tt.want || len(o.Messages) > 4<<10 {
			t.Errorf("%s: %q, want %q", tt.name, o.Messages[max(0, len(o.Messages)-100):], tt.want)
		}
	}
}

func file(t *testing.T, text string) string {
	name := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestEnvironment(t *testing.T) {
	t.Setenv("SOMETHING_OF_THE_USER", "x")
	c := child("environ")
	c.Path, c.Capture = "/usr/bin:/bin", true
	c.Env = []string{"A=1", "A=2", "HOME=/root", "TMPDIR=/tmp", "PATH=.", "TZ=Europe/Berlin"}
	o := run(t, c)
	var names []string
	for line := range strings.Lines(string(o.Stdout)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		names = append(names, name)
		want := map[string]string{"A": "2", "LANG": "C.UTF-8", "PATH": c.Path, "TZ": "Europe/Berlin"}[name]
		if want != "" && value != want || value == "/root" || value == "/tmp" {
			t.Errorf("%s=%s", name, value)
		}
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "A CDBGATE_ISOLATE HOME LANG PATH TMPDIR TZ" {
		t.Error(got)
	}
}

// The command's folders are empty, and gone afterwards although it made them read-only.
func TestFolders(t *testing.T) {
	t.Parallel()
	c := child("folders")
	c.Capture = true
	o := run(t, c)
	lines := strings.Split(strings.TrimSpace(string(o.Stdout)), "\n")
	if len(lines) != 2 {
		t.Fatalf("%+v", o)
	}
	for _, line := range lines {
		name, rest, _ := strings.Cut(line, " ")
		if rest != "0 <nil>" || !filepath.IsAbs(name) {
			t.Error(line)
		}
		if _, err := os.Lstat(filepath.Dir(name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", filepath.Dir(name), err)
		}
	}
}

func TestNoNetwork(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	c := child("dial", l.Addr().String())
	if o := run(t, c); o.ExitCode != 1 || !o.Network {
		t.Errorf("with a network: %+v", o)
	}
	c.NoNetwork = true
	o := run(t, c)
	if o.Network {
		t.Skip("this system does not take the network away")
	}
	if o.ExitCode != 0 {
		t.Errorf("%+v", o)
	}
}

// A child that stays in the command's group is ended on every system.
func TestGroup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := run(t, isolate.Command{Args: []string{"/bin/sh", "-c", `"$1" child noted "$2" & while [ -z "$(ls "$2")" ] && [ $((n += 1)) -lt 500 ]; do sleep 0.01; done`, "sh", self(), dir}, Path: os.Getenv("PATH")})
	if !o.Left || o.ExitCode != 0 {
		t.Errorf("%+v", o)
	}
	noneLeft(t, dir, 1)
}

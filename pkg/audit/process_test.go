package audit_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
)

// perWriter is how many appends a writer of TestProcesses makes.
const perWriter = 50

func init() {
	children["writer"] = func(ctx context.Context, path string) {
		for i := range perWriter {
			acknowledge(ctx, path, fmt.Sprint(os.Getpid(), "-", i), 1+i%3)
		}
	}
	// The victim appends until it is killed, now and then so much that one write takes a while.
	children["victim"] = func(ctx context.Context, path string) {
		fmt.Println("ready 0")
		for i := 0; ; i++ {
			events := 1 + rand.IntN(4)
			if rand.IntN(3) == 0 {
				events = 500 + rand.IntN(3000)
			}
			acknowledge(ctx, path, fmt.Sprint(os.Getpid(), "-", i), events)
		}
	}
}

// acknowledge appends so many events by one append, and then says on standard output which.
func acknowledge(ctx context.Context, path, name string, n int) {
	events := make([]audit.Event, n)
	for i := range events {
		events[i] = violation(fmt.Sprint(name, "-", i))
	}
	if _, err := audit.Append(ctx, path, events); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%s %d\n", name, n)
}

// output keeps what a child says, and tells when it has begun to.
type output struct {
	text  bytes.Buffer // no embedded one: it would be read into past Write
	begun chan struct{}
	once  sync.Once
}

func (o *output) Write(p []byte) (int, error) {
	defer o.once.Do(func() { close(o.begun) })
	return o.text.Write(p)
}

// child is the test binary as one of the children.
func child(ctx context.Context, name, path string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "AUDIT_TEST_CHILD="+name, "AUDIT_TEST_LOG="+path)
	return cmd
}

// acknowledged reads what children said, whole lines only: a killed one may leave half of one.
func acknowledged(t *testing.T, text []byte, into map[string]bool) {
	t.Helper()
	for line := range strings.Lines(string(text)) {
		var name string
		var n int
		if !strings.HasSuffix(line, "\n") {
			continue
		}
		if _, err := fmt.Sscan(line, &name, &n); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		for i := range n {
			into[fmt.Sprint(name, "-", i)] = true
		}
	}
}

// record is what a log holds.
type record struct {
	there map[string]bool // fingerprints
	sure  int64           // bytes up to the last event that was acknowledged
	audit.Summary
}

// recorded reads a log as far as it is intact.
func recorded(t *testing.T, path string, want map[string]bool) (record, error) {
	t.Helper()
	r := record{there: map[string]bool{}}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	at := int64(0)
	r.Summary, err = audit.Read(bufio.NewReader(f), func(l *audit.Line) error {
		at += int64(len(l.Raw)) + 1
		if l.Type == audit.ViolationType {
			_, rest, _ := bytes.Cut(l.Data, []byte(`"fingerprint":"`))
			name, _, _ := bytes.Cut(rest, []byte{'"'})
			if r.there[string(name)] {
				t.Fatalf("%s stands twice", name)
			}
			r.there[string(name)] = true
			if want[string(name)] {
				r.sure = at
			}
		}
		return nil
	})
	return r, err
}

func missing(want, have map[string]bool) int {
	n := 0
	for name := range want {
		if !have[name] {
			n++
		}
	}
	return n
}

// TestProcesses: ten processes append at once to a log that none of them made, and it is one chain that has all of it.
func TestProcesses(t *testing.T) {
	path := t.TempDir() + "/log"
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	outs := make([]bytes.Buffer, 10)
	var cmds []*exec.Cmd
	for i := range outs {
		cmd := child(ctx, "writer", path)
		cmd.Stdout, cmd.Stderr = &outs[i], &outs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		cmds = append(cmds, cmd)
	}
	want := map[string]bool{}
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v: %s", err, outs[i].Bytes())
		}
		acknowledged(t, outs[i].Bytes(), want)
	}
	r, err := recorded(t, path, want)
	if err != nil {
		t.Fatal(err)
	}
	appends := 0
	for i := range perWriter {
		appends += 1 + i%3
	}
	if len(want) != 10*appends || len(r.there) != len(want) || missing(want, r.there) > 0 || r.Types[audit.LogType] != 1 {
		t.Errorf("%d events acknowledged, %d recorded, %d missing; %+v", len(want), len(r.there), missing(want, r.there), r.Summary)
	}
}

// TestKill kills a process that appends 200 times at moments nobody chose. Each time the log is intact to its last whole line and
// what was acknowledged is in it; the next process goes on. Every other time the power goes as well: of what nobody was told about, an
// end of any length is lost.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts 200 processes")
	}
	const kills = 200
	path := t.TempDir() + "/log"
	want := map[string]bool{}
	var (
		r          record
		torn, lost int
	)
	for i := range kills {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		cmd := child(ctx, "victim", path)
		out, errs := output{begun: make(chan struct{})}, bytes.Buffer{}
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-out.begun:
		case <-ctx.Done():
			t.Fatal("a child that says nothing")
		}
		time.Sleep(rand.N(60 * time.Millisecond))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		cancel()
		if errs.Len() > 0 {
			t.Fatalf("%s", errs.Bytes())
		}
		acknowledged(t, out.text.Bytes(), want)
		check := func() {
			var err error
			r, err = recorded(t, path, want)
			var broken *audit.BrokenError
			if err != nil && r.Lines > 0 && (!errors.As(err, &broken) || !broken.Torn) {
				t.Fatal(err)
			}
			if n := missing(want, r.there); n > 0 {
				t.Fatalf("%d of %d acknowledged events are missing", n, len(want))
			}
		}
		check()
		if info, err := os.Stat(path); err == nil && i%2 == 0 && info.Size() > r.sure {
			lost++
			if err := os.Truncate(path, r.sure+rand.Int64N(info.Size()-r.sure)); err != nil {
				t.Fatal(err)
			}
			check()
		}
		if r.Torn > 0 {
			torn++
		}
	}
	if _, err := audit.Append(t.Context(), path, []audit.Event{violation("last")}); err != nil {
		t.Fatal(err)
	}
	r, err := recorded(t, path, want)
	recovered := r.Types[audit.LogType] - 1
	if err != nil || missing(want, r.there) > 0 || torn > 0 && recovered == 0 {
		t.Fatal(r.Summary, err)
	}
	t.Logf("%d kills: %d events acknowledged, all of them recorded, and %d more; %d ends lost, %d torn, %d cut off and recorded",
		kills, len(want), len(r.there)-len(want)-1, lost, torn, recovered)
}

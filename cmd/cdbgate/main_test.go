package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){"cdbgate": main, providerName: serveProvider})
}

// tidy runs tests and then removes what they share.
type tidy struct{ *testing.M }

func (t tidy) Run() int {
	defer removeWallet()
	return t.M.Run()
}

// TestScripts runs the command line as a user does, one script a topic.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			if cache, err := exec.Command("go", "env", "GOCACHE").Output(); err == nil {
				env.Setenv("GOCACHE", strings.TrimSpace(string(cache))) // for generators that are Go programs
			}
			for _, who := range []string{"AUTHOR", "COMMITTER"} {
				env.Setenv("GIT_"+who+"_NAME", "Test")
				env.Setenv("GIT_"+who+"_EMAIL", "test@example.org")
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status":             status,
			"sparse":             sparse,
			"binary":             binary,
			"same-but-durations": sameButDurations,
			"entries":            entries,
			"damage":             damage,
			"no-bytes":           noBytes,
			"append":             appendText,
			"edit":               edit,
		},
	})
}

// status runs a command and checks its exit status: status N COMMAND ARG…
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [arg...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// sparse makes a file that starts with a text and is as long as asked, without filling the disk: sparse FILE TEXT SIZE
func sparse(ts *testscript.TestScript, _ bool, args []string) {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	size, err := strconv.ParseInt(args[2], 10, 64)
	ts.Check(err)
	name := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(name, []byte(text), 0o644))
	ts.Check(os.Truncate(name, size))
}

// binary writes bytes that are no text: binary FILE
func binary(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\xff\xfe"), 0o644))
}

var duration = regexp.MustCompile(`"duration_ms": \d+`)

// sameButDurations compares two JSON reports byte by byte but for durations: same-but-durations FILE FILE
func sameButDurations(ts *testscript.TestScript, _ bool, args []string) {
	read := func(name string) []byte {
		text, err := os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
		return duration.ReplaceAll(text, nil)
	}
	if !bytes.Equal(read(args[0]), read(args[1])) {
		ts.Fatalf("%s and %s differ", args[0], args[1])
	}
}

// entries counts the files of a folder: entries DIR N
func entries(ts *testscript.TestScript, _ bool, args []string) {
	list, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := strconv.Itoa(len(list)); got != args[1] {
		ts.Fatalf("%s has %s entries, want %s", args[0], got, args[1])
	}
}

// damage changes the last byte of every file of a folder: damage DIR
func damage(ts *testscript.TestScript, _ bool, args []string) {
	names, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*"))
	ts.Check(err)
	for _, name := range names {
		text, err := os.ReadFile(name)
		ts.Check(err)
		text[len(text)-1] ^= 1
		ts.Check(os.WriteFile(name, text, 0o600))
	}
}

// noBytes fails when a text stands in any file below a folder: no-bytes DIR TEXT
func noBytes(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err == nil && bytes.Contains(text, []byte(args[1])) {
			ts.Fatalf("%s holds %s", name, args[1])
		}
		return err
	}))
}

// appendText adds text, in which \n is a line feed, to a file: append FILE TEXT
func appendText(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	text, err := os.ReadFile(name)
	ts.Check(err)
	ts.Check(os.WriteFile(name, append(text, strings.ReplaceAll(args[1], `\n`, "\n")...), 0o600))
}

// edit replaces a text, where it first stands in a file, by another one: edit FILE OLD NEW
func edit(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	text, err := os.ReadFile(name)
	ts.Check(err)
	if !bytes.Contains(text, []byte(args[1])) {
		ts.Fatalf("%s does not hold %s", name, args[1])
	}
	ts.Check(os.WriteFile(name, bytes.Replace(text, []byte(args[1]), []byte(args[2]), 1), 0o600))
}

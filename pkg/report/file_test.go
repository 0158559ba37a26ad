package report_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func put(text string, err error) func(io.Writer) error {
	return func(w io.Writer) error {
		_, _ = io.WriteString(w, text)
		return err
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	broken := errors.New("broken")
	for _, step := range []struct {
		text string
		err  error
		want string
	}{{"one", nil, "one"}, {"two", broken, "one"}, {"three", nil, "three"}} {
		if err := report.WriteFile(path, put(step.text, step.err)); !errors.Is(err, step.err) {
			t.Fatalf("%s: %v", step.text, err)
		}
		if got, _ := os.ReadFile(path); string(got) != step.want {
			t.Errorf("after %s: %q, want %q", step.text, got, step.want)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("something was left behind: %v, %v", entries, err)
	}
	plain := filepath.Join(dir, "plain")
	f, err := os.OpenFile(plain, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, _ := f.Stat()
	if got, _ := os.Stat(path); got.Mode() != want.Mode() {
		t.Errorf("mode %v, a plain file has %v", got.Mode(), want.Mode())
	}
}

func TestWriteFileRefuses(t *testing.T) {
	dir := t.TempDir()
	victim := filepath.Join(dir, "victim")
	link := filepath.Join(dir, "link")
	if err := os.WriteFile(victim, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, link); err != nil {
		t.Skip(err)
	}
	for path, want := range map[string]string{
		link: "symbolic link", dir: "is a folder", filepath.Join(dir, "no", "file"): "create it first",
		dir + "/": "is a folder", "": "is a folder",
	} {
		err := report.WriteFile(path, put("x", nil))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		if err != nil && strings.Contains(err.Error(), ".tmp-") {
			t.Errorf("the temporary file's name shows: %v", err)
		}
	}
	if got, _ := os.ReadFile(victim); string(got) != "precious" {
		t.Errorf("the link's target became %q", got)
	}
	if err := report.WriteFile(os.DevNull, put("x", nil)); err != nil {
		t.Errorf("a device: %v", err)
	}
}

func TestParseOutput(t *testing.T) {
	for spec, want := range map[string]report.Output{
		"json":            {Format: "json"},
		"sarif=out.sarif": {Format: "sarif", File: "out.sarif"},
		"text=a=b":        {Format: "text", File: "a=b"},
		"markdown=-":      {Format: "markdown"},
	} {
		if got, err := report.ParseOutput(spec); err != nil || got != want {
			t.Errorf("%s: %+v, %v", spec, got, err)
		}
	}
	for spec, want := range map[string]string{
		"": "names no format", "=x": "names no format", "json=": "names no file", "yaml=x": "unknown format", "serif": `"sarif"`, "json=a\x00": "NUL",
	} {
		if _, err := report.ParseOutput(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", spec, err, want)
		}
	}
}

func TestWritePrivateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := report.WritePrivateFile(path, put("secret", nil)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("the mode is %v", mode)
	}
}

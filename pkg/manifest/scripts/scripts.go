// Package scripts lists the commands of all scripts of a repository: those of CI pipelines, Makefiles, shell scripts,
// Dockerfiles, package.json, and what else holds shell. A snapshot comes in, commands with their places in the files go
// out, and a fault for each script that could not be read to its end. Nothing is run.
package scripts

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/pkg/shell"
)

// Command is a command of some script of the repository, with its place.
type Command struct {
	Path  string
	Range document.Range
	Exact bool // Range is that of the command's words; otherwise that of the script or string it stands in

	Words   []string // after expansion of what is known; a word nobody can know is ""
	Via     []string // through what it runs, outermost first: "sudo", "bash -c"
	Wrapped bool     // it is the argument of the command before it, which was listed with all its words
	Raw     bool     // it stands in what could not be parsed: its words are what blanks part in one line

	Kind  string // one of the constants below, or a CI system as package pipeline names it
	Where string // in words: "job deploy, step 3", "target deploy", "RUN", "script build"
}

// Kinds of files.
const (
	Workflow    = "workflow" // of GitHub, Gitea and Forgejo
	Action      = "action"   // a composite one
	Makefile    = "makefile"
	Shell       = "shell"
	Dockerfile  = "dockerfile"
	PackageJSON = "package.json"
	Taskfile    = "taskfile"
	Justfile    = "justfile"
	PreCommit   = "pre-commit"
	Lefthook    = "lefthook"
)

// Fault is a script that could not be parsed to its end, or a file that could not be read.
type Fault struct {
	Path    string
	Range   document.Range
	Message string
}

// Collect reads the files of the snapshot that are in scope, several at a time; inScope may be nil. Commands are in the order
// of paths and places, faults in that of paths. The error is the context's.
func Collect(ctx context.Context, snapshot *repo.Snapshot, inScope func(string) bool, jobs int) ([]Command, []Fault, error) {
	entries := snapshot.Entries()
	files := make([]*file, len(entries))
	var (
		next atomic.Int64
		wg   sync.WaitGroup
	)
	for range max(1, jobs) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(entries) {
					return
				}
				// What a link leads to is read in its own place.
				if e := entries[i]; e.Mode.Type() == 0 && (inScope == nil || inScope(e.Path)) {
					files[i] = read(snapshot, e)
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	n := 0
	for _, f := range files {
		if f != nil {
			n += len(f.commands)
		}
	}
	commands := make([]Command, 0, n)
	var faults []Fault
	for _, f := range files {
		if f != nil {
			commands = append(commands, f.commands...)
			faults = append(faults, f.faults...)
		}
	}
	return commands, faults, nil
}

// read reads one file, nil when it holds no scripts.
func read(snapshot *repo.Snapshot, e repo.Entry) *file {
	reader := readerOf(e.Path)
	if reader == nil && e.Mode&fs.FileMode(0o111) != 0 && !hasExtension(e.Path) && namesShell(snapshot, e.Path) {
		reader = shellScript
	}
	if reader == nil {
		return nil
	}
	f := &file{path: e.Path}
	src, err := snapshot.ReadFile(e.Path)
	if err != nil {
		f.faults = []Fault{{Path: e.Path, Message: "cannot be read: " + reason(err)}}
		return f
	}
	f.setText(src)
	if len(src) > shell.MaxSize && !isYAML(e.Path) {
		f.faults = []Fault{{Path: e.Path, Message: fmt.Sprintf("larger than %d MiB, so it was not read", shell.MaxSize>>20)}}
		return f
	}
	reader(f)
	slices.SortStableFunc(f.commands, func(a, b Command) int {
		return cmp.Or(cmp.Compare(a.Range.Start.Line, b.Range.Start.Line), cmp.Compare(a.Range.Start.Column, b.Range.Start.Column))
	})
	return f
}

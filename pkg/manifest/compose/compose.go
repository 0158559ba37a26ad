// Package compose finds the Docker Compose projects of a repository, merges each as Docker would, and hands back its
// services: one object a service, in canonical form, with a way back to the file and line every part was written in.
//
// What comes in is a file system and the list of its files; what goes out is a render.Result. Nothing is read from the
// machine: no process environment, no file outside the given file system, no network. compose-go merges, canonicalises
// and types the model; includes, extends and env files are resolved here, because compose-go opens them by itself.
package compose

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// Options say which projects there are beyond those found by their names.
type Options struct {
	// Projects are the declared projects: each a list of files, base first. Files listed here are not looked at again
	// by convention.
	Projects [][]string
	// Config is the file Projects were declared in, for the faults of entries that do not exist. It may be empty.
	Config string
	// Jobs bounds how many projects are loaded at the same time; 0 means one a core.
	Jobs int
	// InScope tells which files may start a project; nil means all. What a project includes is read in any case.
	InScope func(path string) bool
}

// Render loads every Compose project among files (sorted, slash-separated paths of fsys) and returns its services.
// A project that cannot be loaded becomes a fault and never keeps the others from being judged.
func Render(ctx context.Context, fsys fs.FS, files []string, opt Options) render.Result {
	if opt.InScope == nil {
		opt.InScope = func(string) bool { return true }
	}
	if opt.Jobs <= 0 {
		opt.Jobs = runtime.GOMAXPROCS(0)
	}
	src := newSources(fsys, files)
	projects, result := discover(ctx, src, opt)

	loaded := make([]render.Result, len(projects))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(opt.Jobs, len(projects)) {
		wg.Go(func() {
			for i := range next {
				loaded[i] = judge(ctx, src, projects[i])
			}
		})
	}
	for i := range projects {
		next <- i
	}
	close(next)
	wg.Wait()

	for _, part := range loaded {
		result.Objects = append(result.Objects, part.Objects...)
		result.Faults = append(result.Faults, part.Faults...)
		for path := range part.Consumed {
			result.Consumed[path] = true
		}
	}
	if err := ctx.Err(); err != nil {
		result.Faults = append(result.Faults, render.Fault{
			Kind: render.Compose, Message: "the search for Compose files was stopped: " + err.Error(),
		})
	}
	result.Faults = distinct(result.Faults)
	return result
}

// judge loads one project. Whatever goes wrong in it stays in it.
func judge(ctx context.Context, src *sources, p project) (result render.Result) {
	if err := ctx.Err(); err != nil {
		return render.Result{Faults: []render.Fault{{
			Path: p.files[0], Kind: render.Compose, Message: "not judged: " + err.Error(),
		}}}
	}
	l := newAssembler(ctx, src, p)
	defer func() {
		if r := recover(); r != nil {
			// The text of a panic may hold values, so it is not repeated.
			l.faults = append(l.faults, render.Fault{
				Path: p.files[0], Kind: render.Compose,
				Message: "the project cannot be loaded as a whole; its services are judged as written",
			})
			result = l.raw()
		}
	}()
	return l.run()
}

// distinct sorts faults and drops repeated ones: a base and its variants share their files.
func distinct(faults []render.Fault) []render.Fault {
	slices.SortStableFunc(faults, func(a, b render.Fault) int {
		return cmp.Or(
			cmp.Compare(a.Path, b.Path),
			comparePosition(a.Range.Start, b.Range.Start),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(faults, func(a, b render.Fault) bool {
		return a.Path == b.Path && a.Range.Start == b.Range.Start && a.Message == b.Message
	})
}

func comparePosition(a, b document.Position) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// dotted writes a path as Compose's own messages do: services.web.ports[0].
func dotted(path []any) string {
	s := ""
	for _, step := range path {
		switch v := step.(type) {
		case int:
			s += fmt.Sprintf("[%d]", v)
		default:
			if s != "" {
				s += "."
			}
			s += printable(fmt.Sprint(v))
		}
	}
	return s
}

// printable quotes a name that holds anything a message should not.
func printable(name string) string {
	if quoted := strconv.Quote(name); len(quoted) != len(name)+2 {
		return quoted
	}
	return name
}

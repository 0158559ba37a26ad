// Package openapidrift gathers the facts of GOV-5 about OpenAPI descriptions: what the project's own generator writes and how
// that differs from what is committed, whether a description is valid, what changed since the base that breaks clients, and
// which operations it describes. Whether that is allowed is decided by policies/openapi_drift.
package openapidrift

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/openapi"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// Gate is the openapi-drift gate.
type Gate struct {
	// Getenv reads the environment that generators get their part of.
	Getenv func(string) string
	// Skip leaves the generators alone when it is not empty: nothing of the judged change runs, and the run is incomplete where one
	// would. It says what to do about it.
	Skip string
	// Exact compares bytes as well as meaning.
	Exact bool
}

// Name is "openapi-drift".
func (Gate) Name() string { return "openapi-drift" }

// Memo keeps what needs no generator: what one writes depends on more than the snapshot, and a result that one had part in is
// volatile. What changed since the base is decided by the two commits.
func (g Gate) Memo(run *gate.Run) (string, bool) {
	options := "skip=" + g.Skip
	if run.Base != nil {
		options += " base=" + run.Base.Commit + " head=" + run.HeadCommit
	}
	return options, true
}

// Collect makes subjects of every description: whether it is valid, what it describes, what changed, and what its generator
// says.
func (g Gate) Collect(ctx context.Context, run *gate.Run) (*gate.Collection, error) {
	targets, err := discover(ctx, run)
	if err != nil {
		return nil, err
	}
	out := &gate.Collection{}
	if len(targets) == 0 {
		out.Skipped = "no OpenAPI descriptions"
		return out, nil
	}
	c := &collector{Gate: g, run: run, memory: openMemory(run)}
	for _, t := range targets {
		if err := c.target(ctx, t); err != nil {
			return nil, err
		}
	}
	out.Subjects, out.Volatile = c.subjects, c.volatile
	return out, nil
}

// collector gathers one run's subjects.
type collector struct {
	Gate
	run      *gate.Run
	memory   *memory
	subjects []gate.Subject
	volatile bool
}

func (c *collector) add(s gate.Subject) { c.subjects = append(c.subjects, s) }

// fault adds something that could not be evaluated.
func (c *collector) fault(path, message, remedy string) {
	c.add(gate.FaultSubject(render.Fault{Path: path, Message: message, Remedy: remedy}, c.run.Now))
}

// target judges one description.
func (c *collector) target(ctx context.Context, t *target) error {
	if !t.there {
		if t.before {
			return c.gone(ctx, t)
		}
		c.fault("", fmt.Sprintf("%s names %s, and there is no such file", c.run.ConfigFile, t.path), "generate and commit it, or correct the entry below openapi")
		return nil
	}
	head, err := openapi.Load(c.run.Snapshot.ReadFile, t.path)
	if err != nil {
		c.fault(t.path, err.Error(), "")
		return nil
	}
	if head.Root != nil && !head.Supported() && head.Version != "" {
		c.fault(t.path, unsupported(head), "")
		return nil
	}
	valid, err := c.validity(ctx, head)
	if err != nil {
		return err
	}
	if head.Root != nil && head.Supported() {
		c.add(c.specSubject(head))
		if err := c.changes(ctx, t, head, valid); err != nil {
			return err
		}
	}
	return c.drift(ctx, t, head)
}

// gone adds that the change takes a description away: it is not there, and was where the change began. One that only the base's tip
// has came to the base since.
func (c *collector) gone(ctx context.Context, t *target) error {
	bases, err := c.mergeBases(ctx, t)
	for _, before := range bases {
		if _, there := before.Lookup(t.from); there {
			c.add(c.goneSubject(t))
			break
		}
	}
	return err
}

// mergeBases are the snapshots that the change began at. That they cannot be told is a fault of the description.
func (c *collector) mergeBases(ctx context.Context, t *target) ([]*repo.Snapshot, error) {
	changes, err := c.run.Changes(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		c.volatile = true // what is missing may be fetched
		c.fault(t.path, "what changed since the base cannot be told: "+err.Error(), "")
		return nil, nil
	}
	if changes.History == nil {
		return []*repo.Snapshot{c.run.Trusted}, nil // nothing is committed yet
	}
	var out []*repo.Snapshot
	for _, id := range changes.History.MergeBases {
		before, err := c.run.Repository.Commit(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, before)
	}
	return out, nil
}

// unsupported says why a version is not judged, and what to do.
func unsupported(s *openapi.Spec) string {
	if s.Root.Root.Get("swagger") != nil {
		return fmt.Sprintf("Swagger %s is not judged: convert the description to OpenAPI 3.0 or 3.1", s.Version)
	}
	return fmt.Sprintf("OpenAPI %s is not judged: 3.0 and 3.1 are; write openapi: 3.1.0 if the description uses nothing newer", s.Version)
}

// validity adds what is wrong with a description, and reports whether anything is that keeps it from being compared.
func (c *collector) validity(ctx context.Context, s *openapi.Spec) (valid bool, err error) {
	var problems []openapi.Problem
	if s.Root != nil && s.Version == "" {
		problems = append(s.Problems, openapi.Problem{
			ID: "openapi-version-required", Level: openapi.Error, Text: "the description does not say which version of OpenAPI it follows: begin it with openapi: 3.1.0",
			Place: openapi.Place{Path: s.Path},
		})
	} else if !c.memory.sound(s) {
		problems, err = within(ctx, func() ([]openapi.Problem, error) { return openapi.Validate(ctx, s) })
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil {
			c.fault(s.Path, "cannot be validated: "+err.Error(), "")
			return false, nil
		}
		if len(problems) == 0 {
			c.memory.keep(s)
		}
	}
	c.add(c.validitySubject(s, problems))
	for _, p := range problems {
		if p.Level == openapi.Error {
			return false, nil
		}
	}
	return true, nil
}

// changes adds what changed since the base that breaks clients.
func (c *collector) changes(ctx context.Context, t *target, head *openapi.Spec, valid bool) error {
	if c.run.Base == nil {
		return nil
	}
	if c.arrived(t, head) {
		return nil
	}
	bases, err := c.mergeBases(ctx, t)
	if err != nil {
		return err
	}
	for _, before := range bases {
		if _, there := before.Lookup(t.from); !there {
			continue
		}
		base, err := openapi.Load(before.ReadFile, t.from)
		if err != nil {
			c.fault(t.path, fmt.Sprintf("%s of the base cannot be read: %v", t.from, err), "")
			continue
		}
		if sameText(base, head) {
			continue
		}
		if err := c.compared(ctx, t, base, head, before.ID(), valid); err != nil {
			return err
		}
	}
	return nil
}

// compared adds the changes between two versions.
func (c *collector) compared(ctx context.Context, t *target, base, head *openapi.Spec, id string, valid bool) error {
	if base.Root == nil || !base.Supported() || len(base.Problems) > 0 {
		c.fault(t.path, fmt.Sprintf("%s of the base is no description that can be compared: %s", t.from, whyNot(base)),
			"whoever merges this must compare it by hand, once")
		return nil
	}
	list, err := within(ctx, func() ([]openapi.Change, error) { return openapi.Breaking(ctx, base, head) })
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && !valid && !errors.Is(err, openapi.ErrBase) && !errors.Is(err, errPatience):
		return nil // what is wrong with it is told already
	case err != nil:
		c.fault(t.path, "the changes since the base cannot be told: "+err.Error(), "")
		return nil
	}
	c.add(c.changesSubject(t, base, head, id, list))
	return nil
}

// patience is how long one description may take to be validated or compared. What takes longer refers to itself in so many ways that
// following them all has no end.
const patience = 2 * time.Minute

var errPatience = fmt.Errorf("it takes more than %v: its parts refer to each other in too many ways", patience)

// within gives work that cannot be interrupted up when it takes too long. What it still does ends with the program.
func within[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work()
		done <- result{value, err}
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	var none T
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	case <-timer.C:
		return none, errPatience
	}
}

func whyNot(s *openapi.Spec) string {
	switch {
	case len(s.Problems) > 0:
		return s.Problems[0].Text
	case s.Version == "":
		return "it names no version of OpenAPI"
	}
	return unsupported(s)
}

// arrived reports whether the base's tip has the same description already: then this change changes nothing of it.
func (c *collector) arrived(t *target, head *openapi.Spec) bool {
	for _, name := range head.Files() {
		if !gate.SameFile(c.run.Snapshot, c.run.Trusted, name) {
			return false
		}
	}
	return t.from == t.path
}

// sameText reports whether two versions are the same files.
func sameText(a, b *openapi.Spec) bool {
	if a.Path != b.Path || len(a.Files()) != len(b.Files()) {
		return false
	}
	for _, name := range a.Files() {
		if string(a.Text(name)) != string(b.Text(name)) {
			return false
		}
	}
	return true
}

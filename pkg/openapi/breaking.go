package openapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

// Change is a change that breaks clients, or may.
type Change struct {
	ID        string // oasdiff's
	Level     Level  // Error breaks, Warning may
	Text      string
	Operation string // GET /things; "" for one of the description as a whole
	Base      Place  // where it stood; no path when it was not there
	Head      Place  // where it stands, or the nearest thing that does
}

// ErrBase says that the fault is in the version that another is compared with.
var ErrBase = errors.New("the version it is compared with cannot be read")

// Breaking lists what oasdiff's checker says of the changes between two versions, at its levels ERR and WARN. Both must be
// sound: what cannot be read is an error.
func Breaking(ctx context.Context, base, head *Spec) ([]Change, error) {
	keep, changed := reduce(base, head)
	if !changed {
		return nil, nil
	}
	return compare(ctx, base, head, keep)
}

// compare lists the changes between what is kept of two versions.
func compare(ctx context.Context, base, head *Spec, keep selection) ([]Change, error) {
	var (
		was, is       *model
		errWas, errIs error
		wg            sync.WaitGroup
	)
	wg.Go(func() { was, errWas = base.build(ctx, keep, true) })
	wg.Go(func() { is, errIs = head.build(ctx, keep, true) })
	wg.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errWas != nil {
		return nil, fmt.Errorf("%w: %w", ErrBase, errWas)
	}
	if errIs != nil {
		return nil, errIs
	}
	return was.changesTo(is)
}

// changesTo lists the changes from one model to another.
func (m *model) changesTo(is *model) (out []Change, err error) {
	defer caught(&err)
	d, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(),
		&load.SpecInfo{Url: m.spec.Path, Spec: m.doc}, &load.SpecInfo{Url: is.spec.Path, Spec: is.doc})
	if err != nil {
		return nil, err
	}
	for _, c := range checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), d, sources, checker.WARN) {
		out = append(out, change(c, m, is))
	}
	return out, nil
}

// words is how the checker words a change.
var words = checker.NewDefaultLocalizer()

func change(c checker.Change, was, is *model) Change {
	out := Change{ID: c.GetId(), Level: levelOf(c.GetLevel()), Text: oneLine(c.GetUncolorizedText(words))}
	if comment := oneLine(c.GetComment(words)); comment != "" {
		out.Text += " (" + comment + ")"
	}
	if path := c.GetPath(); path != "" {
		out.Operation = strings.TrimSpace(strings.ToUpper(c.GetOperation()) + " " + path)
	}
	out.Base, out.Head = was.source(c.GetBaseSource()), is.source(c.GetRevisionSource())
	if out.Head.Path == "" {
		out.Head = is.nearest(c.GetOperation(), c.GetPath())
	}
	return out
}

func (m *model) source(s *checker.Source) Place {
	if s == nil {
		return Place{}
	}
	at, _ := m.place(s.Line)
	return at
}

// nearest is what exists of an operation.
func (m *model) nearest(method, path string) Place {
	root := m.spec.Root
	if r, depth := root.Locate("paths", path, strings.ToLower(method)); depth > 1 {
		r.End = r.Start
		return Place{m.spec.Path, r}
	}
	return Place{Path: m.spec.Path}
}

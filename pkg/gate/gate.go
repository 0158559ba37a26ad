// Package gate runs gates: each collects subjects from a snapshot, the policy judges them in parallel, and what it says
// becomes findings with places. A run takes a snapshot and options and returns results; it keeps no state between runs.
package gate

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// Gate collects facts. Whether they are allowed is the policy's business.
type Gate interface {
	// Name is the gate's name as on the command line.
	Name() string
	// Memo says whether a result may be kept for the next run, and what decides it beside the snapshot, the policy and the
	// configuration: the gate's own options. A gate that looks at anything else, such as a base, says no.
	Memo(run *Run) (options string, keep bool)
	// Collect gathers the subjects of a run. What cannot be read is a subject of its own (Fault); an error means that
	// the gate could not work at all.
	Collect(ctx context.Context, run *Run) (*Collection, error)
}

// Reader is a gate that reads files of the repository its own way. Nothing else takes them for manifests.
type Reader interface {
	Gate
	// Reads lists the files, by their paths in the repository.
	Reads(run *Run) ([]string, error)
}

// Run is what a gate works on. It is safe for concurrent use and shared by all gates of a run.
type Run struct {
	Repository   *repo.Repository
	Snapshot     *repo.Snapshot
	HeadCommit   string                 // the commit that Snapshot is, or that is checked out under it; "" when there is none
	Base         *repo.Base             // nil without one
	Trusted      *repo.Snapshot         // the base's tip; Snapshot itself without a base
	Scope        func(path string) bool // what of the snapshot is judged
	ScopeKey     string                 // tells scopes apart that the configuration does not
	Config       *config.Config
	ConfigFile   string   // where it was read from, for messages
	RulePaths    []string // where configuration and rules lie inside the repository, when the command line names them
	CI           bool     // a CI system runs this: what it leaves out is not a matter of taste
	Bundle       *policy.Bundle
	Jobs         int
	Now          time.Time
	AllowNetwork bool
	FailOn       finding.Severity                   // the least severity that makes a gate fail
	Cache        *Cache                             // may be nil
	Progress     func(gate string, done, total int) // may be nil; called from several goroutines; a total of zero: still reading

	reserved  []string // what readers read, sorted
	engine    once[*policy.Engine]
	manifests once[*manifest.Set]
	changes   once[*Changes]
}

// Engine compiles the bundle, once.
func (r *Run) Engine() (*policy.Engine, error) {
	return r.engine.do(func() (*policy.Engine, error) { return r.Bundle.Compile() })
}

// Manifests reads and renders the snapshot's manifests, once for all gates.
func (r *Run) Manifests(ctx context.Context) (*manifest.Set, error) {
	return r.manifests.do(func() (*manifest.Set, error) {
		return manifest.Collect(ctx, r.Snapshot, manifest.Options{
			Scope: func(file string) bool { return !r.Reserved(file) && r.Scope(file) }, Projects: r.Config.Compose.Projects, Values: r.Config.Helm.Values, Config: r.ConfigFile,
			AllowNetwork: r.AllowNetwork, Jobs: r.Jobs,
		})
	})
}

// Reserved reports whether a gate reads a file its own way, so that it is no manifest.
func (r *Run) Reserved(file string) bool {
	_, reserved := slices.BinarySearch(r.reserved, file)
	return reserved
}

type once[T any] struct {
	sync.Once
	value T
	err   error
}

func (o *once[T]) do(f func() (T, error)) (T, error) {
	o.Do(func() { o.value, o.err = f() })
	return o.value, o.err
}

// Collection is what a gate found to judge.
type Collection struct {
	Subjects []Subject
	Skipped  string // why there is nothing to look at; "" when there is
	Mode     finding.Mode

	Reconcilers []finding.Reconciler // what is configured to reconcile
	Plans       []finding.Plan       // what plans would change
	Leaks       []finding.Leak       // secrets that were found
	Hidden      []finding.Location   // what no report may quote
	Volatile    bool                 // the same snapshot may look different next time: something could not be read just now
}

// Subject is one thing to judge.
type Subject struct {
	Input    func() ast.Value              // the facts; called once, from any goroutine
	Locate   func(path []any) render.Place // where a path of the input's document stands
	Resource func(path []any) string       // what the path belongs to, in words
	Identity func(path []any) string       // the path in words that survive edits elsewhere, for the fingerprint
	Name     string                        // shown as the resource where Resource has none; no part of the fingerprint
	Excerpt  string                        // the line it stands on, masked; "" lets reports quote the source
	Fault    string                        // set when this could not be evaluated: the message; never empty for a fault
}

// Result is what a gate came to.
type Result struct {
	Gate        finding.GateResult
	Findings    []finding.Finding
	Rules       []finding.Rule // the gate's
	Mode        finding.Mode   // "" when this gate does not decide it
	Reconcilers []finding.Reconciler
	Plans       []finding.Plan // never kept: plans are no part of a snapshot
	Leaks       []finding.Leak
	Hidden      []finding.Location
	PolicyRules int // how many rules the whole policy has
}

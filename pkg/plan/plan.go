// Package plan turns the JSON of a Terraform or OpenTofu plan (terraform show -json PLAN) into facts: what changes, what
// drifted, what was deferred, and whether the plan is whole.
//
// Bytes go in (Read), optionally made by running the tool (Run); facts come out. The package judges nothing, and a value
// that the plan marks as sensitive never leaves it, whatever other place of the plan repeats that value: where it cannot be
// told, a value counts as sensitive. All that is read is hostile: size, nesting and counts are bounded, numbers stay text.
package plan

import (
	"fmt"
	"io"
	"runtime"
	"time"
)

// What stands in place of a value that is not shown.
const (
	sensitiveValue = "(sensitive value)"
	unknownValue   = "(known after apply)"
)

// Plan is what a plan says.
type Plan struct {
	Name             string    // the file, "-" for stdin
	FormatVersion    string    // of the JSON: "1.2"
	TerraformVersion string    // of the tool that made it, "" when absent
	Timestamp        time.Time // zero when absent
	// What older plans do not say is nil: unknown, not true.
	Applyable, Complete, Errored *bool
	Deferred                     []Change // deferred_changes, with Reason set
	Changes                      []Change // resource_changes that change something
	Drift                        []Change // resource_drift without the entries that only tell of a move
	Outputs                      []Output // outputs that change, sorted by name
	Unchanged                    int      // entries of resource_changes left out: no-op, and read of data sources
	Unknown                      []string // top-level properties this reader does not know, which the format allows; sorted
	Digest                       string   // "sha256:…" of the JSON bytes, inflated
}

// Change is one entry: a resource instance and what happens to it. Text is as the plan has it, "" when absent.
type Change struct {
	Address, PreviousAddress, Module, Mode, Type, Name, Provider, Deposed string

	Index        string      // as written in the address: 0 or "key" with its quotes; "" without
	Actions      []string    // as the plan says: create, update, delete, read, no-op, forget
	Action       Action      // what they come to
	Reason       string      // action_reason, or why the change is deferred
	Importing    bool        // the object is brought in from outside
	ReplacePaths []string    // attribute paths that force replacement
	Attributes   []Attribute // changed attributes, sorted by path; at most 1000, fewer in plans of more than 2000 entries
	Cut          int         // how many more there are
	Unknown      []string    // those of Attributes' paths that are known only after apply
	Offset       int64       // of the entry in the JSON, in bytes
}

// Attribute is one changed value. An attribute of which only the sensitivity changed counts.
type Attribute struct {
	Path string // a.b[0]["c d"].e; long paths end in …
	// JSON text on one line, clipped to 200 runes; "(sensitive value)", "(known after apply)", or "" for absent.
	Before, After      string
	Sensitive, Unknown bool
}

// Output is a change of an output of the root module. Its values are not told.
type Output struct {
	Name      string
	Actions   []string
	Action    Action
	Sensitive bool
}

// Read reads one plan's JSON, plain or gzip, of at most 256 MiB (inflated) and 200 levels. The name is for messages; workers
// is how many goroutines decode, one per CPU when it is not positive. What is no plan, or not the whole of one, is refused
// with an *Error; other errors come from r.
func Read(name string, r io.Reader, workers int) (*Plan, error) {
	data, refused, err := load(r)
	if err != nil {
		return nil, fmt.Errorf("%s: read the plan: %w", name, err)
	}
	var p *Plan
	if refused == nil {
		if workers < 1 {
			workers = runtime.GOMAXPROCS(0)
		}
		p, refused = read(data, workers)
	}
	if refused != nil {
		refused.Name = name
		return nil, refused
	}
	p.Name = name
	return p, nil
}

// read makes the plan of its bytes.
func read(data []byte, workers int) (*Plan, *Error) {
	digest := make(chan string, 1)
	go func() { digest <- digestOf(data) }()
	t, refused := split(data)
	if refused != nil {
		return nil, refused
	}
	p, refused := t.header()
	if refused != nil {
		return nil, refused
	}
	f, refused := t.gather(workers)
	if refused != nil {
		return nil, refused
	}
	if refused := f.fill(p, workers); refused != nil {
		return nil, refused
	}
	p.Digest = <-digest
	return p, nil
}

package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// options are the flags every gate has.
type options struct {
	repo         string
	base, head   string
	staged       bool
	config       string
	policy       string
	formats      []string
	failOn       string
	jobs         int
	color        string
	quiet        bool
	verbose      bool
	allowNetwork bool
	noCache      bool
	auditLog     string // "" without one
}

func (o *options) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&o.repo, "repo", "C", ".", "judge the repository, or the part of it, at `DIR`")
	f.StringVar(&o.base, "base", "", "trust policy and config of `REV` (default: what the CI names, else origin/HEAD)")
	f.StringVar(&o.head, "head", "", "judge the commit `REV` instead of the working tree")
	f.BoolVar(&o.staged, "staged", false, "judge what is staged instead of the working tree")
	f.StringVar(&o.config, "config", "", "read the configuration from `FILE` (default: .cdbgate.yaml of the trusted base)")
	f.StringVar(&o.policy, "policy", "", "read the rules from `DIR` instead of the embedded ones")
	f.StringArrayVarP(&o.formats, "format", "f", nil, "write the report as `FORMAT[=FILE]`: "+strings.Join(report.Formats(), ", ")+"; repeatable")
	f.StringVar(&o.failOn, "fail-on", string(finding.Error), "fail from this `SEVERITY` on: error, warning or note")
	f.IntVarP(&o.jobs, "jobs", "j", runtime.NumCPU(), "judge `N` documents side by side")
	f.StringVar(&o.color, "color", "auto", "colour the text report: auto, always or never")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print findings and what could not be evaluated, nothing else")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print durations and full digests")
	f.BoolVar(&o.allowNetwork, "allow-network", false, "let remote Kustomize bases be fetched, and generators of OpenAPI descriptions reach the network")
	f.BoolVar(&o.noCache, "no-cache", false, "judge everything anew")
	f.Func("audit-log", "append what the run came to and found to the hash-chained log `FILE`, which is made when there is none", func(file string) error {
		if file == "" || file == "-" {
			return errors.New("name a file that is kept") // an empty variable in a workflow must not turn evidence off
		}
		o.auditLog = file
		return nil
	})
}

// parsed are options that were checked.
type parsed struct {
	options
	outputs []report.Output
	failOn  finding.Severity
	dir     string // absolute
}

func (o *options) parse(s *Surroundings) (*parsed, error) {
	p := &parsed{options: *o, dir: s.path(o.repo)}
	for _, spec := range o.formats {
		out, err := report.ParseOutput(spec)
		if err != nil {
			return nil, fmt.Errorf("--format: %w", err)
		}
		p.outputs = append(p.outputs, out)
	}
	if len(p.outputs) == 0 {
		p.outputs = []report.Output{{Format: "text"}}
	}
	toStdout := 0
	for _, out := range p.outputs {
		if out.File == "" {
			toStdout++
		}
	}
	if toStdout > 1 {
		return nil, errors.New("--format: only one report can go to standard output; give the others a file (--format sarif=out.sarif)")
	}
	var err error
	if p.failOn, err = finding.ParseSeverity(o.failOn); err != nil {
		return nil, fmt.Errorf("--fail-on: %w", err)
	}
	if o.jobs < 1 {
		return nil, fmt.Errorf("--jobs: %d is less than one", o.jobs)
	}
	switch o.color {
	case "auto", "always", "never":
	default:
		return nil, fmt.Errorf("--color: %q is none of auto, always, never", o.color)
	}
	if o.staged && o.head != "" {
		return nil, errors.New("--staged and --head exclude each other")
	}
	if o.quiet && o.verbose {
		return nil, errors.New("--quiet and --verbose exclude each other")
	}
	return p, nil
}

// How many bytes may come on top of those in use: beside a plan, which is in memory several times, and beside the git processes that
// list what commits change.
const (
	planHeadroom    = 40 << 20
	historyHeadroom = 80 << 20
)

// frugal tells whoever started this that the input is large.
func (s *Surroundings) frugal(headroom uint64) {
	if s.Frugal != nil {
		s.Frugal(headroom)
	}
}

// path resolves a path of the command line.
func (s *Surroundings) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(s.Dir, p)
}

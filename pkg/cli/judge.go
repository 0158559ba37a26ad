package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// judge runs gates over the repository that the options name, writes the reports and returns the verdict as an error. What a
// command has to say before the reports, it says in before.
func judge(ctx context.Context, s *Surroundings, o *options, gates []gate.Gate, before ...func(*parsed) error) error {
	p, v, run, err := prepare(ctx, s, o)
	if err != nil {
		return err
	}
	keep, err := newRecorder(ctx, s, p)
	if err != nil {
		return err
	}
	bar := newProgress(s)
	defer bar.stop()
	run.Progress = bar.update
	results, err := gate.Execute(ctx, run, gates)
	bar.stop()
	if err != nil {
		return errors.Join(err, keep.unusable(ctx, v.report(run.Bundle), gates))
	}
	r := v.report(run.Bundle)
	r.Weakened = v.weakened(s, p)
	for _, res := range results {
		r.Gates = append(r.Gates, res.Gate)
		r.Findings = append(r.Findings, res.Findings...)
		r.Rules = append(r.Rules, res.Rules...)
		r.Policy.Rules = res.PolicyRules
		r.Reconcilers = append(r.Reconcilers, res.Reconcilers...)
		r.Plans = append(r.Plans, res.Plans...)
		r.Leaks = append(r.Leaks, res.Leaks...)
		r.Hidden = append(r.Hidden, res.Hidden...)
		if res.Mode != "" {
			r.Mode = res.Mode
		}
	}
	if len(results) > 1 {
		r.Findings = gate.Sort(r.Findings)
	}
	for _, f := range r.Findings {
		switch f.Severity {
		case finding.Error:
			r.Summary.Error++
		case finding.Warning:
			r.Summary.Warning++
		case finding.Note:
			r.Summary.Note++
		}
	}
	outcome := report.Verdict(r, p.failOn)
	if err := keep.record(ctx, r, audit.Outcome{Verdict: string(outcome), Exit: outcome.ExitCode(), FailOn: p.failOn, CI: ciJob(s.Getenv)}); err != nil {
		return err
	}
	for _, say := range before {
		if err := say(p); err != nil {
			return err
		}
	}
	if err := write(s, p, v, r); err != nil {
		return err
	}
	if status := outcome.ExitCode(); status != report.ExitPassed {
		return verdictError(status)
	}
	return nil
}

// prepare checks the options, opens the repository and puts together what gates work on.
func prepare(ctx context.Context, s *Surroundings, o *options) (*parsed, *view, *gate.Run, error) {
	p, err := o.parse(s)
	if err != nil {
		return nil, nil, nil, err
	}
	v, err := look(ctx, s, p)
	if err != nil {
		return nil, nil, nil, err
	}
	bundle, err := loadPolicy(s, p.policy, v)
	if err != nil {
		return nil, nil, nil, err
	}
	if bundle, err = bundle.WithParams(v.config.Params, v.configOrigin); err != nil {
		return nil, nil, nil, err
	}
	return p, v, &gate.Run{
		Repository: v.repository, Snapshot: v.head, HeadCommit: v.headCommit, Base: v.base, Trusted: v.trusted, RulePaths: v.rulePaths(s, p),
		CI: truthy(s.Getenv("CI")), Scope: v.scope, Config: v.config, ConfigFile: v.configOrigin, Bundle: bundle, Jobs: p.jobs, Now: time.Now(),
		ScopeKey: v.repository.Subdirectory(), Cache: newCache(s, p), AllowNetwork: p.allowNetwork, FailOn: p.failOn,
	}, nil
}

// view is what a run looks at: the judged snapshot, and the trusted one that policy and config come from.
type view struct {
	repository   *repo.Repository
	head         *repo.Snapshot
	headCommit   string // "" when nothing is committed yet
	base         *repo.Base
	trusted      *repo.Snapshot
	config       *config.Config
	configOrigin string
	configDigest string // "" without a configuration
	notes        []string
}

// look opens the repository and reads from the trusted base what a change may not decide about itself.
func look(ctx context.Context, s *Surroundings, p *parsed) (*view, error) {
	r, err := repo.Open(p.dir)
	if err != nil {
		return nil, err
	}
	if p.auditLog != "" {
		r.Disregard(logNames(s.path(p.auditLog), r.Root())...)
	}
	v := &view{repository: r}
	if v.base, err = r.DiscoverBase(ctx, p.base, s.Getenv); err != nil {
		return nil, err
	}
	switch {
	case r.Plain() && (p.head != "" || p.staged):
		return nil, fmt.Errorf("%s is no git repository: --head and --staged need one", p.repo)
	case p.head != "":
		v.head, err = r.Commit(ctx, p.head)
	case p.staged:
		// A hook under `git commit FILE` sees what will be committed in an index of its own.
		v.head, err = r.IndexFile(ctx, s.Getenv("GIT_INDEX_FILE"))
	default:
		v.head, err = r.Worktree(ctx)
	}
	if err != nil {
		return nil, err
	}
	if v.headCommit, err = headCommit(ctx, r, v.head); err != nil {
		return nil, err
	}
	v.trusted = v.head
	if v.base != nil {
		if v.trusted, err = r.Commit(ctx, v.base.Commit); err != nil {
			return nil, err
		}
	}
	return v, v.readConfig(s, p.config)
}

// headCommit is the commit that a snapshot is, or the one that is checked out under it.
func headCommit(ctx context.Context, r *repo.Repository, head *repo.Snapshot) (string, error) {
	switch head.Kind() {
	case repo.Commit:
		return head.ID(), nil
	case repo.Files:
		return "", nil
	}
	id, err := r.Resolve(ctx, "HEAD")
	if errors.Is(err, repo.ErrUnknownRevision) {
		return "", nil // nothing is committed yet
	}
	return id, err
}

// trustedName returns the name that a path of the command line has in the trusted base, when there is one and the path
// lies in the judged repository. The path is taken as it is spelt: a link that the judged change put in its way leads
// nowhere, since the base is asked for the same name.
func (v *view) trustedName(full string) (string, bool) {
	if v.base == nil {
		return "", false
	}
	name, found := "", false
	for dir, below := full, ""; ; {
		if real, err := filepath.EvalSymlinks(dir); err == nil && real == v.repository.Root() {
			name, found = path.Clean(filepath.ToSlash(below)), true // the outermost counts: links further in are the change's
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return name, found
		}
		dir, below = parent, filepath.Join(filepath.Base(dir), below)
	}
}

// readConfig reads the file a flag names, or the trusted snapshot's .cdbgate.yaml.
func (v *view) readConfig(s *Surroundings, flag string) error {
	var (
		text []byte
		err  error
	)
	if flag != "" {
		v.configOrigin = flag
		if name, ok := v.trustedName(s.path(flag)); ok {
			text, err = v.trusted.ReadFile(name)
		} else {
			text, err = os.ReadFile(s.path(flag))
		}
		if err != nil {
			return fmt.Errorf("--config: %w", err)
		}
	} else {
		v.configOrigin = config.FileName
		text, err = v.trusted.ReadFile(config.FileName)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: %w", config.FileName, err)
		}
		if v.trusted != v.head {
			if changed, _ := v.head.ReadFile(config.FileName); string(changed) != string(text) {
				v.notes = append(v.notes, config.FileName+" differs from the trusted base's; the base's was used")
			}
		}
	}
	if err == nil {
		sum := sha256.Sum256(text)
		v.configDigest = "sha256:" + hex.EncodeToString(sum[:])
	}
	v.config, err = config.Parse(v.configOrigin, text)
	return err
}

// scope reports whether a path is judged.
func (v *view) scope(file string) bool {
	if sub := v.repository.Subdirectory(); sub != "" && file != sub && !strings.HasPrefix(file, sub+"/") {
		return false
	}
	return !v.config.Excluded(file)
}

func (v *view) report(bundle *policy.Bundle) *finding.Report {
	r := &finding.Report{
		SchemaVersion: 1,
		Tool:          finding.Tool{Name: "cdbgate", Version: version()},
		Repository: finding.Repository{
			Head: v.head.ID(), HeadCommit: v.headCommit, Trusted: v.trusted.ID(), Subdirectory: v.repository.Subdirectory(), Notes: v.notes,
		},
		Policy:   finding.Policy{Source: bundle.Source(), Digest: bundle.Digest()},
		Findings: []finding.Finding{},
	}
	if v.base != nil {
		r.Repository.Base, r.Repository.BaseRef, r.Repository.BaseSource = v.base.Commit, v.base.Rev, v.base.Source
	}
	if v.configDigest != "" {
		r.Config = finding.Config{Source: v.configOrigin, Digest: v.configDigest}
	}
	return r
}

// loadPolicy reads the embedded bundle or the one in dir. A bundle that lies in the judged repository comes from the
// trusted base: a change does not rewrite the rules it is judged by.
func loadPolicy(s *Surroundings, dir string, v *view) (*policy.Bundle, error) {
	if dir == "" {
		return policy.Embedded()
	}
	full := s.path(dir)
	if v != nil {
		if name, ok := v.trustedName(full); ok {
			sub, err := fs.Sub(v.trusted, name)
			if err != nil {
				return nil, fmt.Errorf("--policy: %w", err)
			}
			return policy.Load(sub, dir)
		}
	}
	info, err := os.Stat(full)
	if err != nil {
		return nil, fmt.Errorf("--policy: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("--policy: %s is no folder: name the folder that holds the *.rego files", dir)
	}
	return policy.Load(os.DirFS(full), dir)
}

// write writes every report. Files come first, so that what the terminal shows last is the verdict.
func write(s *Surroundings, p *parsed, v *view, r *finding.Report) error {
	terminal := newTerminal(s, p.color)
	var last report.Writer
	for _, out := range p.outputs {
		w, err := report.New(out.Format, report.Options{
			Color: terminal.color, Width: terminal.width, Verbose: p.verbose, Quiet: p.quiet,
			Frames: terminal.is, Source: v.head.ReadFile, FailOn: p.failOn,
		})
		if err != nil {
			return err
		}
		if out.File == "" {
			last = w
			continue
		}
		if err := report.WriteFile(s.path(out.File), func(to io.Writer) error { return w.Write(to, r) }); err != nil {
			return err
		}
	}
	if last == nil {
		return nil
	}
	if err := last.Write(s.Stdout, r); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// recorder keeps what a run came to: in the log that --audit-log names, and with whoever started this.
type recorder struct {
	s    *Surroundings
	name string     // of the log, as it was given
	log  *audit.Log // nil without --audit-log
}

// newRecorder opens the log before anything is judged, so that a run which could not be recorded does not begin.
func newRecorder(ctx context.Context, s *Surroundings, p *parsed) (*recorder, error) {
	r := &recorder{s: s, name: p.auditLog}
	if p.auditLog == "" {
		return r, nil
	}
	var err error
	r.log, err = audit.Open(ctx, s.path(p.auditLog), s.AuditLog)
	return r, err
}

// record keeps the run and its findings. Evidence that cannot be kept is not green: its error ends the run.
func (r *recorder) record(ctx context.Context, rep *finding.Report, o audit.Outcome) error {
	if r.log == nil && r.s.Audit == nil {
		return nil
	}
	events := audit.Events(rep, o)
	if r.s.Audit != nil {
		if err := r.s.Audit(ctx, events); err != nil {
			return fmt.Errorf("recording what was found: %w", err)
		}
	}
	if r.log == nil {
		return nil
	}
	receipt, err := r.log.Append(ctx, events)
	if t := receipt.Torn; t != nil {
		fmt.Fprintf(r.s.Stderr, "cdbgate: note: audit log %s: an earlier write was cut short; its %d bytes (%s) were cut off, and line %d records that\n",
			report.Printable(r.name), t.Bytes, t.Digest, receipt.First-1)
	}
	return err
}

// unusable keeps that gates were broken off, even by whoever interrupted them.
func (r *recorder) unusable(ctx context.Context, rep *finding.Report, gates []gate.Gate) error {
	for _, g := range gates {
		rep.Gates = append(rep.Gates, finding.GateResult{Name: g.Name(), Status: finding.Incomplete})
	}
	return r.record(context.WithoutCancel(ctx), rep, audit.Outcome{Verdict: "unusable", Exit: report.ExitUnusable, CI: ciJob(r.s.Getenv)})
}

// logNames are the names that the files of a log have in a repository, none when it lies elsewhere. A run that judged its own
// record would find something else each time.
func logNames(log, root string) []string {
	dir, err := filepath.EvalSymlinks(filepath.Dir(log))
	if err != nil {
		return nil // there is no such folder, and so no log
	}
	var names []string
	for _, file := range audit.Files(log) {
		if name, err := filepath.Rel(root, filepath.Join(dir, filepath.Base(file))); err == nil && filepath.IsLocal(name) {
			names = append(names, filepath.ToSlash(name))
		}
	}
	return names
}

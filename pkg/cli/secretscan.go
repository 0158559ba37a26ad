package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/secretscan"
	"github.com/claire-de-binare/cdbgate/pkg/gate/secretscan/ignorelist"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// longestAcceptance is how long a finding is accepted unless the command line says otherwise.
const longestAcceptance = 90 * 24 * time.Hour

// acceptance is what the command line says of a finding that is to be accepted.
type acceptance struct{ fingerprint, reason, owner, expires string }

// runSecretScan registers the gate's own flags and returns what its command does.
func runSecretScan(s *Surroundings, cmd *cobra.Command, o *options) func(context.Context) error {
	var a acceptance
	history := cmd.Flags().Bool("history", false, "look through the commits of all refs")
	cmd.Flags().StringVar(&a.fingerprint, "accept", "", "write the finding with `FINGERPRINT` into .gitleaksignore, bound to the secret that is there now")
	cmd.Flags().StringVar(&a.reason, "reason", "", "why the finding is accepted: `TEXT`")
	cmd.Flags().StringVar(&a.owner, "owner", "", "who accepts it: `NAME` or mail address")
	cmd.Flags().StringVar(&a.expires, "expires", "", "the last `DAY` it is accepted on (default: in 90 days)")
	return func(ctx context.Context) error {
		g := secretscan.Gate{Required: true, History: *history, Path: s.Getenv("PATH"), IndexFile: s.Getenv("GIT_INDEX_FILE")}
		if *history {
			s.frugal(historyHeadroom)
		}
		switch {
		case a.fingerprint != "":
			return accept(ctx, s, o, g, a)
		case a.reason != "" || a.owner != "" || a.expires != "":
			return errors.New("--reason, --owner and --expires belong to --accept FINGERPRINT")
		}
		return judge(ctx, s, o, []gate.Gate{g})
	}
}

// accept writes an entry for a finding that is there. It does not judge anything.
func accept(ctx context.Context, s *Surroundings, o *options, g secretscan.Gate, a acceptance) error {
	if a.reason == "" {
		return errors.New("--accept: say why with --reason TEXT; whoever reads the list later wants to know")
	}
	if o.auditLog != "" {
		return errors.New("--accept judges nothing that --audit-log could record: leave one of them out")
	}
	now := time.Now()
	until := now.Add(longestAcceptance)
	if a.expires != "" {
		var err error
		if until, err = time.Parse(time.DateOnly, a.expires); err != nil {
			return fmt.Errorf("--expires: %q is no day such as %s", a.expires, now.AddDate(0, 0, 30).Format(time.DateOnly))
		}
		if until.AddDate(0, 0, 1).Before(now) {
			return fmt.Errorf("--expires: %s has passed", a.expires)
		}
	}
	_, v, run, err := prepare(ctx, s, o)
	if err != nil {
		return err
	}
	if v.repository.Bare() {
		return errors.New("--accept: a bare repository has no working tree to write .gitleaksignore into")
	}
	var found *secretscan.Leak
	g.Found = func(leaks []secretscan.Leak) {
		for i := range leaks {
			if leaks[i].Fingerprint() == a.fingerprint {
				found = &leaks[i]
			}
		}
	}
	if _, err := g.Collect(ctx, run); err != nil {
		return err
	}
	if found == nil {
		return fmt.Errorf("--accept: nothing with the fingerprint %s is found here; `cdbgate secret-scan` lists fingerprints (add --history for those of commits)", a.fingerprint)
	}
	list := ignorelist.Parse([]byte(a.fingerprint))
	if len(list.Entries) != 1 {
		return fmt.Errorf("--accept: %q is no fingerprint", a.fingerprint)
	}
	e := list.Entries[0]
	e.Salt, e.Owner, e.Reason, e.Expires = ignorelist.NewSalt(), a.owner, a.reason, until.UTC().Truncate(24*time.Hour)
	e.Hash = found.Hash(e.Salt)
	file := filepath.Join(v.repository.Root(), secretscan.IgnoreFile)
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--accept: %w", err)
	}
	if err := report.WriteFile(file, func(w io.Writer) error { _, err := w.Write(ignorelist.Put(text, e)); return err }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "%s: accepted %s until %s. It counts once a human has committed the list to the base.\n",
		secretscan.IgnoreFile, report.Printable(a.fingerprint), e.Expires.Format(time.DateOnly))
	return err
}

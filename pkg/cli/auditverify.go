package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// verification is what `audit verify` is told.
type verification struct{ log, head, key, format string }

func newAuditVerify(s *Surroundings) *cobra.Command {
	var v verification
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check that a log is intact: nothing edited, inserted, deleted or swapped",
		Long: `Check every line of a log: its form, its hash, and that it follows the line before. The first one that does not is named.

That nothing was cut off at the end shows only a signed head, kept where whoever writes the log cannot write:
--head FILE.head --key KEY.pub. Without one the log is intact to its last line, and its tail unproven.

Exit status: 0 intact, 1 broken, 2 could not be read.`,
		Args: oneArgument("verify takes one file, such as audit.jsonl"),
		RunE: func(cmd *cobra.Command, args []string) error {
			v.log = args[0]
			return v.run(cmd.Context(), s)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&v.head, "head", "", "prove the log's end by the signed head in `FILE`")
	f.StringVar(&v.key, "key", "", "check the head's signature with the public key in `FILE` (PEM, Ed25519 or ECDSA)")
	f.StringVarP(&v.format, "format", "f", "text", "print as text or json")
	return cmd
}

func (v *verification) run(ctx context.Context, s *Surroundings) error {
	if err := textOrJSON(v.format); err != nil {
		return err
	}
	summary, err := v.verify(ctx, s)
	broken := problemOf(err)
	if err != nil && broken == nil {
		return err
	}
	write := v.writeText
	if v.format == "json" {
		write = v.writeJSON
	}
	if err := write(s, summary, broken); err != nil {
		return err
	}
	if broken != nil {
		return verdictError(report.ExitFailed)
	}
	return nil
}

// problem is what is wrong with a log. Line is 0 when it is no line.
type problem struct {
	Line   uint64 `json:"line,omitempty"`
	Reason string `json:"reason"`
	Torn   bool   `json:"torn,omitempty"`
}

// problemOf tells what is wrong with a log from what kept it from being read, which is no problem of the log.
func problemOf(err error) *problem {
	var broken *audit.BrokenError
	switch {
	case errors.As(err, &broken):
		return &problem{broken.Line, broken.Reason, broken.Torn}
	case errors.Is(err, audit.ErrSignature):
		return &problem{Reason: err.Error()}
	}
	return nil
}

// verify reads the head before the log, so that a log which is written to meanwhile is never behind it.
func (v *verification) verify(ctx context.Context, s *Surroundings) (audit.Summary, error) {
	var head *audit.Head
	switch {
	case v.head == "" && v.key != "":
		return audit.Summary{}, errors.New("--key checks a head: name it with --head FILE")
	case v.head != "" && v.key == "":
		return audit.Summary{}, errors.New("--head: a head whose signature is not checked proves nothing: give the public key with --key FILE")
	case v.head != "":
		h, err := readHead(s, v.head, v.key)
		if err != nil {
			return audit.Summary{}, err
		}
		head = &h
	}
	in, err := audit.OpenForReading(ctx, s.path(v.log))
	if err != nil {
		return audit.Summary{}, fmt.Errorf("%s: %w", v.log, err)
	}
	defer func() { _ = in.Close() }() // it was only read
	var summary audit.Summary
	if head != nil {
		summary, err = audit.VerifyHead(contextReader{ctx, in}, *head)
	} else {
		summary, err = audit.Verify(contextReader{ctx, in})
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", v.log, err)
	}
	return summary, err
}

func readHead(s *Surroundings, file, keyFile string) (audit.Head, error) {
	text, err := os.ReadFile(s.path(keyFile))
	if err != nil {
		return audit.Head{}, fmt.Errorf("--key: %w", err)
	}
	key, err := audit.ParsePublicKey(text)
	if err != nil {
		return audit.Head{}, fmt.Errorf("--key: %s: %w", keyFile, err)
	}
	h, err := audit.ReadHead(s.path(file), key)
	if err != nil {
		return h, fmt.Errorf("--head: %s: %w", file, err)
	}
	return h, nil
}

// contextReader stops reading when the context ends.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

func (v *verification) writeText(s *Surroundings, sum audit.Summary, broken *problem) error {
	name := report.Printable(v.log)
	if broken == nil {
		if _, err := fmt.Fprintf(s.Stdout, "%s: %s\n", name, sum); err != nil {
			return err
		}
		beside := audit.HeadFile(v.log)
		if _, err := os.Lstat(s.path(beside)); err == nil && v.head == "" {
			_, err := fmt.Fprintf(s.Stdout, "%s lies beside it: prove the tail with --head %[1]s --key FILE\n", report.Printable(beside))
			return err
		}
		return nil
	}
	place := ""
	if broken.Line > 0 {
		place = fmt.Sprintf("line %d: ", broken.Line)
	}
	before := "nothing before it belongs to a log"
	if sum.Lines > 0 {
		before = fmt.Sprintf("intact to line %d (%s)", sum.Lines, sum.Last.Format(time.RFC3339))
	}
	if broken.Line == 0 {
		before = "the log was not read"
	}
	_, err := fmt.Fprintf(s.Stdout, "%s: broken: %s%s; %s\n", name, place, report.Printable(broken.Reason), before)
	return err
}

func (v *verification) writeJSON(s *Surroundings, sum audit.Summary, broken *problem) error {
	out := struct {
		File      string         `json:"file"`
		Intact    bool           `json:"intact"`
		Problem   *problem       `json:"problem,omitempty"`
		Log       string         `json:"log"`
		Lines     uint64         `json:"lines"` // that belong together
		First     *time.Time     `json:"first,omitempty"`
		Last      *time.Time     `json:"last,omitempty"`
		Hash      string         `json:"hash"`
		ClockBack uint64         `json:"clock_back"`
		TornBytes int64          `json:"torn_bytes"`
		Types     map[string]int `json:"types"`
		Proven    uint64         `json:"proven"` // the line up to which a signed head vouches, 0 without one
		Signed    *time.Time     `json:"signed,omitempty"`
	}{
		File: v.log, Intact: broken == nil, Problem: broken, Log: sum.Log, Lines: sum.Lines, Hash: sum.Hash, ClockBack: sum.Back,
		TornBytes: sum.Torn, Types: sum.Types, Proven: sum.Proven,
	}
	if sum.Lines > 0 {
		out.First, out.Last = &sum.First, &sum.Last
	}
	if sum.Proven > 0 {
		out.Signed = &sum.Signed
	}
	return writeJSON(s.Stdout, out)
}

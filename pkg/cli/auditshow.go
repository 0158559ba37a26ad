package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func newAuditShow(s *Surroundings) *cobra.Command {
	var f filter
	var format string
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Show what a log holds, by time, gate, rule or type",
		Long: `Show the events of a log, verifying it on the way: what is shown stands before the first line that does not belong.

Times are RFC 3339 (2026-01-31T08:00:00Z), days in UTC (2026-01-31), or how long ago (90m, 24h, 30d).

Exit status: 0 shown, 1 the log is broken, 2 could not be read.`,
		Args: oneArgument("show takes one file, such as audit.jsonl"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := textOrJSON(format); err != nil {
				return err
			}
			if err := f.parse(s, time.Now()); err != nil {
				return err
			}
			return show(cmd.Context(), s, args[0], format, &f)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.sinceText, "since", "", "leave out what is older than `TIME`")
	flags.StringVar(&f.untilText, "until", "", "leave out what is newer than `TIME`; a day counts to its end")
	flags.StringVar(&f.gate, "gate", "", "only runs and findings of the gate `NAME`")
	flags.StringVar(&f.rule, "rule", "", "only findings of the rule `ID`")
	flags.StringVar(&f.kind, "type", "", "only events of `TYPE`: run, violation, drift, log, or a full type")
	flags.StringVarP(&format, "format", "f", "text", "print as text, or json: the lines themselves")
	return cmd
}

// filter says which events are shown.
type filter struct {
	sinceText, untilText string
	since, until         time.Time // zero: no bound
	gate, rule, kind     string
}

// types are the types of events that this version knows.
func types() []string {
	return []string{audit.RunType, audit.ViolationType, audit.DriftType, audit.LogType}
}

func (f *filter) parse(s *Surroundings, now time.Time) (err error) {
	if f.since, err = when(f.sinceText, now, false); err != nil {
		return fmt.Errorf("--since: %w", err)
	}
	if f.until, err = when(f.untilText, now, true); err != nil {
		return fmt.Errorf("--until: %w", err)
	}
	if f.gate != "" {
		var names []string
		for _, g := range gates(s) {
			names = append(names, g.gate.Name())
		}
		if !slices.Contains(names, f.gate) {
			return fmt.Errorf("--gate: unknown gate %q%s", f.gate, config.Suggest(f.gate, names))
		}
	}
	f.rule = strings.ToUpper(f.rule)
	if f.kind == "" || strings.HasPrefix(f.kind, "io.cdbgate.") {
		return nil
	}
	var short []string
	for _, full := range types() {
		if short = append(short, audit.ShortType(full)); audit.ShortType(full) == f.kind {
			f.kind = full
			return nil
		}
	}
	return fmt.Errorf("--type: unknown type %q%s; known types: %s, or a full one such as %s", f.kind, config.Suggest(f.kind, short), strings.Join(short, ", "), audit.RunType)
}

// when reads a time, a day (its begin, or its last moment), or how long ago it was.
func when(text string, now time.Time, last bool) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		if last {
			return day.AddDate(0, 0, 1).Add(-1), nil
		}
		return day, nil
	}
	if number, ok := strings.CutSuffix(text, "d"); ok {
		if days, err := strconv.ParseUint(number, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(days)), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time: use 2026-01-31T08:00:00Z, 2026-01-31, or how long ago, such as 24h or 30d", text)
}

// told is what the table shows of the data of an event, whatever its type.
type told struct {
	Gate     string       `json:"gate"`
	Gates    []audit.Gate `json:"gates"`
	Head     string       `json:"head"`
	Verdict  string       `json:"verdict"`
	Exit     int          `json:"exit"`
	Rule     string       `json:"rule"`
	Severity string       `json:"severity"`
	Path     string       `json:"path"`
	Line     int          `json:"line"`
	Resource string       `json:"resource"`
	Log      string       `json:"log"`
	Torn     *audit.Torn  `json:"torn"`
}

// takes reports whether an event is shown.
func (f *filter) takes(l *audit.Line, t *told) bool {
	switch {
	case !f.since.IsZero() && l.Time.Before(f.since),
		!f.until.IsZero() && l.Time.After(f.until),
		f.kind != "" && f.kind != l.Type,
		f.rule != "" && f.rule != strings.ToUpper(t.Rule):
		return false
	}
	return f.gate == "" || f.gate == t.Gate || slices.ContainsFunc(t.Gates, func(g audit.Gate) bool { return g.Name == f.gate })
}

func show(ctx context.Context, s *Surroundings, file, format string, f *filter) error {
	in, err := audit.OpenForReading(ctx, s.path(file))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	defer func() { _ = in.Close() }() // it was only read
	out := bufio.NewWriter(s.Stdout)
	if format == "text" {
		row(out, "TIME", "TYPE", "GATE/VERDICT", "RULE", "SEVERITY", "PLACE")
	}
	_, err = audit.Read(contextReader{ctx, in}, func(l *audit.Line) error {
		var t told
		// A later version may mean something else by a name; then the table shows what it can.
		_ = json.Unmarshal(l.Data, &t)
		if !f.takes(l, &t) {
			return nil
		}
		if format == "json" {
			_, err := out.Write(append(report.PrintableJSON(l.Raw), '\n'))
			return err
		}
		t.row(out, l)
		return nil
	})
	if flushed := out.Flush(); flushed != nil {
		return flushed
	}
	if broken := problemOf(err); broken != nil {
		fmt.Fprintf(s.Stderr, "cdbgate: error: %s: line %d: %s; what is shown stands before it\n", report.Printable(file), broken.Line, report.Printable(broken.Reason))
		return verdictError(report.ExitFailed)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// row prints columns of fixed widths, so that a log of any length is shown as it is read.
func row(out io.Writer, at, kind, gate, rule, severity, place string) {
	text := fmt.Sprintf("%-20s  %-9s  %-13s  %-6s  %-8s  %s", at, kind, gate, rule, severity, place)
	_, _ = io.WriteString(out, strings.TrimRight(text, " ")+"\n") // the buffer keeps its error
}

func (t *told) row(out io.Writer, l *audit.Line) {
	gate, place := t.Gate, ""
	switch {
	case l.Type == audit.RunType:
		var names []string
		for _, g := range t.Gates {
			names = append(names, g.Name)
		}
		gate, place = t.Verdict, strings.Join(names, ", ")+" on "+t.Head[:min(12, len(t.Head))]
	case t.Torn != nil:
		gate, place = "torn end", fmt.Sprintf("%d bytes cut off (%s)", t.Torn.Bytes, t.Torn.Digest)
	case l.Type == audit.LogType:
		gate, place = "begun", "log "+t.Log
	default:
		place = t.Path
		if t.Line > 0 {
			place += fmt.Sprintf(":%d", t.Line)
		}
		if t.Resource != "" {
			place = strings.TrimSpace(place + " " + t.Resource)
		}
	}
	p := report.Printable
	row(out, l.Time.Format(time.RFC3339), p(audit.ShortType(l.Type)), p(gate), p(t.Rule), p(t.Severity), p(place))
}

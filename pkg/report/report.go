// Package report writes a run's result in the formats people and machines read: a terminal, a CI system's annotations,
// a code-scanning upload, a test report, a job summary.
//
// What comes in is a finding.Report, what goes out is bytes; nothing is decided here except the verdict, which follows
// from the report alone. Every text that came from the judged repository is escaped for the format it lands in, so that a
// resource name cannot inject a workflow command, a terminal escape or markup. No writer changes the report, and two
// writes of one report are byte-identical.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// Where the tool and its rule pages live, for formats that carry links.
const (
	projectURL = "https://github.com/claire-de-binare/cdbgate"
	rulePages  = projectURL + "/blob/main/docs/rules/"
)

// Writer writes a report in one format.
type Writer interface {
	Write(w io.Writer, r *finding.Report) error
}

// Options says how to write. The zero value is what a file or a CI log wants: no colours, no code frames.
type Options struct {
	Color   bool // text: use terminal escapes
	Width   int  // text: columns to fill; 0 means 100
	Verbose bool // text: add durations and full digests
	Quiet   bool // text: findings and what could not be evaluated, nothing else
	Frames  bool // text: show the source around a finding even without Color

	// FrameLines is the most lines of source one frame shows; 0 means 5.
	FrameLines int

	// Source returns a file's content as it was judged, by its path in the repository. Nil, or an error, means no frame.
	Source func(path string) ([]byte, error)

	// FailOn is the least severity that fails the run; "" means finding.Error.
	FailOn finding.Severity
}

// writers maps every format's name to its constructor.
var writers = map[string]func(Options) Writer{
	"github":   func(o Options) Writer { return githubWriter{o} },
	"gitlab":   func(Options) Writer { return gitlabWriter{} },
	"json":     func(Options) Writer { return jsonWriter{} },
	"junit":    func(o Options) Writer { return junitWriter{o} },
	"markdown": func(o Options) Writer { return markdownWriter{o} },
	"sarif":    func(o Options) Writer { return sarifWriter{o} },
	"text":     func(o Options) Writer { return textWriter{o} },
}

// Formats lists the known formats: text first, then by name.
func Formats() []string {
	names := []string{"text"}
	for name := range writers {
		if name != "text" {
			names = append(names, name)
		}
	}
	slices.Sort(names[1:])
	return names
}

// New returns the writer of a format. An unknown format is an error that names the known ones.
func New(format string, opt Options) (Writer, error) {
	if err := checkFormat(format); err != nil {
		return nil, err
	}
	if opt.FailOn == "" {
		opt.FailOn = finding.Error
	}
	return writers[format](opt), nil
}

func checkFormat(format string) error {
	if _, ok := writers[format]; ok {
		return nil
	}
	return fmt.Errorf("unknown format %q%s; known formats: %s", format, config.Suggest(format, Formats()), strings.Join(Formats(), ", "))
}

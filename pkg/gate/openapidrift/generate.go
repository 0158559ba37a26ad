package openapidrift

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/isolate"
	"github.com/claire-de-binare/cdbgate/pkg/openapi"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// drift runs a description's generator and adds how it ended, and how what it wrote differs from what is committed.
func (c *collector) drift(ctx context.Context, t *target, committed *openapi.Spec) error {
	if t.generate == nil {
		return nil
	}
	if c.Skip != "" {
		c.fault(t.path, "whether it is what its generator writes is not known: the generator was not run", c.Skip)
		return nil
	}
	c.volatile = true
	g := &generation{spec: t.path, by: t.by, entry: t.generate}
	if err := g.run(ctx, c); err != nil {
		return err
	}
	c.add(c.generatorSubject(g))
	if g.result == nil || committed.Root == nil || g.result.Root == nil {
		return nil
	}
	differences := openapi.Differences(committed, g.result)
	if len(differences) == 0 && (c.Exact || t.generate.Exact) {
		differences = openapi.Rewritten(committed, g.result)
	}
	c.add(c.driftSubject(g, differences))
	return nil
}

// generation is one run of a generator.
type generation struct {
	spec  string
	by    string
	entry *config.OpenAPI

	outcome isolate.Outcome
	output  string // what it should write, in words
	wrong   string // what is wrong with what it wrote
	result  *openapi.Spec
}

// limit of what a generator may write.
const maxWritten = 32 << 20

// defaultLimit is how long a generator may take.
const defaultLimit = 5 * time.Minute

// run runs the generator in a copy of the judged snapshot, which is removed afterwards. What it should write is taken away before,
// so that what is there afterwards was written by it: a build tool that holds everything for up to date has to write as well.
func (g *generation) run(ctx context.Context, c *collector) error {
	dir, err := os.MkdirTemp("", "cdbgate-openapi-")
	if err != nil {
		return fmt.Errorf("make room for a copy to generate in: %w", err)
	}
	defer isolate.RemoveAll(dir)
	if err := c.run.Snapshot.Export(ctx, dir, repo.ExportOptions{}); err != nil {
		return fmt.Errorf("copy the repository to generate in: %w", err)
	}
	if problem, err := g.prepare(ctx, c, dir); problem != "" || err != nil {
		g.outcome = isolate.Outcome{Problem: problem, ExitCode: -1}
		return err
	}
	command := isolate.Command{
		Args: g.entry.Generate, Dir: filepath.Join(dir, filepath.FromSlash(g.entry.Dir)), Path: c.Getenv("PATH"),
		Env: g.environment(c.Getenv), Timeout: g.limit(), Capture: g.entry.Output == "-", MaxOutput: maxWritten, NoNetwork: !c.run.AllowNetwork,
	}
	if g.outcome, err = command.Run(ctx); err != nil {
		return err
	}
	g.outcome.Messages = strings.ReplaceAll(g.outcome.Messages, dir, ".") // the copy's place says nothing to anybody
	if g.outcome.Failure() == "" {
		g.read(dir)
	}
	return nil
}

// prepare puts what git ignores and the generator needs into the copy, and takes away what it should write.
func (g *generation) prepare(ctx context.Context, c *collector, dir string) (problem string, err error) {
	g.output = "standard output"
	if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(g.entry.Dir))); err != nil || !info.IsDir() {
		return fmt.Sprintf("there is no folder %s to run it in", g.entry.Dir), nil
	}
	for _, name := range g.entry.Needs {
		err := c.run.Repository.ExportPath(ctx, name, dir)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Sprintf("%s, which it needs, is not there: make it before", name), ctx.Err()
		}
		if err != nil {
			return fmt.Sprintf("%s, which it needs, cannot be copied: %v", name, err), ctx.Err()
		}
	}
	if g.entry.Output == "-" {
		return "", nil
	}
	g.output = g.file()
	err = os.Remove(filepath.Join(dir, filepath.FromSlash(g.output)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("make room for what is generated: %w", err)
	}
	return "", nil
}

// file is the path of the file that the generator writes.
func (g *generation) file() string {
	if g.entry.Output != "" {
		return g.entry.Output
	}
	return g.spec
}

func (g *generation) limit() time.Duration {
	if d := g.entry.Limit(); d > 0 {
		return d
	}
	return defaultLimit
}

// environment is what the generator gets: where build tools keep what they have built already, and what the configuration names.
func (g *generation) environment(getenv func(string) string) []string {
	out := isolate.Caches(getenv)
	for _, name := range g.entry.Env {
		if value := getenv(name); value != "" {
			out = append(out, name+"="+value)
		}
	}
	return out
}

// read takes over what was written. No link leads out of the copy.
func (g *generation) read(dir string) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		g.wrong = "cannot be read: " + err.Error()
		return
	}
	defer root.Close()
	read := func(name string) ([]byte, error) {
		if name != g.spec {
			return readRegular(root, name)
		}
		if g.entry.Output == "-" {
			return g.outcome.Stdout, nil
		}
		info, err := root.Lstat(filepath.FromSlash(g.file()))
		if err == nil && !info.Mode().IsRegular() {
			return nil, errNotRegular
		}
		return readRegular(root, g.file())
	}
	result, err := openapi.Load(read, g.spec)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		g.wrong = err.Error()
		return
	}
	g.result = result
	for _, p := range result.Problems {
		if p.ID == "parse-error" {
			g.wrong = fmt.Sprintf("line %d: %s", max(1, p.Place.Range.Start.Line), p.Text)
			if p.Place.Path != g.spec {
				g.wrong = p.Place.Path + ": " + g.wrong
			}
			break
		}
	}
}

var errNotRegular = errors.New("it is no regular file")

// readRegular reads a file of the copy, and never waits for one.
func readRegular(root *os.Root, name string) ([]byte, error) {
	name = filepath.FromSlash(name)
	info, err := root.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errNotRegular
	case info.Size() > maxWritten:
		return nil, fmt.Errorf("it has %d MiB; up to %d are read", info.Size()>>20, maxWritten>>20)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxWritten+1))
}

// repair is the command that makes the committed description the generated one, run at the repository's root.
func (g *generation) repair() string {
	command := words(g.entry.Generate)
	switch {
	case g.entry.Output == "-":
		to := g.spec
		if g.entry.Dir != "" && g.entry.Dir != "." {
			return fmt.Sprintf("(cd %s && %s) > %s", words([]string{g.entry.Dir}), command, words([]string{to}))
		}
		return command + " > " + words([]string{to})
	case g.entry.Dir != "" && g.entry.Dir != ".":
		command = fmt.Sprintf("(cd %s && %s)", words([]string{g.entry.Dir}), command)
	}
	if g.file() != g.spec {
		command += " && cp " + words([]string{g.file(), g.spec})
	}
	return command
}

// words writes a command as a shell reads it.
func words(args []string) string {
	out := make([]string, len(args))
	for i, a := range args {
		if out[i] = a; a == "" || strings.ContainsFunc(a, special) {
			out[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}

func special(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_-./:=,@%+", r)
}

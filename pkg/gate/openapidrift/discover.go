package openapidrift

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/openapi"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// target is a description to judge.
type target struct {
	path     string
	there    bool   // in what is judged
	before   bool   // in the trusted base
	from     string // its path in the base
	generate *config.OpenAPI
	by       string // "configuration" or "convention"
}

// discover lists the descriptions: those that the configuration names, those that the judged snapshot has, and those that the
// base has and the change takes away. Without an entry in the configuration, a Makefile beside a description that has the target
// api-schema generates it.
func discover(ctx context.Context, run *gate.Run) ([]*target, error) {
	all := map[string]*target{}
	get := func(name string) *target {
		if all[name] == nil {
			all[name] = &target{path: name, from: name}
		}
		return all[name]
	}
	for i := range run.Config.OpenAPI {
		if entry := &run.Config.OpenAPI[i]; inScope(run, entry.Spec) {
			t := get(entry.Spec)
			if len(entry.Generate) > 0 {
				t.generate, t.by = entry, "configuration"
			}
		}
	}
	now, err := descriptions(ctx, run, run.Snapshot)
	if err != nil {
		return nil, err
	}
	for _, name := range now {
		get(name)
	}
	if run.Base != nil {
		before, err := descriptions(ctx, run, run.Trusted)
		if err != nil {
			return nil, err
		}
		for _, name := range before {
			get(name).before = true
		}
		for name, t := range all {
			_, t.before = run.Trusted.Lookup(name)
		}
	}
	for name, t := range all {
		_, t.there = run.Snapshot.Lookup(name)
		if t.generate == nil {
			t.generate, t.by = conventional(run, name), "convention"
		}
	}
	if err := renamed(ctx, run, all); err != nil {
		return nil, err
	}
	out := make([]*target, 0, len(all))
	for _, t := range all {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *target) int { return cmp.Compare(a.path, b.path) })
	return out, nil
}

// inScope reports whether a path is judged at all.
func inScope(run *gate.Run, name string) bool { return run.Scope(name) }

// renamed joins a description that the change takes away with the one it became.
func renamed(ctx context.Context, run *gate.Run, all map[string]*target) error {
	if run.Base == nil {
		return nil
	}
	changes, err := run.Changes(ctx)
	if err != nil {
		return ctx.Err() // a history that is cut short is told by whoever compares
	}
	for _, c := range changes.List {
		if c.From == "" {
			continue
		}
		was, is := all[c.From], all[c.Path]
		if was != nil && is != nil && is.there && !is.before && !was.there {
			is.from = c.From
			if was.by == "configuration" { // the base's, which cannot know the new name
				moved := *was.generate
				moved.Spec = c.Path
				is.generate, is.by = &moved, was.by
			}
			delete(all, c.From)
		}
	}
	return nil
}

// descriptions lists the files of a snapshot that are OpenAPI descriptions, by name or by how they begin.
func descriptions(ctx context.Context, run *gate.Run, s *repo.Snapshot) ([]string, error) {
	var candidates []string
	for _, e := range s.Entries() {
		switch strings.ToLower(path.Ext(e.Path)) {
		case ".yaml", ".yml", ".json":
			link := e.Mode&fs.ModeSymlink != 0 && plain.MatchString(path.Base(e.Path))
			if (e.Mode.IsRegular() || link) && run.Scope(e.Path) {
				candidates = append(candidates, e.Path)
			}
		}
	}
	found := make([]bool, len(candidates))
	var wg sync.WaitGroup
	jobs := max(1, min(run.Jobs, runtime.GOMAXPROCS(0)))
	for worker := range jobs {
		wg.Go(func() {
			for i := worker; i < len(candidates) && ctx.Err() == nil; i += jobs {
				found[i] = isDescription(s, candidates[i])
			}
		})
	}
	wg.Wait()
	var out []string
	for i, name := range candidates {
		if found[i] {
			out = append(out, name)
		}
	}
	return out, ctx.Err()
}

// plain are the names that only a description has.
var plain = regexp.MustCompile(`(?i)^(openapi|swagger)\.(ya?ml|json)$`)

var (
	versionYAML = regexp.MustCompile(`(?m)^(openapi|swagger|"openapi"|"swagger"|'openapi'|'swagger')[ \t]*:[ \t]*["']?[0-9]`)
	versionJSON = regexp.MustCompile(`"(openapi|swagger)"\s*:\s*"[0-9]`)
)

// maxLook is how much of a file with another name is looked at: a description names its version first, but for one whose keys a
// program sorted, where it comes behind the components.
const maxLook = 4 << 20

func isDescription(s *repo.Snapshot, name string) bool {
	if plain.MatchString(path.Base(name)) {
		return true
	}
	limit := int64(maxLook)
	if openapi.IsName(name) {
		limit = repo.MaxFileSize
	}
	f, err := s.Stream(name)
	if err != nil {
		return false // whoever reads all files tells that
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil || !bytes.Contains(text, []byte("openapi")) && !bytes.Contains(text, []byte("swagger")) {
		return false
	}
	if begin := bytes.TrimSpace(text[:min(len(text), 64)]); strings.EqualFold(path.Ext(name), ".json") || bytes.HasPrefix(begin, []byte("{")) {
		return versionJSON.Match(text) && namesVersion(text)
	}
	return versionYAML.Match(text)
}

// namesVersion reports whether the mapping that a JSON text is has a version of OpenAPI or Swagger among its own keys: in those of a
// package.json the two are names of packages.
func namesVersion(text []byte) bool {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return false
		}
		if key == "openapi" || key == "swagger" {
			value, _ := d.Token()
			version, _ := value.(string)
			return version != "" && version[0] >= '0' && version[0] <= '9'
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return false
		}
	}
	return false
}

// conventional is the generator of a description that nothing is configured for: make api-schema in its folder, when it has a name
// that only a description has. Of others nobody knows whether that target writes them.
func conventional(run *gate.Run, name string) *config.OpenAPI {
	if !plain.MatchString(path.Base(name)) {
		return nil
	}
	dir := path.Dir(name)
	for _, s := range []*repo.Snapshot{run.Trusted, run.Snapshot} { // a change does not get rid of it by removing the target
		for _, makefile := range []string{"GNUmakefile", "makefile", "Makefile"} {
			text, err := s.ReadFile(path.Join(dir, makefile))
			if err == nil && apiSchema.Match(text) {
				return &config.OpenAPI{Spec: name, Generate: []string{"make", "api-schema"}, Dir: dir}
			}
		}
	}
	return nil
}

var apiSchema = regexp.MustCompile(`(?m)^([\w./-]+[ \t]+)*api-schema([ \t]+[\w./-]+)*[ \t]*::?([^:=]|$)`)

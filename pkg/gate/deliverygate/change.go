package deliverygate

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// change is one changed path of the judged change.
type change struct {
	repo.Change
	before *repo.Snapshot // where its old side stands: one of the merge bases
	head   *repo.Snapshot

	matches, fromMatches map[string]any // list of the policy -> patterns that the new and the old name fit
	content              map[string]any // what the file says it is; nil as long as nobody looked
	part                 string         // what it belongs to without saying so itself
	mentions             bool           // it names this program
	inScope              bool           // neither exclude nor a part of the repository leaves it out
	uncommitted          bool           // the judged file is not the one of the head's commit
	accounted            bool           // some commit of the history changed it
	classes              []class
}

// class is what the policy takes a change for, and why.
type class struct{ name, why string }

// old is the path's name on the old side, "" for what was added.
func (c *change) old() string {
	switch c.Kind {
	case repo.Added:
		return ""
	case repo.Renamed:
		return c.From
	}
	return c.Path
}

// facts is what rules see as the document. Modes are file, executable, symlink, submodule, or "" where there is nothing.
func (c *change) facts() map[string]any {
	doc := map[string]any{
		"path": c.Path, "from": c.From, "kind": string(c.Kind), "part": c.part, "mentions_gate": c.mentions, "in_scope": c.inScope,
		"mode_before": "", "mode_after": "", "matches": c.matches, "from_matches": c.fromMatches, "content": nil,
	}
	if c.fromMatches == nil {
		doc["from_matches"] = map[string]any{}
	}
	if e, ok := c.before.Lookup(c.old()); ok && c.old() != "" {
		doc["mode_before"] = modeOf(e)
	}
	if e, ok := c.head.Lookup(c.Path); ok && c.Kind != repo.Deleted {
		doc["mode_after"] = modeOf(e)
	}
	if c.content != nil {
		doc["content"] = c.content
	}
	return doc
}

func modeOf(e repo.Entry) string {
	if kind := kindOf(e); kind != "file" {
		return kind
	}
	if e.Mode&0o100 != 0 {
		return "executable"
	}
	return "file"
}

// side is a file as one snapshot has it.
type side struct {
	snapshot *repo.Snapshot
	name     string
}

// sides lists where the change's content stands, the new side first.
func (c *change) sides() []side {
	var out []side
	if c.Kind != repo.Deleted {
		out = append(out, side{c.head, c.Path})
	}
	if old := c.old(); old != "" {
		out = append(out, side{c.before, old})
	}
	return out
}

// read reads a side. No text and no error: there is nothing to recognise, such as a submodule or a link that leads nowhere,
// which other gates judge.
func (s side) read() ([]byte, error) {
	text, err := s.snapshot.ReadFile(s.name)
	switch {
	case err == nil:
		return text, nil
	case errors.Is(err, repo.ErrTooLarge) && couldBeManifest(s.name), lost(err):
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return nil, nil
}

func couldBeManifest(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json", "":
		return true
	}
	return false
}

// look finds out what a side of the change says it is, nil for nothing.
func (s side) look() (map[string]any, error) {
	text, err := s.read()
	if err != nil {
		return nil, err
	}
	return contentFacts(manifest.Recognise(s.name, text)), nil
}

// lookForGate finds out whether either side names this program.
func (c *change) lookForGate() error {
	for _, s := range c.sides() {
		text, err := s.read()
		if err != nil {
			return err
		}
		if namesGate(text) {
			c.mentions = true
			return nil
		}
	}
	return nil
}

var gateName = regexp.MustCompile(`(?i)\bcdbgate\b`)

// namesGate reports whether a text names this program, in any case.
func namesGate(text []byte) bool { return gateName.Match(text) }

// contentFacts words what was recognised, nil when that is nothing.
func contentFacts(c manifest.Content) map[string]any {
	objects := []any{}
	for _, o := range c.Objects {
		objects = append(objects, map[string]any{"api_version": o.APIVersion, "kind": o.Kind, "namespace": o.Namespace, "name": o.Name, "line": o.Line})
	}
	facts := map[string]any{
		"objects": objects, "compose": c.Compose, "dockerfile": c.Dockerfile, "terraform": c.Terraform, "chart": c.Chart,
		"unreadable": c.Unreadable, "pipeline": nil,
	}
	if p := c.Pipeline; p != nil {
		commands := []string{}
		for _, words := range p.Commands {
			commands = append(commands, strings.Join(words, " "))
		}
		facts["pipeline"] = map[string]any{
			"system": p.System, "environments": p.Environments, "uses": p.Uses, "commands": commands, "unparsed": p.Unparsed,
		}
	}
	if len(objects) == 0 && !c.Compose && !c.Dockerfile && !c.Terraform && !c.Chart && c.Unreadable == "" && c.Pipeline == nil {
		return nil
	}
	return facts
}

// Package pipeline reads what the workflows of CI systems do, as far as deploying and gating are concerned: which
// environments they deploy to, what they call, which commands their scripts run. Parsed documents and their path come in,
// a Pipeline goes out. Nothing is run or looked up: an expression stays as it is written, and a word of a script that only
// a shell could work out is the empty string.
package pipeline

import (
	"path"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Pipeline is a CI system's workflow, as far as deploying and gating are concerned.
type Pipeline struct {
	System       string     // one of the constants below
	Environments []string   // deployment environments the jobs name, as written, each once
	Uses         []string   // actions, reusable workflows, includes, components, orbs and images it calls, as written, each once
	Commands     [][]string // simple commands of its scripts, as words; "" for a word that nobody can know
	Unparsed     bool       // some script could not be parsed as shell: then Commands holds the raw words of each line of the rest
	Scripts      []Script   // its scripts, those that are not for a shell too
}

// The systems.
const (
	GitHubActions  = "github-actions" // workflows
	GitHubAction   = "github-action"  // an action.yml
	GitLabCI       = "gitlab-ci"
	AzurePipelines = "azure-pipelines"
	CircleCI       = "circleci"
	Jenkins        = "jenkins"
)

// System returns the CI system that reads a file for its very path, "" when none does.
func System(file string) string {
	dir, base := path.Split(strings.ToLower(file))
	if base == "jenkinsfile" || strings.HasPrefix(base, "jenkinsfile.") || path.Ext(base) == ".jenkinsfile" {
		return Jenkins
	}
	if !yamlName(base) {
		return ""
	}
	stem := strings.TrimSuffix(base, path.Ext(base))
	switch {
	case strings.HasSuffix(dir, ".github/workflows/"), strings.HasSuffix(dir, ".gitea/workflows/"), strings.HasSuffix(dir, ".forgejo/workflows/"):
		return GitHubActions
	case stem == "action":
		return GitHubAction
	case strings.HasSuffix(stem, ".gitlab-ci"):
		return GitLabCI
	case strings.HasPrefix(stem, "azure-pipelines"), strings.HasPrefix(stem, ".azure-pipelines"):
		return AzurePipelines
	case strings.HasSuffix(dir, ".circleci/") && stem == "config":
		return CircleCI
	}
	return ""
}

func yamlName(base string) bool {
	ext := path.Ext(base)
	return ext == ".yaml" || ext == ".yml"
}

// Read returns the workflow in a YAML file, nil when the file is none. The documents must have been read under the core
// schema: under YAML 1.1 the key "on" is a boolean. The parts of scripts are not exact.
func Read(file string, docs []*document.Document) *Pipeline { return ReadText(file, nil, docs) }

// ReadText is Read for a caller that has the text of the file too, in which it finds the lines of scripts again.
func ReadText(file string, text []byte, docs []*document.Document) *Pipeline {
	if !yamlName(strings.ToLower(path.Base(file))) {
		return nil
	}
	from := SourceOf(text, docs)
	for _, reader := range []func(string, *document.Node, Source) *Pipeline{github, action, circleci, azure} {
		for _, d := range docs {
			if p := reader(file, d.Root, from); p != nil {
				return p
			}
		}
	}
	return gitlab(file, docs, from)
}

// Raw is the pipeline in a file that its path says is one and that cannot be parsed: its words, line by line.
func Raw(system, text string) *Pipeline {
	return &Pipeline{System: system, Unparsed: true, Commands: rawWords(text)}
}

// collector gathers what a pipeline does. A node that aliases repeat is read once, so that a short file cannot cost much.
type collector struct {
	Source
	pipeline *Pipeline
	hole     hole
	where    string // the script at hand, in words
	seen     map[*document.Node]bool
	known    map[string]bool // uses and environments that were noted
}

func collect(system string, h hole, from Source) *collector {
	return &collector{
		Source: from, pipeline: &Pipeline{System: system}, hole: h,
		seen: map[*document.Node]bool{}, known: map[string]bool{},
	}
}

// first reports whether a node is there and was not met before.
func (c *collector) first(n *document.Node) bool {
	if n == nil || c.seen[n] {
		return false
	}
	c.seen[n] = true
	return true
}

func (c *collector) use(name string) {
	if name != "" && !c.known["use "+name] {
		c.known["use "+name] = true
		c.pipeline.Uses = append(c.pipeline.Uses, strings.Clone(name))
	}
}

// image notes an image that is written as a string, or as a mapping with the image under key.
func (c *collector) image(n *document.Node, key string) {
	c.use(n.Str())
	c.use(n.Get(key).Str())
}

// environment notes an environment that is written as a string, or as a mapping with a name.
func (c *collector) environment(n *document.Node) {
	for _, name := range []string{n.Str(), n.Get("name").Str()} {
		if name != "" && !c.known["environment "+name] {
			c.known["environment "+name] = true
			c.pipeline.Environments = append(c.pipeline.Environments, strings.Clone(name))
		}
	}
}

func isMapping(n *document.Node) bool  { return n != nil && n.Kind == document.Mapping }
func isSequence(n *document.Node) bool { return n != nil && n.Kind == document.Sequence }

package pipeline

import (
	"fmt"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// expression is what GitHub and Azure fill in.
var expression = hole{open: "${{", end: "}}"}

// github reads a workflow of GitHub Actions, which Gitea and Forgejo run too: a mapping with on and jobs. GitHub takes
// only what lies in .github/workflows, so there jobs alone are enough: a workflow without triggers is an error it reports.
func github(file string, root *document.Node, from Source) *Pipeline {
	jobs := root.Get("jobs")
	if !isMapping(jobs) || root.Get("on") == nil && System(file) != GitHubActions {
		return nil
	}
	c := collect(GitHubActions, expression, from)
	shell := root.Lookup("defaults", "run", "shell").Str()
	for _, job := range jobs.Pairs {
		c.githubJob("job "+job.Key.Text+", ", job.Value, shell)
	}
	return c.pipeline
}

func (c *collector) githubJob(where string, job *document.Node, shell string) {
	if !c.first(job) {
		return
	}
	if own := job.Lookup("defaults", "run", "shell").Str(); own != "" {
		shell = own
	}
	if shell == "" && strings.HasPrefix(job.Get("runs-on").Str(), "windows") { // the runner's own
		shell = "pwsh"
	}
	c.environment(job.Get("environment"))
	c.use(job.Get("uses").Str())
	c.image(job.Get("container"), "image")
	for _, service := range document.Entries(job.Get("services")) {
		c.image(service.Value, "image")
	}
	c.githubSteps(where, job.Get("steps"), shell)
}

func (c *collector) githubSteps(where string, steps *document.Node, shell string) {
	for i, step := range document.Items(steps) {
		c.where = fmt.Sprintf("%sstep %d", where, i+1)
		c.githubStep(step, shell)
	}
}

// inputs are those under which actions take a script: appleboy/ssh-action, azure/cli, nick-fields/retry and their like.
var inputs = []string{"script", "run", "command", "cmd", "inlineScript"}

func (c *collector) githubStep(step *document.Node, shell string) {
	if !c.first(step) {
		return
	}
	if own := step.Get("shell").Str(); own != "" {
		shell = own
	}
	c.script(step.Get("run"), shell)
	uses := step.Get("uses").Str()
	if c.use(uses); strings.Contains(uses, "github-script") { // its script is JavaScript
		return
	}
	for _, name := range inputs {
		c.script(step.Lookup("with", name), "")
	}
}

// action reads an action.yml: a composite action's steps, a container action's image.
func action(file string, root *document.Node, from Source) *Pipeline {
	runs := root.Get("runs")
	if System(file) != GitHubAction || !isMapping(runs) {
		return nil
	}
	c := collect(GitHubAction, expression, from)
	c.use(runs.Get("image").Str())
	c.githubSteps("", runs.Get("steps"), "")
	return c.pipeline
}

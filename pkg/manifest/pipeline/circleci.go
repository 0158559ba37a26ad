package pipeline

import (
	"fmt"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// circleci reads a configuration of CircleCI, or an orb: jobs is a mapping of jobs with steps, and version says which of
// its formats it is. Its parameters look like here documents: << parameters.name >>.
func circleci(file string, root *document.Node, from Source) *Pipeline {
	if System(file) != CircleCI && !circleJobs(root) || !isMapping(root) {
		return nil
	}
	c := collect(CircleCI, hole{open: "<<", end: ">>", begins: []string{"parameters.", "pipeline.", "matrix."}}, from)
	for _, orb := range document.Entries(root.Get("orbs")) {
		c.use(orb.Value.Str())
	}
	for _, key := range []string{"jobs", "commands", "executors"} {
		for _, entry := range document.Entries(root.Get(key)) {
			c.circleJob(strings.TrimSuffix(key, "s")+" "+entry.Key.Text, entry.Value)
		}
	}
	return c.pipeline
}

func circleJobs(root *document.Node) bool {
	version := root.Get("version")
	if version == nil || !strings.HasPrefix(version.Text, "2") {
		return false
	}
	for _, key := range []string{"jobs", "commands"} {
		for _, job := range document.Entries(root.Get(key)) {
			if isSequence(job.Value.Get("steps")) {
				return true
			}
		}
	}
	return false
}

func (c *collector) circleJob(where string, job *document.Node) {
	if !c.first(job) {
		return
	}
	for _, container := range document.Items(job.Get("docker")) {
		c.image(container, "image")
	}
	c.image(job.Get("machine"), "image")
	c.circleSteps(where, job.Get("steps"), job.Get("shell").Str())
}

func (c *collector) circleSteps(where string, steps *document.Node, shell string) {
	if !c.first(steps) {
		return
	}
	for i, step := range document.Items(steps) {
		c.where = fmt.Sprintf("%s, step %d", where, i+1)
		c.use(step.Str())
		for _, pair := range document.Entries(step) {
			switch pair.Key.Text {
			case "run":
				c.circleRun(pair.Value, shell)
			case "when", "unless":
				c.circleSteps(c.where, pair.Value.Get("steps"), shell)
			default:
				c.use(pair.Key.Text)
			}
		}
	}
}

func (c *collector) circleRun(run *document.Node, shell string) {
	if !isMapping(run) {
		c.script(run, shell)
		return
	}
	if own := run.Get("shell").Str(); own != "" {
		shell = own
	}
	c.script(run.Get("command"), shell)
}

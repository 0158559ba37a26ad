package pipeline

import (
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// gitlab reads a configuration of GitLab CI: a file of that name, or any other with a job in it, since a configuration may
// include files wherever they lie. A component has its inputs in a document before that of the jobs.
func gitlab(file string, docs []*document.Document, from Source) *Pipeline {
	named := System(file) == GitLabCI
	folder := strings.HasPrefix(file, ".gitlab/") || strings.Contains(file, "/.gitlab/") || strings.HasPrefix(file, ".gitlab-ci/")
	if !slices.ContainsFunc(docs, func(d *document.Document) bool {
		return isMapping(d.Root) && (named || gitlabJobs(d.Root, folder))
	}) {
		return nil
	}
	c := collect(GitLabCI, hole{open: "$[[", end: "]]"}, from)
	for _, d := range docs {
		if isMapping(d.Root) {
			c.gitlabFile(d.Root)
		}
	}
	return c.pipeline
}

// gitlabJobs reports whether some entry of the mapping is a job: it has a script and, where the folder does not tell, a
// word that only GitLab has beside one.
func gitlabJobs(root *document.Node, folder bool) bool {
	for _, pair := range root.Pairs {
		script := pair.Value.Get("script")
		if script == nil || script.Kind != document.String && script.Kind != document.Sequence {
			continue
		}
		if folder {
			return true
		}
		for _, key := range []string{"stage", "rules", "only", "except", "needs", "environment", "artifacts", "before_script"} {
			if pair.Value.Get(key) != nil {
				return true
			}
		}
	}
	return false
}

func (c *collector) gitlabFile(root *document.Node) {
	for _, entry := range document.Items(root.Get("include")) {
		c.use(entry.Str())
		for _, key := range []string{"local", "project", "template", "remote", "component"} {
			c.use(entry.Get(key).Str())
		}
		for _, file := range document.Items(entry.Get("file")) {
			c.use(file.Str())
		}
	}
	c.where = "all jobs"
	c.gitlabJob(root) // image and scripts for all jobs, the old way
	for _, pair := range root.Pairs {
		switch pair.Key.Text {
		case "include", "stages", "variables", "workflow", "cache", "spec", "image", "services":
		default:
			c.where = "job " + pair.Key.Text
			c.gitlabJob(pair.Value)
		}
	}
}

func (c *collector) gitlabJob(job *document.Node) {
	if !isMapping(job) || !c.first(job) {
		return
	}
	c.environment(job.Get("environment"))
	c.image(job.Get("image"), "name")
	for _, service := range document.Items(job.Get("services")) {
		c.image(service, "name")
	}
	trigger := job.Get("trigger")
	c.use(trigger.Str())
	c.use(trigger.Get("project").Str())
	for _, entry := range document.Items(trigger.Get("include")) {
		c.use(entry.Str())
		for _, key := range []string{"local", "project", "template", "component"} {
			c.use(entry.Get(key).Str())
		}
	}
	for _, key := range []string{"before_script", "script", "after_script"} {
		c.script(job.Get(key), "")
	}
	c.script(job.Lookup("hooks", "pre_get_sources_script"), "")
	for _, step := range document.Items(job.Get("run")) {
		c.script(step.Get("script"), "")
		c.use(step.Get("step").Str())
	}
}

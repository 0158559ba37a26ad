package pipeline

import (
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// azure reads a pipeline of Azure DevOps or a template of one: stages, jobs and steps are lists, and the items of those
// lists say what they are.
func azure(file string, root *document.Node, from Source) *Pipeline {
	if !isMapping(root) || System(file) != AzurePipelines && !azureLists(root) {
		return nil
	}
	c := collect(AzurePipelines, expression, from)
	c.where = "steps"
	c.azure(root)
	return c.pipeline
}

func azureLists(root *document.Node) bool {
	for list, own := range map[string][]string{
		"stages": {"stage"},
		"jobs":   {"job", "deployment"},
		"steps":  {"task", "checkout", "bash", "pwsh", "powershell"},
	} {
		for _, item := range document.Entries(root) {
			if item.Key.Text != list || !isSequence(item.Value) {
				continue
			}
			for _, entry := range item.Value.Items {
				for _, key := range own {
					if entry.Get(key) != nil {
						return true
					}
				}
			}
		}
	}
	return false
}

// azure walks all of a pipeline: conditional insertions make keys of their own, so that nothing has a fixed place.
func (c *collector) azure(n *document.Node) {
	if !c.first(n) {
		return
	}
	for _, item := range n.Items {
		c.azure(item)
	}
	for _, key := range []string{"job", "deployment"} {
		if name := n.Get(key).Str(); name != "" {
			c.where = "job " + name
		}
	}
	task := strings.ToLower(n.Get("task").Str())
	for _, pair := range n.Pairs {
		value := pair.Value
		switch pair.Key.Text {
		case "script", "bash":
			c.script(value, "")
		case "pwsh", "powershell":
			c.script(value, pair.Key.Text)
		case "inlineScript":
			c.script(value, n.Get("scriptType").Str())
		case "task", "template", "image":
			c.use(value.Str())
		case "container":
			c.image(value, "image")
		case "environment":
			c.environment(value)
		case "inputs":
			c.azureInputs(task, value)
		}
		if isMapping(value) || isSequence(value) {
			c.azure(value)
		}
	}
}

// azureInputs reads the script of a task whose own language is not the shell's, before the walk comes to it.
func (c *collector) azureInputs(task string, inputs *document.Node) {
	if strings.Contains(task, "powershell") {
		c.script(inputs.Get("script"), "pwsh")
		c.script(inputs.Get("Inline"), "pwsh")
	}
}

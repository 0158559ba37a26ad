package scripts

import (
	"fmt"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/pipeline"
)

// parse reads a YAML or JSON file. What cannot be read is a fault when the file's name says that it holds scripts.
func (f *file) parse(named bool) (docs []*document.Document, from pipeline.Source) {
	parsed := document.Parse(f.path, f.src, document.Options{Schema: document.Core})
	if named {
		for _, e := range parsed.Errors {
			f.faults = append(f.faults, Fault{f.path, e.Range, e.Message})
		}
	}
	return parsed.Docs, pipeline.SourceOf(f.src, parsed.Docs)
}

// workflow reads a pipeline of a CI system, if the file is one.
func workflow(f *file) {
	if !mayHoldScripts(f.path, f.src) {
		return
	}
	docs, _ := f.parse(pipeline.System(f.path) != "")
	if p := pipeline.ReadText(f.path, f.src, docs); p != nil {
		f.pipeline(p)
	}
}

func jenkins(f *file) { f.pipeline(pipeline.ReadJenkins(f.text)) }

func (f *file) pipeline(p *pipeline.Pipeline) {
	switch f.kind = p.System; f.kind {
	case pipeline.GitHubActions:
		f.kind = Workflow
	case pipeline.GitHubAction:
		f.kind = Action
	}
	for i := range p.Scripts {
		f.runYAML(&p.Scripts[i])
	}
}

// scalar lists the commands of a script that is one string.
func (f *file) scalar(from pipeline.Source, n *document.Node, where, open, end string) {
	if n == nil || n.Kind != document.String {
		return
	}
	f.runYAML(&pipeline.Script{Text: n.Text, Where: where, Holes: pipeline.Holes(n.Text, open, end), Parts: []pipeline.Part{from.Part(n, 1)}})
}

func packageJSON(f *file) {
	f.kind = PackageJSON
	docs, from := f.parse(true)
	for _, d := range docs {
		for _, p := range document.Entries(d.Root.Get("scripts")) {
			f.scalar(from, p.Value, "script "+p.Key.Text, "", "")
		}
	}
}

// preCommit reads the hooks that run a program of the system, or a script of the repository.
func preCommit(f *file) {
	f.kind = PreCommit
	docs, from := f.parse(true)
	for _, d := range docs {
		for _, r := range document.Items(d.Root.Get("repos")) {
			for _, h := range document.Items(r.Get("hooks")) {
				switch h.Get("language").Str() {
				case "system", "unsupported", "script", "unsupported_script":
					f.scalar(from, h.Get("entry"), "hook "+h.Get("id").Str(), "", "")
				}
			}
		}
	}
}

// lefthook reads what Git hooks run: commands, and jobs in groups.
func lefthook(f *file) {
	f.kind = Lefthook
	docs, from := f.parse(true)
	for _, d := range docs {
		for _, hook := range document.Entries(d.Root) {
			for _, c := range document.Entries(hook.Value.Get("commands")) {
				f.scalar(from, c.Value.Get("run"), fmt.Sprintf("hook %s, command %s", hook.Key.Text, c.Key.Text), "", "")
			}
			f.hookJobs(from, hook.Key.Text, hook.Value.Get("jobs"), 0)
		}
	}
}

// maxGroups is how deeply the groups of a hook's jobs are read.
const maxGroups = 20

func (f *file) hookJobs(from pipeline.Source, hook string, jobs *document.Node, depth int) {
	for i, j := range document.Items(jobs) {
		name := j.Get("name").Str()
		if name == "" {
			name = fmt.Sprint(i + 1)
		}
		f.scalar(from, j.Get("run"), fmt.Sprintf("hook %s, job %s", hook, name), "", "")
		if group := j.Get("group"); group != nil && depth < maxGroups {
			f.hookJobs(from, hook, group.Get("jobs"), depth+1)
		}
	}
}

// taskfile reads the tasks of a Taskfile. What a template fills in is unknown.
func taskfile(f *file) {
	f.kind = Taskfile
	docs, from := f.parse(true)
	for _, d := range docs {
		f.dynamic(from, "variable", d.Root.Get("vars"))
		f.dynamic(from, "variable", d.Root.Get("env"))
		for _, t := range document.Entries(d.Root.Get("tasks")) {
			f.task(from, "task "+t.Key.Text, t.Value)
		}
	}
}

func (f *file) task(from pipeline.Source, where string, t *document.Node) {
	if t.Kind != document.Mapping { // the short forms
		f.steps(from, where, t)
		return
	}
	for _, key := range []string{"cmds", "cmd", "status", "preconditions"} {
		f.steps(from, where, t.Get(key))
	}
	f.dynamic(from, where+", variable", t.Get("vars"))
	f.dynamic(from, where+", variable", t.Get("env"))
}

// steps reads a command, or a list of them, each a string or a mapping.
func (f *file) steps(from pipeline.Source, where string, n *document.Node) {
	for _, step := range document.Items(n) {
		f.scalar(from, step, where, "{{", "}}")
		for _, key := range []string{"cmd", "defer", "sh"} {
			f.scalar(from, step.Get(key), where, "{{", "}}")
		}
	}
}

// dynamic reads variables that a command gives their value.
func (f *file) dynamic(from pipeline.Source, where string, vars *document.Node) {
	for _, v := range document.Entries(vars) {
		f.scalar(from, v.Value.Get("sh"), strings.TrimSpace(where+" "+v.Key.Text), "{{", "}}")
	}
}

// shellScript reads a file that is a script.
func shellScript(f *file) {
	f.kind = Shell
	s := &script{}
	s.dialect, _ = interpreter(f.text)
	if !strings.HasPrefix(f.text, "#!") {
		switch {
		case strings.HasSuffix(f.path, ".zsh"):
			s.dialect, _ = interpreter("#!zsh")
		case strings.HasSuffix(f.path, ".ksh"):
			s.dialect, _ = interpreter("#!ksh")
		case strings.HasSuffix(f.path, ".bats"):
			s.dialect, _ = interpreter("#!bats")
		}
	}
	s.copy(f, 0, len(f.text))
	f.run(s)
}

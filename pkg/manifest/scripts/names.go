package scripts

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/pipeline"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/pkg/shell"
)

// readerOf returns what reads a file of this name, nil when its name does not say that it holds scripts.
func readerOf(file string) func(*file) {
	base := strings.ToLower(path.Base(file))
	ext := path.Ext(base)
	stem := strings.TrimSuffix(base, ext)
	yaml := isYAML(base)
	switch {
	case pipeline.System(file) == pipeline.Jenkins:
		return jenkins
	case base == "makefile" || base == "gnumakefile" || ext == ".mk" || stem == "makefile" && !otherMake[ext]:
		return makefile
	case ext == ".sh" || ext == ".bash" || ext == ".ksh" || ext == ".zsh" || ext == ".bats":
		return shellScript
	case ext == ".dockerfile" || ext == ".containerfile":
		return dockerfile
	case (strings.HasPrefix(base, "dockerfile") || strings.HasPrefix(base, "containerfile")) && (len(stem) == len(base) || strings.HasPrefix(base, "dockerfile.") || strings.HasPrefix(base, "containerfile.")) && ext != ".md" && ext != ".dockerignore" && !yaml:
		return dockerfile
	case base == "package.json":
		return packageJSON
	case base == "justfile" || base == ".justfile" || ext == ".just":
		return justfile
	case yaml && (stem == "taskfile" || stem == "taskfile.dist"):
		return taskfile
	case yaml && stem == ".pre-commit-config":
		return preCommit
	case yaml && (stem == "lefthook" || stem == ".lefthook" || stem == "lefthook-local"):
		return lefthook
	case yaml && ext != ".json":
		return workflow
	}
	return nil
}

// isYAML reports whether a file is YAML or JSON, which package document bounds by limits of its own.
func isYAML(file string) bool {
	ext := strings.ToLower(path.Ext(file))
	return ext == ".yml" || ext == ".yaml" || ext == ".json"
}

// otherMake are endings behind Makefile of what is no Makefile of GNU make: prose, templates, those of nmake.
var otherMake = map[string]bool{
	".md": true, ".am": true, ".in": true, ".py": true, ".txt": true, ".w32": true, ".msc": true, ".vc": true, ".nmake": true,
}

func hasExtension(file string) bool {
	return strings.Contains(strings.TrimPrefix(path.Base(file), "."), ".")
}

// maxLine is how much of an executable is read to see what runs it.
const maxLine = 200

// namesShell reports whether a file begins with a "#!" line that names a shell.
func namesShell(snapshot *repo.Snapshot, file string) bool {
	r, err := snapshot.Stream(file)
	if err != nil {
		return false
	}
	defer r.Close()
	head := make([]byte, maxLine)
	n, _ := io.ReadFull(r, head)
	_, ok := interpreter(string(head[:n]))
	return ok
}

// interpreter tells the dialect of a script by its first line. ok is false when there is none that names a shell.
func interpreter(text string) (dialect shell.Dialect, ok bool) {
	if !strings.HasPrefix(text, "#!") {
		return 0, false
	}
	line, _, _ := strings.Cut(text, "\n")
	return shell.Interpreter(line)
}

// reason is an error's text without the path, which the fault tells.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// mayHoldScripts tells without parsing whether a YAML file can be a pipeline.
func mayHoldScripts(file string, src []byte) bool {
	if pipeline.System(file) != "" {
		return true
	}
	for _, word := range []string{"script", "steps", "jobs"} {
		if bytes.Contains(src, []byte(word)) {
			return true
		}
	}
	return false
}

package compose

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// baseNames and overrideNames are the names Docker looks for, in its order: of each list the first that exists is used.
var (
	baseNames     = []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}
	overrideNames = []string{
		"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml",
	}
)

// role is what a file's name says about it.
type role int

const (
	otherRole    role = iota
	baseRole          // Docker takes it for a project by itself
	overrideRole      // Docker merges it into the project beside it by itself
	variantRole       // named after a project, to be merged into it by -f
)

var variantName = regexp.MustCompile(`^(docker-)?compose\.[^/]+\.ya?ml$`)

func roleOf(name string) role {
	switch b := path.Base(name); {
	case slices.Contains(baseNames, b):
		return baseRole
	case slices.Contains(overrideNames, b):
		return overrideRole
	case variantName.MatchString(b):
		return variantRole
	}
	return otherRole
}

func isYAML(name string) bool {
	ext := path.Ext(name)
	return ext == ".yaml" || ext == ".yml"
}

// mayHaveServices is a quick look before a file is parsed: most YAML files of a repository have no such key.
func mayHaveServices(src []byte) bool {
	const key, space = "services", " \t\n\r\f"
	for i := 0; ; {
		n := bytes.Index(src[i:], []byte(key))
		if n < 0 {
			return false
		}
		start := i + n
		i = start + len(key)
		if start > 0 && strings.IndexByte(space+"{,\"'", src[start-1]) < 0 {
			continue
		}
		rest := src[i:]
		if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
			rest = rest[1:]
		}
		if rest = bytes.TrimLeft(rest, space); len(rest) > 0 && rest[0] == ':' {
			return true
		}
	}
}

// shape is what a document's content says about it.
type shape int

const (
	foreign  shape = iota // not Compose
	fragment              // Compose, but some service has neither image nor build
	whole                 // Compose, and every service can run
	legacy                // the first version of the format: services at the top level
)

// shapeOf tells Compose files from the many other files that have a key named services: a CI pipeline, a Symfony
// container, a Kong or Traefik configuration. It accepts what Compose's schema accepts at the top and in services.
func shapeOf(root *document.Node) shape {
	if root == nil || root.Kind != document.Mapping || len(root.Pairs) == 0 {
		return foreign
	}
	services := root.Get("services")
	if services == nil {
		return shapeWithoutServices(root)
	}
	for _, pair := range root.Pairs {
		if !topLevel(pair.Key.Text) {
			return foreign
		}
	}
	if services.Kind != document.Mapping || len(services.Pairs) == 0 {
		return foreign
	}
	known, result, real := serviceKeys(), whole, false
	for _, service := range services.Pairs {
		if service.Value.Kind == document.Null {
			result = fragment
			continue
		}
		if service.Value.Kind != document.Mapping || len(service.Value.Pairs) == 0 {
			return foreign
		}
		for _, pair := range service.Value.Pairs {
			if !known[pair.Key.Text] && !strings.HasPrefix(pair.Key.Text, "x-") {
				return foreign
			}
			real = real || known[pair.Key.Text]
		}
		if service.Value.Get("image") == nil && service.Value.Get("build") == nil {
			result = fragment
		}
	}
	if !real {
		return foreign
	}
	return result
}

func topLevel(key string) bool {
	switch key {
	case "version", "name", "services", "volumes", "networks", "configs", "secrets", "include", "models", "jobs":
		return true
	}
	return strings.HasPrefix(key, "x-")
}

func shapeWithoutServices(root *document.Node) shape {
	if root.Get("include") != nil {
		return foreign
	}
	for _, pair := range root.Pairs {
		if pair.Value.Kind == document.Mapping && (pair.Value.Get("image") != nil || pair.Value.Get("build") != nil) &&
			serviceLike(pair.Value) {
			return legacy
		}
	}
	return foreign
}

func serviceLike(n *document.Node) bool {
	known := serviceKeys()
	old := []string{"net", "dockerfile", "log_driver", "log_opt", "volume_driver"}
	for _, pair := range n.Pairs {
		if !known[pair.Key.Text] && !slices.Contains(old, pair.Key.Text) {
			return false
		}
	}
	return true
}

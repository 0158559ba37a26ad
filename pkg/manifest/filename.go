package manifest

import (
	"path"
	"strings"
)

// name is a file's path and what it says about how to read the content. It never says that a file is no manifest.
type name struct {
	path string
	base string // lower case, without the endings of templates
	ext  string // base's, lower case

	data   bool // YAML or JSON
	quotes bool // prose or source: it may quote a manifest without being one
}

func nameOf(file string) name {
	n := name{path: file, base: strings.ToLower(path.Base(file))}
	for len(n.base) > 1 && template[path.Ext(n.base)] && path.Ext(n.base) != n.base {
		n.base = strings.TrimSuffix(n.base, path.Ext(n.base))
	}
	n.ext = path.Ext(n.base)
	n.data = hasManifestName(n.base)
	n.quotes = quoting[n.ext] || n.ext == "" && quotingNames[n.base]
	return n
}

// template are the endings of files from which others are made; what they make has the name without.
var template = set(".tmpl .tpl .gotmpl .j2 .jinja .jinja2 .erb .mustache .hbs .in .template .dist .sample .example .bak .orig .disabled .off")

// quoting are the endings of prose and source code.
var quoting = set(
	".md .markdown .mdx .rst .adoc .asciidoc .html .htm .xhtml .tex .org .textile .ipynb .patch .diff",
	".go .py .pyi .js .mjs .cjs .jsx .ts .mts .cts .tsx .java .kt .kts .scala .groovy .rb .rs .c .h .cc .cpp .cxx .hpp .cs .fs .vb",
	".php .swift .m .mm .sh .bash .zsh .fish .ps1 .psm1 .bat .cmd .pl .pm .lua .dart .ex .exs .erl .hs .ml .clj .r .jl .vue .svelte",
	".css .scss .less .sql .proto .graphql .rego .cue .jsonnet .libsonnet .dhall .nix .bzl .star .vim .el .xml .svg .csv .po .feature .txtar",
)

// quotingNames are files without an ending that are prose or source code.
var quotingNames = set("readme changelog contributing license notice makefile gnumakefile justfile rakefile gemfile vagrantfile tiltfile earthfile")

func set(lists ...string) map[string]bool {
	out := map[string]bool{}
	for _, list := range lists {
		for _, word := range strings.Fields(list) {
			out[word] = true
		}
	}
	return out
}

// isDockerfile reports whether Docker's own conventions make a file with the name a Dockerfile.
func (n name) isDockerfile() bool {
	return !n.quotes && !n.data &&
		(strings.HasPrefix(n.base, "dockerfile") || strings.HasPrefix(n.base, "containerfile") || n.ext == ".dockerfile" || n.ext == ".containerfile")
}

// isChart reports whether Helm takes the file for a chart's description, which has this name in this case only.
func (n name) isChart() bool { return nameIsChart(n.path) }

func nameIsChart(file string) bool { return path.Base(file) == "Chart.yaml" }

// isKustomization reports whether kustomize takes the file for one by its name, which it writes in this case only.
func (n name) isKustomization() bool { return isKustomization(n.path) }

//lint:file-ignore SA1019 deprecated fields are still written, and what is written has to be judged

package kustomize

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

const vendorRemedy = "copy it into the repository and refer to the copy, or pass --allow-network"

// present makes the text that kustomize is given instead of the file: what would reach the network or run a program is
// left out, with a fault for each, so that the rest can be built; deprecated fields are written the modern way, because
// kustomize prints a warning for each to the process's standard error. Kustomize never sees the original, so nothing that
// was not looked at here can have an effect.
func (g *graph) present(k *kustomization) {
	s := &k.spec
	s.Resources = g.kept(k, "resources", s.Resources, "resource", remoteBase, &k.resources)
	s.Resources = append(s.Resources, g.kept(k, "bases", s.Bases, "base", remoteBase, &k.resources)...)
	s.Bases = nil
	s.Components = g.kept(k, "components", s.Components, "component", remoteBase, &k.comps)
	s.Crds = g.kept(k, "crds", s.Crds, "CRD file", remoteFile, &k.others)
	s.Configurations = g.kept(k, "configurations", s.Configurations, "configuration", remoteFile, &k.others)
	g.presentPlugins(k)
	g.presentPatches(k)
	g.presentGenerators(k)

	replacements := s.Replacements[:0:0]
	for i, r := range s.Replacements {
		if r.Path == "" || g.keeps(k, []any{"replacements", i, "path"}, r.Path, "replacement", remoteFile, &k.others) {
			replacements = append(replacements, r)
		}
	}
	s.Replacements = replacements
	if name, ok := s.OpenAPI["path"]; ok && !g.keeps(k, []any{"openapi", "path"}, name, "OpenAPI schema", remoteFile, &k.others) {
		s.OpenAPI = nil
	}

	s.Images = append(s.Images, s.ImageTags...)
	s.ImageTags = nil
	if len(s.CommonLabels) > 0 {
		s.Labels = append(s.Labels, types.Label{Pairs: s.CommonLabels, IncludeSelectors: true})
	}
	s.CommonLabels = nil
	k.content = encode(*s)
}

// encode writes a kustomization as JSON, which kustomize reads as it reads YAML.
func encode(s types.Kustomization) []byte {
	s.Vars = nil // expanded after the build, see vars.go
	if s.CheckEmpty() != nil {
		// Kustomize refuses a file that says nothing. This one said something before things were left out.
		s.BuildMetadata = []string{types.OriginAnnotations}
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("encoding a kustomization: %v", err)) // strings, numbers and lists of them only
	}
	return data
}

// kept returns the entries of a field that kustomize may see and records them all.
func (g *graph) kept(k *kustomization, field string, list []string, what string, remote func(string) bool, into *[]entry) []string {
	var out []string
	for i, text := range list {
		if g.keeps(k, []any{field, i}, text, what, remote, into) {
			out = append(out, text)
		}
	}
	return out
}

func (g *graph) keeps(k *kustomization, at []any, text, what string, remote func(string) bool, into *[]entry) bool {
	if !remote(text) {
		*into = append(*into, entry{at: at, text: text, what: what})
		return true
	}
	if g.network {
		k.remotes = append(k.remotes, entry{at: at, text: text, what: what})
		return true
	}
	k.omit(at, fmt.Sprintf("remote %s %q is not fetched: the gate stays off the network", what, mask(text)), vendorRemedy)
	return false
}

func (k *kustomization) omit(at []any, message, remedy string) {
	k.omissions = append(k.omissions, *k.fault(at, message, remedy))
}

// presentPlugins lets the generators, transformers and validators through that kustomize has built in, as long as
// nothing in their configuration is an address: they can be told to load files.
func (g *graph) presentPlugins(k *kustomization) {
	s := &k.spec
	for _, f := range []struct {
		field string
		list  *[]string
		what  string
	}{{"generators", &s.Generators, "generator"}, {"transformers", &s.Transformers, "transformer"}, {"validators", &s.Validators, "validator"}} {
		var out []string
		for i, text := range *f.list {
			at := []any{f.field, i}
			inline := inlineYAML(text)
			if !inline && !g.keeps(k, at, text, f.what, remoteBase, &k.others) {
				continue
			}
			if !inline && remoteBase(text) { // allowed
				out = append(out, text)
				continue
			}
			file := document.Parse(k.path, []byte(text), document.Options{})
			if !inline {
				name, _ := k.resolve(text)
				if file = g.tree.parse(name); file == nil {
					if g.tree.isDir(name) {
						k.omit(at, fmt.Sprintf("%s %q is a folder; plugin configurations made by another kustomization are not built", f.what, text), "list the configuration file itself")
						continue
					}
					out = append(out, text) // missing: for kustomize to say
					continue
				}
			}
			if message, remedy := g.pluginProblem(f.what, file); message != "" {
				k.omit(at, message, remedy)
				continue
			}
			out = append(out, text)
		}
		*f.list = out
	}
	for i, chart := range s.HelmCharts {
		k.omit([]any{"helmCharts", i}, fmt.Sprintf("Helm chart %q is not inflated: kustomize would run helm for it", chart.Name), chartRemedy)
	}
	for i, chart := range s.HelmChartInflationGenerator {
		k.omit([]any{"helmChartInflationGenerator", i}, fmt.Sprintf("Helm chart %q is not inflated: kustomize would run helm for it", chart.ChartName), chartRemedy)
	}
	s.HelmCharts, s.HelmChartInflationGenerator, s.HelmGlobals = nil, nil, nil
}

const chartRemedy = "commit the chart and list its values files under helm.values of .cdbgate.yaml, or commit what it renders"

// pluginProblem says why a plugin configuration must not reach kustomize.
func (g *graph) pluginProblem(what string, file *document.File) (message, remedy string) {
	if len(file.Errors) > 0 {
		return fmt.Sprintf("the %s's configuration cannot be read: %s", what, file.Errors[0].Message), file.Errors[0].Remedy
	}
	for _, doc := range file.Docs {
		kind := doc.Root.Get("kind").Str()
		for _, item := range append([]*document.Node{doc.Root}, items(doc.Root)...) {
			if item.Get("items") != nil {
				continue
			}
			if kind := item.Get("kind").Str(); item.Get("apiVersion").Str() != "builtin" {
				return fmt.Sprintf("%s %q is a plugin that runs a program or a container; it is not run", what, kind),
					"commit what it produces and list that under resources"
			}
			if item.Get("kind").Str() == "HelmChartInflationGenerator" {
				return "a Helm chart is not inflated: kustomize would run helm for it", chartRemedy
			}
		}
		if address := findAddress(doc.Root); address != "" && !g.network {
			return fmt.Sprintf("%s %q loads %q, which is not fetched: the gate stays off the network", what, kind, mask(address)), vendorRemedy
		}
	}
	return "", ""
}

func items(n *document.Node) []*document.Node {
	if list := n.Get("items"); list != nil {
		return list.Items
	}
	return nil
}

// findAddress returns the first scalar of a tree that kustomize might take for a remote file.
func findAddress(n *document.Node) string {
	if n.Kind == document.String && remoteSource(n.Text) {
		return n.Text
	}
	for _, p := range n.Pairs {
		if a := findAddress(p.Value); a != "" {
			return a
		}
	}
	for _, i := range n.Items {
		if a := findAddress(i); a != "" {
			return a
		}
	}
	return ""
}

// presentPatches moves all patches into the one modern field, in the order in which kustomize would apply them.
func (g *graph) presentPatches(k *kustomization) {
	s := &k.spec
	var out []types.Patch
	add := func(p types.Patch, at, textAt, fileAt []any) {
		if p.Path != "" && !g.keeps(k, fileAt, p.Path, "patch", remoteFile, &k.others) {
			return
		}
		out = append(out, p)
		made := patch{at: at, target: p.Target, inline: p.Patch}
		if p.Path != "" {
			made.file, _ = k.resolve(p.Path)
		} else {
			made.text = textAt
		}
		k.patches = append(k.patches, made)
	}
	for i, p := range s.PatchesStrategicMerge {
		at := []any{"patchesStrategicMerge", i}
		if inlineYAML(string(p)) {
			add(types.Patch{Patch: string(p)}, at, at, at)
		} else {
			add(types.Patch{Path: string(p)}, at, at, at)
		}
	}
	for i, p := range s.Patches {
		add(p, []any{"patches", i}, []any{"patches", i, "patch"}, []any{"patches", i, "path"})
	}
	for i, p := range s.PatchesJson6902 {
		add(p, []any{"patchesJson6902", i}, []any{"patchesJson6902", i, "patch"}, []any{"patchesJson6902", i, "path"})
	}
	s.Patches, s.PatchesStrategicMerge, s.PatchesJson6902 = out, nil, nil
}

// inlineYAML tells a document written into a list from the name of a file.
func inlineYAML(text string) bool {
	return strings.Contains(text, "\n") || strings.HasPrefix(strings.TrimSpace(text), "{")
}

func (g *graph) presentGenerators(k *kustomization) {
	s := &k.spec
	sources := func(field string, i int, kv *types.KvPairSources) {
		if kv.EnvSource != "" && !g.keeps(k, []any{field, i, "env"}, kv.EnvSource, "env file", remoteSource, &k.others) {
			kv.EnvSource = ""
		}
		keep := func(key string, list []string, what string) []string {
			var out []string
			for j, text := range list {
				var seen []entry
				if g.keeps(k, []any{field, i, key, j}, text, what, remoteSource, &seen) {
					out = append(out, text)
				}
				for _, e := range seen {
					if _, file, ok := strings.Cut(e.text, "="); ok {
						e.text = file
					}
					k.others = append(k.others, e)
				}
			}
			return out
		}
		kv.FileSources = keep("files", kv.FileSources, "file")
		kv.EnvSources = keep("envs", kv.EnvSources, "env file")
	}
	for i := range s.ConfigMapGenerator {
		sources("configMapGenerator", i, &s.ConfigMapGenerator[i].KvPairSources)
	}
	for i := range s.SecretGenerator {
		sources("secretGenerator", i, &s.SecretGenerator[i].KvPairSources)
	}
}

// resolve turns a name written in the file into a path of the repository. The problem is empty when it stays inside.
func (k *kustomization) resolve(text string) (name, problem string) {
	if path.IsAbs(text) {
		return "", fmt.Sprintf("%q is an absolute path", text)
	}
	name = path.Join(k.dir, text)
	if name == ".." || strings.HasPrefix(name, "../") {
		return "", fmt.Sprintf("%q leads out of the repository", text)
	}
	return name, ""
}

package helm

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// render renders one chart in all its variants.
func (s *source) render(ctx context.Context, opt Options) (result render.Result) {
	defer func() {
		if r := recover(); r != nil {
			result.Faults = append(result.Faults, s.fault("Chart.yaml", fmt.Sprintf("Helm panicked: %v", r), ""))
		}
	}()
	result.Consumed = map[string]bool{}
	first, err := s.chart()
	if err != nil {
		s.consume(result.Consumed, false, false)
		result.Faults = append(result.Faults, s.loadFault(err))
		return result
	}
	library := first.chart.Metadata.Type == "library"
	if library {
		s.consume(result.Consumed, true, false)
		return result
	}
	result.Faults = append(result.Faults, s.missing(first.chart)...)

	var defaults []render.Fault
	rendered := 0
	for _, values := range append([]string{""}, s.values...) {
		v := &variant{source: s, values: values, opt: opt}
		objects, faults := v.render(ctx)
		if values == "" {
			defaults = faults
		} else {
			result.Faults = append(result.Faults, faults...)
		}
		if v.ok {
			rendered++
		}
		result.Objects = append(result.Objects, objects...)
	}
	// A chart that cannot do without values of its user is judged with those that were given.
	if len(s.values) == 0 || rendered == 0 {
		result.Faults = append(result.Faults, defaults...)
	}
	s.consume(result.Consumed, false, rendered > 0)
	if rendered > 0 {
		result.Objects = append(result.Objects, s.crds(first)...)
	}
	return result
}

// consume marks the parts of the chart: they are templates and what templates read, not manifests. A file that Helm
// neither renders nor reads as part of a chart is still judged on its own, or a Chart.yaml laid beside some manifests
// would hide them.
func (s *source) consume(consumed map[string]bool, library, rendered bool) {
	ignored, err := s.ignored()
	if err != nil {
		ignored = func(string) bool { return false }
	}
	for _, file := range s.files {
		name := s.within(file)
		top, rest, nested := strings.Cut(name, "/")
		switch {
		case s.archived():
			consumed[file] = true
		case !nested:
			base := strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".yml")
			consumed[file] = strings.HasPrefix(base, "values") || base == "Chart" || base == "requirements" || path.Ext(name) == ".lock" || name == "values.schema.json"
		case top == "templates":
			consumed[file] = !library && !ignored(name) || strings.HasPrefix(path.Base(rest), "_")
		case top == "charts", top == "ci":
			consumed[file] = true
		case top == "crds":
			consumed[file] = rendered
		}
		if !consumed[file] {
			delete(consumed, file)
			if !(top == "crds" && nested) && s.template(file) {
				consumed[file] = true
			}
		}
	}
}

// template reports whether a file contains template actions, so that it can be nothing but input of a template.
func (s *source) template(file string) bool {
	switch path.Ext(file) {
	case ".yaml", ".yml", ".json", ".tpl":
	default:
		return false
	}
	data, err := fs.ReadFile(s.fsys, file)
	return err == nil && bytes.Contains(data, []byte("{{"))
}

// loaded is a chart read into memory. Rendering changes it, so each variant loads its own.
type loaded struct {
	chart   *chart.Chart
	origins map[*common.File]origin
}

func (s *source) chart() (*loaded, error) {
	files, byData, err := s.load()
	if err != nil {
		return nil, err
	}
	c, err := loader.LoadFiles(files)
	if err != nil {
		return nil, err
	}
	l := &loaded{chart: c, origins: map[*common.File]origin{}}
	var visit func(c *chart.Chart)
	visit = func(c *chart.Chart) {
		for _, list := range [][]*common.File{c.Templates, c.Files} {
			for _, f := range list {
				if len(f.Data) > 0 {
					l.origins[f] = byData[&f.Data[0]]
				}
			}
		}
		for _, d := range c.Dependencies() {
			visit(d)
		}
	}
	visit(c)
	return l, nil
}

// missing names the dependencies that Chart.yaml declares and charts/ does not hold.
func (s *source) missing(c *chart.Chart) []render.Fault {
	var faults []render.Fault
	for i, want := range c.Metadata.Dependencies {
		if want == nil {
			continue
		}
		found := false
		for _, d := range c.Dependencies() {
			found = found || d.Name() == want.Name
		}
		if found {
			continue
		}
		f := s.fault("Chart.yaml", fmt.Sprintf("dependency %q is not in charts/; its objects are not judged", want.Name),
			fmt.Sprintf("run `helm dependency build %s` and commit %s", s.root, path.Join(s.root, "charts")))
		f.Range = s.locate("Chart.yaml", "dependencies", i)
		faults = append(faults, f)
	}
	return faults
}

// crds lists the objects below crds/, which Helm installs as they are.
func (s *source) crds(l *loaded) []render.Object {
	var out []render.Object
	for _, crd := range l.chart.CRDObjects() {
		from := l.origins[crd.File]
		if from.path == "" {
			continue
		}
		for _, doc := range document.Parse(from.path, crd.File.Data, document.Options{}).Docs {
			if doc.Root.Kind == document.Mapping {
				out = append(out, render.Object{
					Node:    doc.Root,
					Source:  render.Source{Path: from.path, Kind: render.Helm, Root: s.root},
					Locator: written{doc: doc, archived: from.inner},
				})
			}
		}
	}
	return out
}

// fault makes a fault at a file of the chart, or at the archive.
func (s *source) fault(file, message, remedy string) render.Fault {
	f := render.Fault{Path: s.root, Kind: render.Helm, Message: message, Remedy: remedy}
	if !s.archived() {
		f.Path = path.Join(s.root, file)
	}
	return f
}

// locate finds a path in a file of the chart.
func (s *source) locate(file string, at ...any) (r document.Range) {
	if s.archived() {
		return r
	}
	name := path.Join(s.root, file)
	data, err := fs.ReadFile(s.fsys, name)
	if err != nil {
		return r
	}
	if parsed := document.Parse(name, data, document.Options{}); len(parsed.Docs) > 0 {
		r, _ = parsed.Docs[0].Locate(at...)
	}
	return r
}

package helm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// kubeVersion is the cluster that templates are told they render for. Helm takes the version of the client library it
// was built with, which would change findings with an update of ours.
const kubeVersion = "v1.34.0"

var errTooMuch = errors.New("renders too much")

// variant is one rendering of a chart: with its default values, or with a values file.
type variant struct {
	source *source
	values string // the values file; "" for the defaults
	opt    Options
	ok     bool // rendered without fault in its templates

	judged *output

	mu     sync.Mutex
	traced *traces
}

// output is what the templates of a variant rendered.
type output struct {
	texts   map[string]string // by the template's name as the engine has it
	origins map[string]origin
	marks   []mark
	secrets []string // values that no message may repeat
}

// render renders the variant and reads what came out.
func (v *variant) render(ctx context.Context) ([]render.Object, []render.Fault) {
	out, faults := v.execute(ctx, unmarked)
	if len(faults) > 0 {
		return nil, faults
	}
	v.ok, v.judged = true, out
	var objects []render.Object
	for _, name := range sortedKeys(out.texts) {
		from, text := out.origins[name], out.texts[name]
		if from.path == "" || strings.HasSuffix(name, "NOTES.txt") || strings.TrimSpace(text) == "" {
			continue
		}
		parsed := document.Parse(from.path, []byte(text), document.Options{})
		for _, err := range parsed.Errors {
			place := v.lineOf(name, err.Range.Start.Line, from)
			faults = append(faults, render.Fault{
				Path: place.Path, Range: place.Range, Kind: render.Helm,
				Message: v.prefix() + "renders to something that is no YAML: " + out.mask(err.Message), Remedy: "run `helm template` and look at this document",
			})
		}
		for _, doc := range parsed.Docs {
			if doc.Root.Kind != document.Mapping {
				continue
			}
			objects = append(objects, render.Object{
				Node:    doc.Root,
				Source:  render.Source{Path: from.path, Kind: render.Helm, Root: v.source.root, Variant: v.values},
				Locator: &locator{variant: v, name: name, doc: doc, from: from},
			})
		}
	}
	return objects, faults
}

// lineOf finds the template line that wrote a line of rendered text.
func (v *variant) lineOf(name string, n int, from origin) render.Place {
	place := render.Place{Path: from.path}
	if from.inner != "" {
		return place
	}
	t := v.trace()
	if lines := t.lines[name]; n >= 1 && n <= len(lines) && lines[n-1].mark >= 0 {
		m := t.marks[lines[n-1].mark]
		return render.Place{Path: m.path, Range: v.source.lineRange(m.path, m.line)}
	}
	return place
}

// prefix says in messages which values were used.
func (v *variant) prefix() string {
	if v.values == "" {
		return ""
	}
	return "with " + v.values + ": "
}

// mode is what marks do while templates run.
type mode int

const (
	unmarked   mode = iota // nothing
	markedText             // they are written where text goes straight to the output
	markedAll              // they are written everywhere
)

// execute loads and renders the chart. Templates cannot be interrupted, only starved: when the time is up, the next mark
// fails, and templates without any are left to end by themselves.
func (v *variant) execute(ctx context.Context, m mode) (*output, []render.Fault) {
	ctx, cancel := context.WithTimeout(ctx, v.opt.Timeout)
	defer cancel()
	type outcome struct {
		out    *output
		faults []render.Fault
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if r := recover(); r != nil {
				o = outcome{faults: v.fault("Chart.yaml", fmt.Sprintf("Helm panicked: %v", r), "")}
			}
			done <- o
		}()
		o.out, o.faults = v.run(ctx, m)
	}()
	select {
	case o := <-done:
		return o.out, o.faults
	case <-ctx.Done():
		return nil, v.stopped(ctx.Err())
	}
}

func (v *variant) stopped(err error) []render.Fault {
	message, remedy := "rendering was interrupted", ""
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		message, remedy = "rendering took too long and was given up", "look for templates that include or repeat each other without end"
	case errors.Is(err, errTooMuch):
		message, remedy = fmt.Sprintf("renders more than %d bytes", v.opt.MaxBytes), "look for a range over too much"
	}
	return v.fault("Chart.yaml", message, remedy)
}

// fault is the one fault that keeps the variant from being rendered.
func (v *variant) fault(file, message, remedy string) []render.Fault {
	return []render.Fault{v.source.fault(file, v.prefix()+message, remedy)}
}

func (v *variant) run(ctx context.Context, m mode) (*output, []render.Fault) {
	l, err := v.source.chart()
	if err != nil {
		return nil, []render.Fault{v.source.loadFault(err)}
	}
	given := map[string]any{}
	if v.values != "" {
		data, err := fs.ReadFile(v.source.fsys, v.values)
		if err != nil {
			f := v.source.fault("Chart.yaml", fmt.Sprintf("values file %s cannot be read", v.values), "correct helm.values of "+v.opt.Config)
			return nil, []render.Fault{v.opt.blame(v.source.fsys, f, v.source.root, slices.Index(v.source.values, v.values))}
		}
		if given, err = loader.LoadValues(bytes.NewReader(data)); err != nil {
			return nil, []render.Fault{v.badValues(data)}
		}
	}
	if err := chartutil.ProcessDependencies(l.chart, given); err != nil {
		return nil, v.fault("Chart.yaml", "the dependencies do not fit the values", "")
	}
	caps := common.DefaultCapabilities.Copy()
	if version, err := common.ParseKubeVersion(kubeVersion); err == nil {
		caps.KubeVersion = *version
	}
	release := common.ReleaseOptions{Name: "release-name", Namespace: "default", Revision: 1, IsInstall: true}
	values, err := util.ToRenderValuesWithSchemaValidation(l.chart, given, release, caps, true)
	if err != nil {
		return nil, v.fault("values.yaml", "the values cannot be merged", "")
	}
	merged, _ := values["Values"].(common.Values)
	if faults := v.checkSchema(l, merged); len(faults) > 0 {
		return nil, faults
	}

	out := &output{origins: map[string]origin{}, secrets: secrets(merged)}
	done := map[*common.File]bool{}
	var visit func(c *chart.Chart)
	visit = func(c *chart.Chart) {
		for _, t := range c.Templates {
			from := l.origins[t]
			out.origins[path.Join(c.ChartFullPath(), t.Name)] = from
			if !done[t] { // an alias shares its files
				done[t] = true
				t.Data = []byte(instrument(from.path, string(t.Data), &out.marks))
			}
		}
		for _, d := range c.Dependencies() {
			visit(d)
		}
	}
	visit(l.chart)

	counter := &counter{ctx: ctx, out: out, mode: m, left: v.opt.MaxBytes}
	funcs := fixed()
	funcs[markFunc] = counter.mark
	e := engine.Engine{CustomTemplateFuncs: funcs}
	if out.texts, err = e.RenderWithContext(ctx, l.chart, values); err != nil {
		if counter.err != nil {
			return nil, v.stopped(counter.err)
		}
		return nil, []render.Fault{v.templateFault(out, err)}
	}
	return out, nil
}

// counter answers the marks of instrumented templates.
type counter struct {
	ctx  context.Context
	out  *output
	mode mode
	left int
	err  error
}

func (c *counter) mark(id int) (string, error) {
	m := c.out.marks[id]
	if c.left -= m.size; c.left < 0 {
		c.err = errTooMuch
	} else if err := c.ctx.Err(); err != nil {
		c.err = err
	}
	if c.err != nil {
		return "", c.err
	}
	if c.mode == unmarked || c.mode == markedText && m.define {
		return "", nil
	}
	return markStart + strconv.Itoa(id) + markEnd, nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

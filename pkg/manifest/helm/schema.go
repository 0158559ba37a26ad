package helm

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// closed refuses every reference that leads out of a schema. Helm's own validation would fetch it, or read it from disk.
type closed struct{}

func (closed) Load(url string) (any, error) {
	if strings.HasPrefix(url, "urn:") {
		return true, nil // as Helm does: what cannot be resolved permits everything
	}
	return nil, fmt.Errorf("%w: %s", errOutside, url)
}

var errOutside = errors.New("refers to a schema outside of the chart")

// checkSchema holds the values against the schemas of a chart and its dependencies, as Helm does before it renders.
func (v *variant) checkSchema(l *loaded, values common.Values) []render.Fault {
	var faults []render.Fault
	var visit func(c *chart.Chart, values map[string]any, at []any)
	visit = func(c *chart.Chart, values map[string]any, at []any) {
		if len(c.Schema) > 0 {
			faults = append(faults, v.against(c, values, at)...)
		}
		for _, d := range c.Dependencies() {
			if child, ok := values[d.Name()].(map[string]any); ok {
				visit(d, child, append(at[:len(at):len(at)], d.Name()))
			}
		}
	}
	visit(l.chart, values, nil)
	return faults
}

func (v *variant) against(c *chart.Chart, values map[string]any, at []any) (faults []render.Fault) {
	fail := func(err error) []render.Fault {
		f := v.source.fault("values.schema.json", "the schema of "+c.Name()+" cannot be used: "+firstLine(err.Error()), "")
		if errors.Is(err, errOutside) {
			f.Message = "the schema of " + c.Name() + " " + errOutside.Error() + "; it is not fetched"
			f.Remedy = "copy what it refers to into values.schema.json"
		}
		return []render.Fault{f}
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.Schema))
	if err != nil {
		return fail(err)
	}
	const name = "values.schema.json"
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(closed{})
	if err := compiler.AddResource("chart:///"+name, schema); err != nil {
		return fail(err)
	}
	compiled, err := compiler.Compile("chart:///" + name)
	if err != nil {
		var load *jsonschema.LoadURLError
		if errors.As(err, &load) {
			return fail(errOutside)
		}
		return fail(err)
	}
	err = compiled.Validate(values)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		if err != nil {
			return fail(err)
		}
		return nil
	}
	var visit func(e *jsonschema.ValidationError)
	visit = func(e *jsonschema.ValidationError) {
		if len(e.Causes) > 0 {
			for _, cause := range e.Causes {
				visit(cause)
			}
			return
		}
		where := slices.Clone(at)
		dots := ""
		for _, step := range e.InstanceLocation {
			if i, err := strconv.Atoi(step); err == nil {
				where = append(where, i)
			} else {
				where = append(where, step)
			}
			dots += "." + step
		}
		faults = append(faults, v.valuesFault(where, dots, e.ErrorKind))
	}
	visit(invalid)
	slices.SortFunc(faults, func(a, b render.Fault) int { return strings.Compare(a.Message, b.Message) })
	return faults
}

// valuesFault is about a value its schema does not allow. It names the rule, never the value.
func (v *variant) valuesFault(where []any, dots string, rule jsonschema.ErrorKind) render.Fault {
	said := fmt.Sprintf("does not meet %q", path.Join(rule.KeywordPath()...))
	switch rule := rule.(type) {
	case *kind.Required:
		said = "lacks " + strings.Join(rule.Missing, ", ")
	case *kind.AdditionalProperties:
		said = "has " + strings.Join(rule.Properties, ", ") + ", which it must not have"
	case *kind.Type:
		said = fmt.Sprintf("is of type %s instead of %s", rule.Got, strings.Join(rule.Want, " or "))
	}
	subject := "the whole of the values "
	if dots != "" {
		subject = "value " + strings.TrimPrefix(dots, ".") + " "
	}
	f := v.source.fault("values.yaml", v.prefix()+subject+said+", says values.schema.json",
		"correct the values, or list a values file under helm.values of "+v.opt.Config)
	if v.source.archived() {
		return f
	}
	f.Path = path.Join(v.source.root, "Chart.yaml")
	for _, file := range []string{v.values, path.Join(v.source.root, "values.yaml")} {
		data, err := fs.ReadFile(v.source.fsys, file)
		if file == "" || err != nil {
			continue
		}
		if f.Path != v.values {
			f.Path = file
		}
		if parsed := document.Parse(file, data, document.Options{}); len(parsed.Docs) > 0 && len(where) > 0 {
			// A values file that does not have the key does not set the value.
			if r, depth := parsed.Docs[0].Locate(where...); depth > 0 {
				f.Path, f.Range = file, r
				break
			}
		}
	}
	return f
}

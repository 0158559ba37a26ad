package compose

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// composeSchema is compose-go's JSON Schema, compiled here because compose-go keeps the place of an error to itself.
var composeSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema.Schema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("compose.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("compose.json")
})

// serviceKeys are the attributes the schema knows of a service.
var serviceKeys = sync.OnceValue(func() map[string]bool {
	var doc struct {
		Definitions map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"definitions"`
		Defs map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"$defs"`
	}
	keys := map[string]bool{}
	if json.Unmarshal([]byte(schema.Schema), &doc) != nil {
		return keys
	}
	for _, name := range []string{"service", "container_spec", "workload_spec"} {
		for key := range doc.Definitions[name].Properties {
			keys[key] = true
		}
		for key := range doc.Defs[name].Properties {
			keys[key] = true
		}
	}
	return keys
})

// problem is one thing the schema does not allow: the path to what must go, and what is wrong in words that hold no value.
type problem struct {
	path    []any
	message string
}

// check returns the most telling problem of a model, nil when there is none.
func check(model map[string]any) (*problem, error) {
	s, err := composeSchema()
	if err != nil {
		return nil, err
	}
	err = s.Validate(model)
	if err == nil {
		return nil, nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil, err
	}
	return explain(model, mostTelling(invalid)), nil
}

// mostTelling returns the leaf of a tree of errors to report. A schema of alternatives complains once for each, and an
// attribute nobody knows is only known to be one when nothing else is wrong beside it; so the leaf that got furthest
// counts, and of those that got equally far one that is about a value.
func mostTelling(err *jsonschema.ValidationError) *jsonschema.ValidationError {
	var leaves []*jsonschema.ValidationError
	var collect func(*jsonschema.ValidationError)
	collect = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			leaves = append(leaves, e)
		}
		for _, cause := range e.Causes {
			collect(cause)
		}
	}
	collect(err)
	slices.SortStableFunc(leaves, func(a, b *jsonschema.ValidationError) int {
		return cmp.Or(
			cmp.Compare(rank(b), rank(a)),
			slices.Compare(a.InstanceLocation, b.InstanceLocation),
		)
	})
	best := leaves[0]
	// Alternatives of type are one problem: the value must be any of them.
	if k, ok := best.ErrorKind.(*kind.Type); ok {
		want := map[string]bool{}
		for _, leaf := range leaves {
			if other, ok := leaf.ErrorKind.(*kind.Type); ok && slices.Equal(leaf.InstanceLocation, best.InstanceLocation) {
				for _, w := range other.Want {
					want[w] = true
				}
			}
		}
		k.Want = slices.Sorted(maps.Keys(want))
	}
	return best
}

func rank(err *jsonschema.ValidationError) int {
	switch err.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		return 2*len(err.InstanceLocation) + 2
	case *kind.FalseSchema:
		return 2 * len(err.InstanceLocation)
	}
	return 2*len(err.InstanceLocation) + 1
}

func explain(model map[string]any, err *jsonschema.ValidationError) *problem {
	p := &problem{message: "is not valid here"}
	var at any = model
	for _, step := range err.InstanceLocation {
		switch v := at.(type) {
		case map[string]any:
			at = v[step]
			p.path = append(p.path, step)
		case []any:
			i, _ := strconv.Atoi(step)
			if i >= 0 && i < len(v) {
				at = v[i]
			}
			p.path = append(p.path, i)
		}
	}
	switch k := err.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		slices.Sort(k.Properties)
		p.path = append(p.path, k.Properties[0])
		p.message = "is not an attribute Compose knows"
	case *kind.FalseSchema:
		p.message = "is not an attribute Compose knows"
	case *kind.Type:
		want := slices.Clone(k.Want)
		for i, w := range want {
			want[i] = typeName(w)
		}
		p.message = "must be " + strings.Join(want, " or ") + ", not " + typeName(k.Got)
	case *kind.Required:
		p.message = "needs " + strings.Join(k.Missing, ", ")
	case *kind.Enum:
		p.message = fmt.Sprintf("must be one of %v", k.Want)
	case *kind.Minimum:
		p.message = "must be at least " + k.Want.RatString()
	case *kind.Maximum:
		p.message = "must be at most " + k.Want.RatString()
	case *kind.UniqueItems:
		p.message = "holds the same item twice"
	case *kind.Pattern:
		p.message = "does not have the form Compose expects"
	}
	return p
}

func typeName(t string) string {
	switch t {
	case "object":
		return "a mapping"
	case "array":
		return "a list"
	case "null":
		return "empty"
	case "integer":
		return "an integer"
	}
	return "a " + t
}

// remove takes what stands at path out of a model and reports whether there was anything.
func remove(model map[string]any, path []any) bool {
	if len(path) == 0 {
		return false
	}
	last := path[len(path)-1]
	switch parent := lookup(model, path[:len(path)-1]).(type) {
	case map[string]any:
		key, ok := last.(string)
		if _, has := parent[key]; !ok || !has {
			return false
		}
		delete(parent, key)
		return true
	case []any:
		i, ok := last.(int)
		if !ok || i >= len(parent) {
			return false
		}
		set(model, path[:len(path)-1], slices.Delete(slices.Clone(parent), i, i+1))
		return true
	}
	return false
}

// lookup returns what stands at path, nil when there is nothing.
func lookup(v any, path []any) any {
	for _, step := range path {
		switch at := v.(type) {
		case map[string]any:
			key, ok := step.(string)
			if !ok {
				return nil
			}
			v = at[key]
		case []any:
			i, ok := step.(int)
			if !ok || i < 0 || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

// set replaces what stands at path, whose parent must exist.
func set(v any, path []any, value any) {
	last := path[len(path)-1]
	switch parent := lookup(v, path[:len(path)-1]).(type) {
	case map[string]any:
		if key, ok := last.(string); ok {
			parent[key] = value
		}
	case []any:
		if i, ok := last.(int); ok && i >= 0 && i < len(parent) {
			parent[i] = value
		}
	}
}

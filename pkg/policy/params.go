package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/claire-de-binare/cdbgate/pkg/config"
)

// WithParams returns a copy of the bundle in which the given parameters replace those of data.yaml. A parameter that
// data.yaml does not have, or a value that params.schema.json does not allow, is an error. The origin names where the
// overrides were written.
func (b *Bundle) WithParams(overrides map[string]any, origin string) (*Bundle, error) {
	if len(overrides) == 0 {
		return b, nil
	}
	params := maps.Clone(b.Params())
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		if _, known := params[name]; !known {
			return nil, fmt.Errorf("%s: params: unknown parameter %q%s", origin, name,
				config.Suggest(name, slices.Sorted(maps.Keys(params))))
		}
		params[name] = overrides[name]
	}
	if err := b.validateParams(params, origin+": params"); err != nil {
		return nil, err
	}
	c := *b
	root := maps.Clone(b.data["cdbgate"].(map[string]any))
	root["params"] = params
	c.data = maps.Clone(b.data)
	c.data["cdbgate"] = root
	text, err := json.Marshal(overrides) // map keys come out sorted
	if err != nil {
		return nil, fmt.Errorf("%s: params: %w", origin, err)
	}
	sum := sha256.Sum256([]byte(b.digest + "\n" + string(text)))
	c.digest = "sha256:" + hex.EncodeToString(sum[:])
	return &c, nil
}

// validateParams checks params against the bundle's schema, one parameter at a time so that an error names it.
func (b *Bundle) validateParams(params map[string]any, origin string) error {
	if b.schema == nil {
		return nil
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(b.schema, &schema); err != nil {
		return fmt.Errorf("%s: %w", schemaFile, err)
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		property, ok := schema.Properties[name]
		if !ok {
			return fmt.Errorf("%s: parameter %q is not described in %s", origin, name, schemaFile)
		}
		resolved, err := property.Resolve(nil)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", schemaFile, name, err)
		}
		value, err := roundTrip(params[name])
		if err != nil {
			return fmt.Errorf("%s: %s: %w", origin, name, err)
		}
		if err := resolved.Validate(value); err != nil {
			return fmt.Errorf("%s: %s: %w", origin, name, err)
		}
		if err := checkFormat(property, value); err != nil {
			return fmt.Errorf("%s: %s: %w", origin, name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if _, ok := params[name]; !ok {
			return fmt.Errorf("%s: parameter %q of %s is missing", origin, name, schemaFile)
		}
	}
	return nil
}

// roundTrip brings a value into the types encoding/json decodes to, which is what the validator understands.
func roundTrip(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out any
	err = json.Unmarshal(text, &out)
	return out, err
}

// checkFormat checks the texts in a value that the schema says are patterns: a rule would only stumble over them later, and
// only when it came to use them. The formats are "regex", here RE2, and "glob".
func checkFormat(schema *jsonschema.Schema, value any) error {
	if schema == nil {
		return nil
	}
	switch value := value.(type) {
	case string:
		switch schema.Format {
		case "regex":
			if _, err := regexp.Compile(value); err != nil {
				return fmt.Errorf("%q is no RE2 pattern: %w", value, err)
			}
		case "glob":
			if !doublestar.ValidatePattern(value) {
				return fmt.Errorf("%q is no glob", value)
			}
		}
	case []any:
		for _, item := range value {
			if err := checkFormat(schema.Items, item); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if err := checkFormat(schema.AdditionalProperties, value[key]); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	return nil
}

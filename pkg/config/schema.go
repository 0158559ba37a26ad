package config

import (
	"encoding/json"
	"fmt"

	"github.com/google/jsonschema-go/jsonschema"
)

// SchemaURL is where editors find the schema of the configuration.
const SchemaURL = "https://raw.githubusercontent.com/claire-de-binare/cdbgate/main/docs/cdbgate.schema.json"

// Schema returns the JSON Schema of .cdbgate.yaml, indented. The params are the schema of the policy's parameters
// (params.schema.json), may be nil.
func Schema(params []byte) ([]byte, error) {
	s, err := jsonschema.For[Config](nil)
	if err != nil {
		return nil, fmt.Errorf("config schema: %w", err)
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.ID = SchemaURL
	s.Title = "cdbgate configuration"
	one := any(1)
	s.Properties["version"].Const = &one
	if params != nil {
		var p jsonschema.Schema
		if err := json.Unmarshal(params, &p); err != nil {
			return nil, fmt.Errorf("config schema: params: %w", err)
		}
		p.Schema, p.Title = "", ""
		p.Description = s.Properties["params"].Description
		s.Properties["params"] = &p
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

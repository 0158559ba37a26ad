package audit

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"
)

// SchemaURL is where the schema of a line is published.
const SchemaURL = "https://raw.githubusercontent.com/claire-de-binare/cdbgate/main/docs/audit.schema.json"

// Schema returns the JSON Schema of one line of a log, indented. It says what fields there are; that lines are canonical and belong
// together only Verify can tell.
func Schema() ([]byte, error) {
	digests := func(what string) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", Pattern: "^sha256:[0-9a-f]{64}$", Description: what}
	}
	one := 1.0
	s := &jsonschema.Schema{
		Schema: "https://json-schema.org/draft/2020-12/schema", ID: SchemaURL, Title: "cdbgate audit log line", Type: "object",
		Required:             []string{"data", "hash", "prev", "seq", "time", "type"},
		AdditionalProperties: &jsonschema.Schema{Not: &jsonschema.Schema{}},
		Properties: map[string]*jsonschema.Schema{
			"data": {Type: "object", Description: "what happened, by type"},
			"hash": digests("over this line in canonical form without its hash"),
			"prev": digests("the hash of the line before; of the first line SHA-256 over \"io.cdbgate.log.v1\", a line feed and the log's id"),
			"seq":  {Type: "integer", Minimum: &one, Description: "the line's number"},
			"time": {Type: "string", Pattern: `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z$`, Description: "when it was written, UTC, by the writer's clock"},
			"type": {Type: "string", Pattern: "^[a-z0-9._-]{1,100}$"},
		},
	}
	for _, e := range []Event{{LogType, Mark{}}, {RunType, Run{}}, {ViolationType, Violation{}}, {DriftType, Drift{}}} {
		data, err := jsonschema.ForType(reflect.TypeOf(e.Data), &jsonschema.ForOptions{})
		if err != nil {
			return nil, fmt.Errorf("audit schema: %s: %w", e.Type, err)
		}
		kind := any(e.Type)
		s.OneOf = append(s.OneOf, &jsonschema.Schema{Properties: map[string]*jsonschema.Schema{"type": {Const: &kind}, "data": data}})
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

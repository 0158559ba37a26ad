package audit_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

var update = flag.Bool("update", false, "rewrite docs/audit.schema.json")

const published = "../../docs/audit.schema.json"

// TestSchema holds the published schema against the types, and what is written against the schema.
func TestSchema(t *testing.T) {
	text, err := audit.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(published, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(published)
	if err != nil || string(have) != string(text) {
		t.Errorf("%s is not what the code says: run go test ./pkg/audit -update (%v)", published, err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	valid := func(line []byte) error {
		var v any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		return resolved.Validate(v)
	}
	path := filepath.Join(t.TempDir(), "log")
	r := &finding.Report{Findings: []finding.Finding{{Rule: "K8S010"}, {Rule: "IAC003", Resource: "a.b"}}, Mode: finding.Delivery}
	if _, err := audit.Append(t.Context(), path, audit.Events(r, audit.Outcome{CI: &audit.CI{System: "gitlab", Run: "1"}})); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(read(t, path)), []byte{'\n'})
	if len(lines) != 4 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		if err := valid(line); err != nil {
			t.Errorf("line %d: %v\n%s", i+1, err, line)
		}
		for _, edit := range [][2]string{{`"type":"io.`, `"type":"com.`}, {`"seq":`, `"seq":-`}, {`"hash":"sha256:`, `"hash":"md5:`}, {`{"data":{`, `{"data":{"message":"x",`}, {`{"data"`, `{"a":1,"data"`}} {
			if edited := bytes.Replace(line, []byte(edit[0]), []byte(edit[1]), 1); valid(edited) == nil {
				t.Errorf("valid: %s", edited)
			}
		}
	}
}

package config_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/policies"
)

var update = flag.Bool("update", false, "rewrite docs/cdbgate.schema.json")

const published = "../../docs/cdbgate.schema.json"

func TestParse(t *testing.T) {
	c, err := config.Parse(".cdbgate.yaml", []byte(`version: 1
exclude: ["testdata/**", deploy/]
delivery: {approval_file: a.yaml, allowed_signers: signers}
iac: {plans: ["plans/*.json"]}
compose: {projects: [[base.yml, prod.yml]]}
helm: {values: {charts/web: [charts/web/values-prod.yaml]}}
openapi: [{spec: openapi.yaml, generate: [make, api-schema]}]
params: {health_probe: startup, tresor_names: [safe]}
`))
	if err != nil {
		t.Fatal(err)
	}
	if c.Compose.Projects[0][1] != "prod.yml" || c.Helm.Values["charts/web"][0] != "charts/web/values-prod.yaml" ||
		c.OpenAPI[0].Generate[1] != "api-schema" || c.Params["health_probe"] != "startup" {
		t.Errorf("read wrongly: %+v", c)
	}
	for path, want := range map[string]bool{
		"testdata/a/b.yaml": true, "deploy/x.yaml": true, "deploy": true, "deployment/x.yaml": false, "src/testdata/a": false,
	} {
		if got := c.Excluded(path); got != want {
			t.Errorf("Excluded(%q) = %v", path, got)
		}
	}
}

func TestParseMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"exlude: []":                     `f:1:1: unknown key "exlude"; did you mean "exclude"?`,
		"helm: {value: {}}":              `f:1:8: unknown key "value"; did you mean "values"?`,
		"openapi: [{}]":                  "f:1:11: an entry without spec",
		"openapi: [{spec: 1}]":           "f:1:12: openapi[0].spec must be a text, not a number",
		"version: one":                   "f:1:1: version must be a whole number, not a text",
		"version: 1.5":                   "f:1:1: version must be a whole number, not a number",
		"version: 3":                     "version 3 is not known",
		"exclude: x":                     "exclude must be a list, not a text",
		"exclude: [{}]":                  "exclude[0] must be a text, not a mapping",
		"iac: {plans: [\"a[b\"]}":        "is no glob",
		"compose: {projects: [[]]}":      "a project without files",
		"compose: []":                    "compose must be a mapping, not a list",
		"- a":                            "the configuration must be a mapping, not a list",
		"a: 1\n---\nb: 2":                "a second document",
		"version: 1\nversion: 1":         "defined twice",
		"exclude: [a":                    "f:1:",
		"a: &a [*a]":                     "f:1:",
		"delivery: {approval_file: yes}": "", // YAML 1.2: a text
	} {
		_, err := config.Parse("f", []byte(text))
		if want == "" {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		var mistake *config.Error
		if !errors.As(err, &mistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{"", "# nothing\n", "---\n", "null\n", "exclude:\n# - a\nhelm:\n"} {
		if _, err := config.Parse("f", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("version: 1\nexclude: [a]\nparams: {x: [1, {y: null}]}\n")
	f.Fuzz(func(_ *testing.T, text string) { _, _ = config.Parse("f", []byte(text)) })
}

// TestSchema holds the published schema against the types and the parameters, and tries it.
func TestSchema(t *testing.T) {
	params, err := policies.FS.ReadFile("params.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := config.Schema(params)
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
		t.Errorf("%s is not what the code says: run go test ./pkg/config -update (%v)", published, err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, valid := range map[string]bool{
		`{}`: true, `{"version": 1, "exclude": ["a"]}`: true, `{"params": {"health_probe": "startup"}}`: true,
		`{"version": 2}`: false, `{"exlude": []}`: false, `{"exclude": "a"}`: false, `{"params": {"health_probe": "never"}}`: false,
		`{"params": {"unknown": 1}}`: false, `{"openapi": [{}]}`: false,
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(v); (err == nil) != valid {
			t.Errorf("%s: %v", text, err)
		}
	}
}

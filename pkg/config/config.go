// Package config reads .cdbgate.yaml: strictly, with the place of every mistake, into typed values with defaults. It does
// not decide which revision the file is read from, and it opens nothing itself.
package config

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// FileName is where the configuration lies, at the repository's root.
const FileName = ".cdbgate.yaml"

// Config is the content of .cdbgate.yaml. Every key is optional; the zero value works in any repository.
type Config struct {
	Version  int            `json:"version,omitempty" jsonschema:"version of this file's format; 1 is the only one"`
	Exclude  []string       `json:"exclude,omitempty" jsonschema:"globs of paths no gate looks at, relative to the repository's root; ** crosses folders"`
	Delivery Delivery       `json:"delivery,omitzero" jsonschema:"delivery-gate: where approval and signers are kept"`
	IaC      IaC            `json:"iac,omitzero" jsonschema:"iac-diff: where plans are found"`
	Compose  Compose        `json:"compose,omitzero" jsonschema:"Compose projects that file names alone do not tell"`
	Helm     Helm           `json:"helm,omitzero" jsonschema:"values files to render charts with, beside their defaults"`
	OpenAPI  []OpenAPI      `json:"openapi,omitempty" jsonschema:"openapi-drift: specs and the commands that write them"`
	Params   map[string]any `json:"params,omitempty" jsonschema:"parameters of the policy that differ here; see cdbgate policy list --params"`
}

// Delivery says where delivery-gate finds what it trusts.
type Delivery struct {
	ApprovalFile   string `json:"approval_file,omitempty" jsonschema:"path of the approval file"`
	AllowedSigners string `json:"allowed_signers,omitempty" jsonschema:"path of the signers' SSH keys in OpenSSH allowed_signers format"`
	OpenPGPSigners string `json:"openpgp_signers,omitempty" jsonschema:"path of the signers' OpenPGP public keys, armored"`
	RevokedSigners string `json:"revoked_signers,omitempty" jsonschema:"path of SSH keys that count no longer, one public key a line"`
}

// IaC says where iac-diff finds plans.
type IaC struct {
	Plans []string `json:"plans,omitempty" jsonschema:"globs of plan files (terraform show -json)"`
}

// Compose declares projects.
type Compose struct {
	Projects [][]string `json:"projects,omitempty" jsonschema:"each project as the list of its files, base first, as given to docker compose -f"`
}

// Helm declares values files.
type Helm struct {
	Values map[string][]string `json:"values,omitempty" jsonschema:"for each chart's folder the values files it is rendered with, one variant each"`
}

// OpenAPI declares a spec and its generator.
type OpenAPI struct {
	Spec     string   `json:"spec" jsonschema:"path of the committed spec"`
	Generate []string `json:"generate,omitempty" jsonschema:"command and arguments that write the spec"`
	Dir      string   `json:"dir,omitempty" jsonschema:"folder the command runs in; default: the repository's root"`
	Output   string   `json:"output,omitempty" jsonschema:"path of the file the command writes when it is not the spec itself; - for its standard output"`
	Timeout  string   `json:"timeout,omitempty" jsonschema:"how long the command may take, such as 90s; default: 5m"`
	Env      []string `json:"env,omitempty" jsonschema:"names of the environment variables the command gets beside PATH and the caches of build tools"`
	Needs    []string `json:"needs,omitempty" jsonschema:"files and folders that git ignores and the command needs, such as node_modules; they are copied"`
	Exact    bool     `json:"exact,omitempty" jsonschema:"whether the committed spec must equal the generated one byte for byte"`
}

// Limit is how long the generator may take; 0 for the default.
func (o *OpenAPI) Limit() time.Duration {
	d, _ := time.ParseDuration(o.Timeout) // Parse has read it before
	return d
}

// Error is a mistake in the configuration, with its place.
type Error struct {
	Path    string
	Range   document.Range
	Message string
}

func (e *Error) Error() string {
	if e.Range.Start.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Path, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Range.Start.Line, e.Range.Start.Column, e.Message)
}

// Parse reads the text of a configuration. The path is for messages. An empty file is the default configuration.
func Parse(path string, text []byte) (*Config, error) {
	c := &Config{}
	file := document.Parse(path, text, document.Options{Schema: document.Core, MaxBytes: 1 << 20})
	if len(file.Errors) > 0 {
		e := file.Errors[0]
		return nil, &Error{Path: path, Range: e.Range, Message: e.Message}
	}
	switch len(file.Docs) {
	case 0:
		return c, nil
	case 1:
	default:
		return nil, &Error{Path: path, Range: file.Docs[1].Range(file.Docs[1].Root), Message: "a second document; the configuration is one"}
	}
	d := &decoder{doc: file.Docs[0]}
	if root := file.Docs[0].Root; root.Kind != document.Null {
		if err := d.decode(root, c, nil); err != nil {
			return nil, err
		}
	}
	if err := c.validate(d); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Config) validate(d *decoder) error {
	if c.Version != 0 && c.Version != 1 {
		return d.fail([]any{"version"}, "version %d is not known; this cdbgate reads version 1", c.Version)
	}
	for i, glob := range c.Exclude {
		if !doublestar.ValidatePattern(glob) {
			return d.fail([]any{"exclude", i}, "%q is no glob", glob)
		}
	}
	for i, glob := range c.IaC.Plans {
		if !doublestar.ValidatePattern(glob) {
			return d.fail([]any{"iac", "plans", i}, "%q is no glob", glob)
		}
	}
	for _, f := range []struct{ key, path string }{
		{"approval_file", c.Delivery.ApprovalFile},
		{"allowed_signers", c.Delivery.AllowedSigners},
		{"openpgp_signers", c.Delivery.OpenPGPSigners},
		{"revoked_signers", c.Delivery.RevokedSigners},
	} {
		if f.path != "" && (!fs.ValidPath(f.path) || f.path == ".") {
			return d.fail([]any{"delivery", f.key}, "%q is no path of a file from the repository's root, such as governance/allowed_signers", f.path)
		}
	}
	for i, project := range c.Compose.Projects {
		if len(project) == 0 {
			return d.fail([]any{"compose", "projects", i}, "a project without files")
		}
	}
	seen := map[string]bool{}
	for i := range c.OpenAPI {
		spec := &c.OpenAPI[i]
		if err := spec.validate(d, i); err != nil {
			return err
		}
		if seen[spec.Spec] {
			return d.fail([]any{"openapi", i, "spec"}, "%s has an entry already", spec.Spec)
		}
		seen[spec.Spec] = true
	}
	return nil
}

// variable is a name that every shell takes.
var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (o *OpenAPI) validate(d *decoder, i int) error {
	if o.Spec == "" {
		return d.fail([]any{"openapi", i}, "an entry without spec")
	}
	if len(o.Generate) > 0 && o.Generate[0] == "" {
		return d.fail([]any{"openapi", i, "generate", 0}, "the command has no name")
	}
	for _, f := range []struct {
		key  []any
		path string
	}{{[]any{"spec"}, o.Spec}, {[]any{"dir"}, o.Dir}, {[]any{"output"}, o.Output}} {
		if f.path != "" && f.path != "-" && !fs.ValidPath(f.path) {
			return d.fail(append([]any{"openapi", i}, f.key...), "%q is no path from the repository's root, such as api/openapi.yaml", f.path)
		}
	}
	for j, path := range o.Needs {
		if !fs.ValidPath(path) || path == "." {
			return d.fail([]any{"openapi", i, "needs", j}, "%q is no path from the repository's root, such as node_modules", path)
		}
	}
	for j, name := range o.Env {
		if !variable.MatchString(name) {
			return d.fail([]any{"openapi", i, "env", j}, "%q is no name of a variable; its value comes from the environment", name)
		}
	}
	if o.Timeout != "" {
		if limit, err := time.ParseDuration(o.Timeout); err != nil || limit <= 0 {
			return d.fail([]any{"openapi", i, "timeout"}, "%q is no duration such as 90s or 5m", o.Timeout)
		}
	}
	if len(o.Generate) == 0 && (o.Dir != "" || o.Output != "" || o.Timeout != "" || len(o.Env) > 0 || len(o.Needs) > 0 || o.Exact) {
		return d.fail([]any{"openapi", i}, "the entry says how to generate %s, and not with what: add generate", o.Spec)
	}
	return nil
}

// Excluded reports whether a path (slash-separated, from the repository's root) is left out by exclude. A pattern that
// names a folder leaves out all below it.
func (c *Config) Excluded(path string) bool {
	for _, glob := range c.Exclude {
		glob = strings.TrimSuffix(strings.TrimPrefix(glob, "./"), "/")
		if ok, _ := doublestar.Match(glob, path); ok {
			return true
		}
		if ok, _ := doublestar.Match(glob+"/**", path); ok {
			return true
		}
	}
	return false
}

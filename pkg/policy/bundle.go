// Package policy loads a bundle of Rego rules with their data, refuses what could make a gate silently green, and
// evaluates documents against it. It knows nothing of files being judged: facts come in as values, violations go out as a
// rule id, a message and a path into the document.
package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/claire-de-binare/cdbgate/policies"
)

const (
	dataFile   = "data.yaml"
	schemaFile = "params.schema.json"
	// maxBundleFile bounds one file of a bundle, in bytes: rules are text that people write.
	maxBundleFile = 4 << 20
)

// Bundle is a set of Rego modules and their data, read but not yet compiled: reading is cheap, compiling is not, and a run
// that finds all its verdicts in the cache needs only the digest.
type Bundle struct {
	source string
	rego   map[string]string // path -> text, tests excluded
	tests  map[string]string // *_test.rego
	data   map[string]any
	schema []byte // JSON Schema of data.cdbgate.params, nil when the bundle has none
	raw    map[string][]byte
	digest string
}

// Embedded returns the bundle inside the binary.
func Embedded() (*Bundle, error) { return Load(policies.FS, "embedded") }

// Load reads a bundle from fsys: every *.rego file, data.yaml and params.schema.json at its top. The source names it in
// reports and errors. Other files are an error: a rule in a misnamed file would silently be no rule.
func Load(fsys fs.FS, source string) (*Bundle, error) {
	b := &Bundle{source: source, rego: map[string]string{}, tests: map[string]string{}, raw: map[string][]byte{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && strings.HasPrefix(path.Base(name), ".") {
				return fs.SkipDir
			}
			return nil
		}
		return b.add(fsys, name)
	})
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", source, err)
	}
	if len(b.rego) == 0 {
		return nil, fmt.Errorf("policy %s: no *.rego file in it; `cdbgate policy export DIR` writes a bundle to start from", source)
	}
	if err := b.readData(); err != nil {
		return nil, fmt.Errorf("policy %s: %w", source, err)
	}
	b.digest = b.sum()
	return b, nil
}

func (b *Bundle) add(fsys fs.FS, name string) error {
	base := path.Base(name)
	isRego := strings.HasSuffix(base, ".rego")
	switch {
	case isRego, name == dataFile, name == schemaFile:
	case strings.EqualFold(path.Ext(base), ".rego"), strings.EqualFold(base, dataFile), strings.HasPrefix(base, "data."):
		return fmt.Errorf("%s: is not read under this name; rules are in *.rego, data in %s at the top", name, dataFile)
	default:
		return nil // README.md, embed.go and the like are no policy
	}
	text, err := readAll(fsys, name)
	if err != nil {
		return err
	}
	b.raw[name] = text
	switch {
	case isRego && strings.HasSuffix(base, "_test.rego"):
		b.tests[name] = string(text)
	case isRego:
		b.rego[name] = string(text)
	}
	return nil
}

func readAll(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxBundleFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > maxBundleFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, maxBundleFile)
	}
	return text, nil
}

func (b *Bundle) readData() error {
	b.data = map[string]any{}
	if text, ok := b.raw[dataFile]; ok {
		if err := yaml.UnmarshalStrict(text, &b.data); err != nil {
			return fmt.Errorf("%s: %w", dataFile, err)
		}
	}
	root, ok := b.data["cdbgate"].(map[string]any)
	if !ok {
		return fmt.Errorf("%s: must hold cdbgate.params, a mapping of every threshold and list", dataFile)
	}
	if _, ok := root["params"].(map[string]any); !ok {
		return fmt.Errorf("%s: must hold cdbgate.params, a mapping of every threshold and list", dataFile)
	}
	b.schema = b.raw[schemaFile]
	if b.schema == nil {
		return nil
	}
	return b.validateParams(root["params"].(map[string]any), dataFile)
}

// sum is a digest over all that decides: modules and data, not their tests. Names and lengths are part of it.
func (b *Bundle) sum() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(b.raw)) {
		if _, test := b.tests[name]; test {
			continue
		}
		fmt.Fprintf(h, "%d %s %d\n", len(name), name, len(b.raw[name]))
		h.Write(b.raw[name])
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// Source is "embedded" or the name given to Load.
func (b *Bundle) Source() string { return b.source }

// Digest is "sha256:" and the hex digest over all modules, data and parameter overrides.
func (b *Bundle) Digest() string { return b.digest }

// Params returns the bundle's parameters (data.cdbgate.params). The map must not be changed.
func (b *Bundle) Params() map[string]any {
	return b.data["cdbgate"].(map[string]any)["params"].(map[string]any)
}

// Export writes the bundle's files below dir by way of create, which must make parent folders itself.
func (b *Bundle) Export(write func(name string, text []byte) error) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(b.raw)) {
		errs = append(errs, write(name, b.raw[name]))
	}
	return errors.Join(errs...)
}

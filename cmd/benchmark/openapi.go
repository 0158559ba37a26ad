package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// What openapi-drift is measured on: a description of so many paths, about 1 MB, of which one operation changes so that it breaks
// clients. The budgets are a tenth of what oasdiff breaking needs, a second for a description that is validated for the first time,
// and 0.15 s for one that was validated before.
const (
	describedPaths   = 2_000
	describedSchemas = 300
	oasdiffTool      = "github.com/oasdiff/oasdiff"
	oasdiffVer       = "v1.32.0"
)

// descriptions measures openapi-drift.
func descriptions(ctx context.Context, w *strings.Builder, gate, work string, runs int) error {
	bin := filepath.Join(work, "bin")
	if err := goInstall(ctx, bin, oasdiffTool+"@"+oasdiffVer); err != nil {
		return err
	}
	oasdiff := filepath.Join(bin, "oasdiff")
	dir := filepath.Join(work, "api")
	was, is := describe(false), describe(true)
	if err := importHistory(ctx, dir, func(w io.Writer) {
		startCommit(w, "main", 0, "")
		addFile(w, "openapi.yaml", was)
		startCommit(w, "topic", 1, "main")
		addFile(w, "openapi.yaml", is)
	}); err != nil {
		return err
	}
	old := filepath.Join(work, "base.yaml")
	if err := os.WriteFile(old, []byte(was), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n## openapi-drift\n\nA description of %d paths and %d schemas, %.1f MB, of which one operation breaks clients. openapi-drift validates as well; oasdiff breaking does not.\n\n"+
		"| this | against | ratio | medians |\n|---|---|---|---|\n", describedPaths, describedSchemas, float64(len(is))/(1<<20))
	home := "XDG_CACHE_HOME=" + filepath.Join(work, "api-cache")
	changed := command{name: "openapi-drift, one changed operation, cold", args: []string{gate, "openapi-drift", "--base", "main", "--quiet", "--no-cache"}, dir: dir}
	breaking := command{name: "oasdiff " + oasdiffVer + " breaking", args: []string{oasdiff, "breaking", "--fail-on", "ERR", old, "openapi.yaml"}, dir: dir}
	for _, c := range []command{changed, breaking} {
		if err := refuses(ctx, c); err != nil {
			return err
		}
	}
	unchanged := command{name: "openapi-drift, unchanged, cold", args: []string{gate, "openapi-drift", "--base", "topic", "--quiet", "--no-cache"}, dir: dir}
	for _, c := range [][2]command{
		{changed, breaking},
		{
			{name: "openapi-drift, one changed operation, judged before", args: []string{gate, "openapi-drift", "--base", "main", "--quiet"}, dir: dir, env: []string{home}},
			breaking,
		},
		{unchanged, {name: "oasdiff " + oasdiffVer + " validate", args: []string{oasdiff, "validate", "openapi.yaml"}, dir: dir}},
		{{name: "openapi-drift, unchanged, judged before", args: []string{gate, "openapi-drift", "--base", "topic", "--quiet"}, dir: dir, env: []string{home}}, unchanged},
	} {
		pair, err := measure(ctx, c[0], c[1], max(3, runs/2))
		if err != nil {
			return err
		}
		pair.row(w)
	}
	return nil
}

// refuses makes sure that a command says of the change what the other says.
func refuses(ctx context.Context, c command) error {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir = c.dir
	out, err := cmd.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 1 || !strings.Contains(string(out), "request-parameter-became-required") {
		return fmt.Errorf("%s does not refuse the breaking change: %w\n%.2000s", c.name, err, out)
	}
	return nil
}

// describe writes a description. Schemas refer to others in chains of ten, and every tenth to itself.
func describe(required bool) string {
	var b strings.Builder
	b.WriteString("openapi: 3.0.3\ninfo: {title: shop, version: 1.4.0}\npaths:\n" +
		"  /healthz: {get: {responses: {'200': {description: healthy}, '503': {description: not healthy}}}}\n" +
		"  /metrics: {get: {responses: {'200': {description: numbers}}}}\n")
	for i := range describedPaths {
		fmt.Fprintf(&b, `  /v1/tenants/{tenant}/resource%[1]d/{id}:
    get:
      operationId: getResource%[1]d
      summary: One resource of kind %[1]d, as the tenant may see it
      tags: [group%[2]d]
      parameters:
        - {name: tenant, in: path, required: true, schema: {type: string, maxLength: 64}}
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: fields, in: query, required: %[3]t, schema: {type: string}}
      responses:
        '200':
          description: the resource
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Resource%[4]d'}
        '404': {$ref: '#/components/responses/Problem'}
`, i, i%40, required && i == describedPaths/2, i%describedSchemas)
	}
	b.WriteString("components:\n  responses:\n    Problem: {description: a problem, content: {application/problem+json: {schema: {type: object}}}}\n  schemas:\n")
	for i := range describedSchemas {
		next := i + 1
		if i%10 == 9 {
			next = i
		}
		fmt.Fprintf(&b, `    Resource%d:
      type: object
      required: [id, name]
      properties:
        id: {type: string, format: uuid}
        name: {type: string, minLength: 1, maxLength: 200}
        state: {type: string, enum: [new, active, gone]}
        size: {type: integer, minimum: 0}
        labels: {type: object, additionalProperties: {type: string}}
        related: {$ref: '#/components/schemas/Resource%d'}
`, i, next)
	}
	return b.String()
}

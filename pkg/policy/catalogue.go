package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

const rootPackage = "cdbgate"

var idPattern = regexp.MustCompile(`^[A-Z]{3}[0-9]{3}$|^K8S[0-9]{3}$`)

// PackageOf returns the Rego package of a gate: dashes become underscores.
func PackageOf(gate string) string { return rootPackage + "." + strings.ReplaceAll(gate, "-", "_") }

// gateOf returns the gate of a module's package, or "" for lib and its subpackages. Anything else is an error: a rule in
// a misspelt package would never be asked.
func gateOf(pkg *ast.Package, known []string) (string, error) {
	name := strings.TrimPrefix(pkg.Path.String(), "data.")
	if name == rootPackage+".lib" || strings.HasPrefix(name, rootPackage+".lib.") {
		return "", nil
	}
	for _, gate := range known {
		if name == PackageOf(gate) {
			return gate, nil
		}
	}
	packages := make([]string, 0, len(known)+1)
	for _, gate := range known {
		packages = append(packages, PackageOf(gate))
	}
	return "", fmt.Errorf("package %s belongs to no gate%s: the packages are %s and %s.lib", name,
		config.Suggest(name, packages), strings.Join(packages, ", "), rootPackage)
}

// ruleOf reads the metadata of a deny rule.
func ruleOf(set *ast.AnnotationSet, r *ast.Rule, gate string) (finding.Rule, error) {
	annotations := set.GetRuleScope(r)
	if len(annotations) == 0 {
		return finding.Rule{}, fmt.Errorf("deny without a METADATA block: give it title, description and custom: id, severity, clauses, remediation")
	}
	a := annotations[0]
	out := finding.Rule{Gate: gate, Title: a.Title, Description: strings.TrimSpace(a.Description)}
	id, _ := a.Custom["id"].(string)
	if !idPattern.MatchString(id) {
		return out, fmt.Errorf("custom.id is %q: a rule's id is three letters and three digits, such as K8S010", id)
	}
	out.ID = id
	severity, _ := a.Custom["severity"].(string)
	sev, err := finding.ParseSeverity(severity)
	if err != nil {
		return out, fmt.Errorf("%s: custom.severity: %w", id, err)
	}
	out.Severity = sev
	list, _ := a.Custom["clauses"].([]any)
	for _, c := range list {
		s, ok := c.(string)
		if !ok || s == "" {
			return out, fmt.Errorf("%s: custom.clauses holds something that is no clause id", id)
		}
		out.Clauses = append(out.Clauses, s)
	}
	if len(out.Clauses) == 0 {
		return out, fmt.Errorf("%s: custom.clauses is missing: name the clauses of the policy that the rule enforces", id)
	}
	remediation, _ := a.Custom["remediation"].(string)
	out.Remediation = strings.TrimSpace(remediation)
	for key, text := range map[string]string{"title": out.Title, "description": out.Description, "custom.remediation": out.Remediation} {
		if text == "" {
			return out, fmt.Errorf("%s: %s is missing", id, key)
		}
	}
	params, _ := a.Custom["params"].([]any)
	for _, p := range params {
		out.Params = append(out.Params, fmt.Sprint(p))
	}
	if incomplete, written := a.Custom["incomplete"]; written {
		var is bool
		if out.Incomplete, is = incomplete.(bool); !is {
			return out, fmt.Errorf("%s: custom.incomplete must be true or false", id)
		}
	}
	out.Incomplete = out.Incomplete || strings.HasSuffix(id, "000")
	for key := range a.Custom {
		if !slices.Contains([]string{"id", "severity", "clauses", "remediation", "params", "incomplete"}, key) {
			return out, fmt.Errorf("%s: unknown key custom.%s", id, key)
		}
	}
	return out, nil
}

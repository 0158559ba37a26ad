package k8sreadiness

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// amounts gathers the quantities fact: numbers in cores and bytes, and where they stand.
type amounts struct {
	values  map[string][][2]*ast.Term // "requests", "limits" -> resource -> number
	paths   map[string][][2]*ast.Term
	invalid []*ast.Term
}

func (a *amounts) add(kind, name, number string, ok bool, path []any) {
	if !ok {
		a.invalid = append(a.invalid, object(item("path", pathTerm(path))))
		return
	}
	a.addTerm(kind, name, ast.NewTerm(ast.Number(json.Number(number))), path)
}

func (a *amounts) addTerm(kind, name string, value *ast.Term, path []any) {
	if a.values == nil {
		a.values, a.paths = map[string][][2]*ast.Term{}, map[string][][2]*ast.Term{}
	}
	a.values[kind] = append(a.values[kind], item(name, value))
	a.paths[kind] = append(a.paths[kind], item(name, pathTerm(path)))
}

func (a *amounts) term() *ast.Term {
	return object(
		item("requests", object(a.values["requests"]...)),
		item("limits", object(a.values["limits"]...)),
		item("invalid", array(a.invalid)),
		item("paths", object(
			item("requests", object(a.paths["requests"]...)),
			item("limits", object(a.paths["limits"]...)),
		)),
	)
}

// noQuantities is shared by all containers without resources.
var noQuantities = (&amounts{}).term()

// quantities reads a Kubernetes resources mapping that stands at path.
func quantities(resources *document.Node, path []any) *ast.Term {
	if resources == nil || resources.Kind != document.Mapping {
		return noQuantities
	}
	var a amounts
	for _, kind := range []string{"requests", "limits"} {
		n := resources.Get(kind)
		if n == nil || n.Kind != document.Mapping {
			continue
		}
		for _, p := range n.Pairs {
			here := append(slices.Clone(path), kind, p.Key.Text)
			if p.Value.Kind == document.Null {
				continue
			}
			number, ok := quantity(p.Value)
			a.add(kind, p.Key.Text, number, ok, here)
		}
	}
	return a.term()
}

// quantity reads 100m, 0.5, 1Gi, 1e3 exactly. A negative amount bounds nothing.
func quantity(n *document.Node) (string, bool) {
	if n.Kind != document.String && n.Kind != document.Number {
		return "", false
	}
	q, err := resource.ParseQuantity(strings.TrimSpace(n.Text))
	if err != nil || q.Sign() < 0 {
		return "", false
	}
	return q.AsDec().String(), true
}

// composeQuantities reads deploy.resources, and the older keys beside it.
func composeQuantities(n *document.Node) *ast.Term {
	var a amounts
	set := map[string]bool{}
	for _, place := range []struct {
		kind, name string
		path       []any
	}{
		{"limits", "cpu", []any{"deploy", "resources", "limits", "cpus"}},
		{"limits", "memory", []any{"deploy", "resources", "limits", "memory"}},
		{"requests", "cpu", []any{"deploy", "resources", "reservations", "cpus"}},
		{"requests", "memory", []any{"deploy", "resources", "reservations", "memory"}},
		{"limits", "cpu", []any{"cpus"}},
		{"limits", "memory", []any{"mem_limit"}},
		{"requests", "memory", []any{"mem_reservation"}},
	} {
		v := n.Lookup(place.path...)
		if v == nil || v.Kind == document.Null || set[place.kind+place.name] {
			continue
		}
		if strings.HasPrefix(v.Text, "${") {
			// Given, but unknown: that it has no value is a fault of its own.
			set[place.kind+place.name] = true
			a.addTerm(place.kind, place.name, str("unknown"), place.path)
			continue
		}
		number, ok := dockerAmount(v.Text, place.name == "memory")
		if ok && number == "0" {
			continue // zero means unlimited to Docker
		}
		set[place.kind+place.name] = true
		a.add(place.kind, place.name, number, ok, place.path)
	}
	return a.term()
}

var dockerSize = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?|\.[0-9]+) ?([bkmgtp]?)i?b?$`)

// dockerAmount reads Docker's sizes (512m, 1gb, powers of 1024) and numbers of cpus.
func dockerAmount(s string, size bool) (string, bool) {
	m := dockerSize.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil || (!size && m[2] != "") {
		return "", false
	}
	number, ok := new(big.Rat).SetString(m[1])
	if !ok {
		return "", false
	}
	if size {
		exponent := uint(10 * max(0, strings.Index("bkmgtp", m[2])))
		number.Mul(number, new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), exponent)))
	}
	return strings.TrimSuffix(strings.TrimRight(number.FloatString(9), "0"), "."), true
}

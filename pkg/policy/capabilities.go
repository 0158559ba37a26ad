package policy

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// capabilities is what a rule may call: everything of OPA's but what reaches outside the input (network, environment,
// clock, randomness), and what could hide a verdict in a side channel.
func capabilities() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.AllowNet = []string{}
	c.Builtins = slices.DeleteFunc(slices.Clone(c.Builtins), func(b *ast.Builtin) bool {
		if b.Nondeterministic {
			return true
		}
		switch b.Name {
		case "http.send", "opa.runtime", "rego.parse_module", "trace", "print", "time.now_ns", "rand.intn", "uuid.rfc4122":
			return true
		}
		return strings.HasPrefix(b.Name, "net.lookup") || strings.HasPrefix(b.Name, "providers.") ||
			strings.HasPrefix(b.Name, "io.jwt.")
	})
	return c
}

package plan

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// clocked reports whether a built-in function looks at the time, though OPA does not list it as nondeterministic.
func clocked(name string) bool {
	return name == ast.JWTDecodeVerify.Name || strings.HasPrefix(name, "crypto.x509.parse_and_verify_certificates")
}

// builtin calls a built-in function. A relation yields the array of its results.
func (m *machine) builtin(c *call, f *frame) (*ast.Term, error) {
	at := len(m.args)
	for _, operand := range c.args {
		v := m.operand(operand, f)
		if v == nil {
			m.args = m.args[:at]
			return nil, errPlan
		}
		m.args = append(m.args, v)
	}
	args := m.args[at:]
	m.args = m.args[:at]
	if c.direct != nil {
		if out, ok := c.direct(m, args); ok {
			return out, nil
		}
	}
	operands := make([]*ast.Term, len(args)) // a built-in function may keep them
	copy(operands, args)
	m.bctx.Location = c.location
	if c.relation {
		return m.relation(c, operands)
	}
	var out *ast.Term
	err := c.builtin(m.bctx, operands, func(t *ast.Term) error {
		out = t
		return nil
	})
	if err != nil {
		return nil, err
	}
	if out == nil && c.void {
		out = ast.InternedTerm(true)
	}
	return out, nil
}

func (m *machine) relation(c *call, operands []*ast.Term) (*ast.Term, error) {
	var all []*ast.Term
	err := c.builtin(m.bctx, operands, func(t *ast.Term) error {
		if m.ticks++; m.ticks&255 == 0 && m.cancel != nil && m.cancel.Cancelled() {
			return cancelled()
		}
		all = append(all, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ast.ArrayTerm(all...), nil
}

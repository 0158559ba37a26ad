package compose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// Ranges of ports become an entry a port, as Docker has it, up to these numbers; wider ones stay one entry, since nothing
// is learnt from sixty thousand.
const (
	maxRange = 100
	maxPorts = 10_000 // of all ranges of a project
)

// ports writes ports in long form where compose-go cannot read them or would make too many, and drops those that are none.
func (l *assembler) ports(d *draft, service map[string]any, at []any) {
	list, _ := service["ports"].([]any)
	for i := len(list) - 1; i >= 0; i-- {
		s, ok := list[i].(string)
		if !ok {
			list = l.needsTarget(d, service, at, "ports", i)
			continue
		}
		if p := portSpec(s); unresolved(s) || l.wide(p) {
			if long := p.long(); long != nil {
				list[i] = long
				continue
			}
		} else if _, err := types.ParsePortConfig(s); err == nil {
			continue
		}
		message, remedy := "is not a port Compose can read", "write [HOST:]CONTAINER[/PROTOCOL]"
		if name := missing(s); name != "" {
			message, remedy = "cannot be read: "+name+" has no value", remedyVariable(name)
		}
		l.drop(d, append(slices.Clone(at), "ports", i), message, remedy)
		list, _ = service["ports"].([]any)
	}
}

// port is a port in short form, taken apart: [[IP:]PUBLISHED:]TARGET[/PROTOCOL].
type port struct{ ip, published, target, protocol string }

func portSpec(s string) port {
	parts := splitOutside(s)
	n := len(parts)
	target, protocol, ok := strings.Cut(parts[n-1], "/")
	if !ok {
		protocol = "tcp"
	}
	p := port{target: target, protocol: protocol}
	if n > 1 {
		p.published = parts[n-2]
	}
	if n > 2 {
		p.ip = strings.Trim(strings.Join(parts[:n-2], ":"), "[]")
	}
	return p
}

// long returns the port in long form, nil when its target is neither a number nor a variable, nor a range that the
// published side has too.
func (p port) long() map[string]any {
	out := map[string]any{"mode": "ingress", "protocol": p.protocol, "target": p.target}
	if from, to, ok := portRange(p.target); ok {
		if a, b, _ := portRange(p.published); to > from && p.published != "" && b-a != to-from {
			return nil
		}
		out["target"] = from
	} else if !unresolved(p.target) {
		return nil
	}
	if p.published != "" {
		out["published"] = p.published
	}
	if p.ip != "" {
		out["host_ip"] = p.ip
	}
	return out
}

// wide reports whether a port is a range that is not written out, and counts those that are.
func (l *assembler) wide(p port) bool {
	from, to, ok := portRange(p.target)
	if a, b, published := portRange(p.published); published && b-a > to-from {
		from, to, ok = a, b, true
	}
	if !ok || to == from {
		return false
	}
	if to-from >= maxRange || to-from > l.portsLeft {
		return true
	}
	l.portsLeft -= to - from
	return false
}

// portRange reads N or N-M.
func portRange(s string) (from, to int, ok bool) {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	a, err := strconv.ParseUint(first, 10, 16)
	b, err2 := strconv.ParseUint(last, 10, 16)
	return int(a), int(b), err == nil && err2 == nil && a <= b
}

// splitOutside splits at the colons that stand outside of ${…} and of the brackets of an IPv6 address.
func splitOutside(s string) []string {
	var parts []string
	depth, start := 0, 0
	for i := range len(s) {
		switch {
		case s[i] == '{', s[i] == '[':
			depth++
		case s[i] == '}', s[i] == ']':
			depth--
		case s[i] == ':' && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

package plan

import "strings"

// sources are the sensitive things an expression of one module can refer to.
type sources struct {
	document
	exact   map[string]bool // var.NAME, module.NAME.OUTPUT
	modules map[string]bool // module.NAME, of those that have a sensitive output
}

// expression reads what is at i: an attribute's expression, {"references": […]} or {"constant_value": …}; a block, which is an
// object of those; or a list of blocks. It returns the place behind it, too.
func (s sources) expression(i int) (t *taint, end int) {
	if s.document[i] == '[' {
		end = s.array(i, func(at int) int {
			below, end := s.expression(at)
			t = t.merge(below)
			return end
		})
		return t, end
	}
	attribute := false
	end = s.object(i, func(key span, at int) int {
		name := string(s.name(key))
		if name == "references" && s.document[at] == '[' {
			sensitive, end := s.refers(at)
			if attribute = true; sensitive {
				t = t.merge(&taint{all: true})
			}
			return end
		}
		below, end := s.expression(at)
		if below != nil && !attribute {
			t = t.merge(&taint{names: map[string]*taint{name: below}})
		}
		return end
	})
	return t, end
}

// refers reports whether one of the references in the list at i is to something sensitive.
func (s sources) refers(i int) (sensitive bool, end int) {
	whole, parts := map[string]bool{}, map[string]bool{}
	end = s.array(i, func(at int) int {
		end := s.skip(at)
		steps := strings.SplitN(withoutKeys(s.text(spanOf(at, end))), ".", 4)
		switch {
		case steps[0] == "var" && len(steps) > 1:
			sensitive = sensitive || s.exact["var."+steps[1]]
		case steps[0] == "module" && len(steps) > 2:
			parts["module."+steps[1]] = true
			sensitive = sensitive || s.exact[strings.Join(steps[:3], ".")]
		case steps[0] == "module" && len(steps) == 2:
			whole["module."+steps[1]] = true
		}
		return end
	})
	// The tool lists module.x beside each module.x.y; alone it stands for all of them.
	for name := range whole {
		sensitive = sensitive || s.modules[name] && !parts[name]
	}
	return sensitive, end
}

package plan

// configuration is what the section of that name says is sensitive.
type configuration struct {
	document
	variables map[string]bool   // of the root module, whether sensitive
	outputs   map[string]bool   // of the root module, the sensitive ones
	resources map[string]*taint // by module, a space and address, both without keys of instances
	constants []span            // values that are given to sensitive variables
	calls     int               // of modules
	refused   *Error            // there are too many of them
}

// module is a module's configuration.
type module struct {
	variables, outputs, resources span
	calls                         []call
}

// call is the call of a module.
type call struct {
	name        string
	expressions span
	module      module
}

func (d document) configuration(section span) *configuration {
	c := &configuration{document: d, variables: map[string]bool{}, outputs: map[string]bool{}, resources: map[string]*taint{}}
	root := d.property(section, "root_module")
	if d.kind(root) != '{' {
		return c
	}
	m, _ := c.module(int(root.s))
	c.outputs = c.sensitive(m.outputs)
	for key := range d.members(m.variables) {
		c.variables[string(d.name(key))] = false
	}
	for name := range c.judge("", &m, nil) {
		c.variables[name] = true
	}
	return c
}

// module reads the module at i and those it calls.
func (c *configuration) module(i int) (m module, end int) {
	one := func(key span, at int) int {
		if c.calls++; c.calls > maxEntries {
			c.refused = refuse(at, "split the root module", "the configuration calls more than %d modules", maxEntries)
			return c.skip(at)
		}
		made := call{name: string(c.name(key))}
		end := c.object(at, func(key span, at int) (end int) {
			switch string(c.name(key)) {
			case "module":
				made.module, end = c.module(at)
			case "expressions":
				end = c.skip(at)
				made.expressions = spanOf(at, end)
			default:
				end = c.skip(at)
			}
			return end
		})
		m.calls = append(m.calls, made)
		return end
	}
	end = c.object(i, func(key span, at int) int {
		name := string(c.name(key))
		if name == "module_calls" {
			return c.object(at, one)
		}
		end := c.skip(at)
		switch name {
		case "variables":
			m.variables = spanOf(at, end)
		case "outputs":
			m.outputs = spanOf(at, end)
		case "resources":
			m.resources = spanOf(at, end)
		}
		return end
	})
	return m, end
}

// sensitive are the names among variables or outputs that say so.
func (c *configuration) sensitive(list span) map[string]bool {
	names := map[string]bool{}
	for key, value := range c.members(list) {
		for k, v := range c.members(value) {
			switch string(c.name(k)) {
			case "sensitive", "ephemeral":
				if kind := c.kind(v); kind != 'f' && kind != 'n' {
					names[string(c.name(key))] = true
				}
			}
		}
	}
	return names
}

// judge finds what is sensitive in a module and in those it calls. given are its variables that get something sensitive. It
// returns the names of the variables that say themselves that they are.
func (c *configuration) judge(path string, m *module, given map[string]bool) map[string]bool {
	names := c.sensitive(m.variables)
	for key, value := range c.members(m.variables) {
		if names[string(c.name(key))] {
			c.constants = append(c.constants, c.property(value, "default"))
		}
	}
	s := sources{c.document, map[string]bool{}, map[string]bool{}}
	for _, list := range []map[string]bool{names, given} {
		for name := range list {
			s.exact["var."+name] = true
		}
	}
	for i := range m.calls {
		name := "module." + m.calls[i].name
		for output := range c.sensitive(m.calls[i].module.outputs) {
			s.exact[name+"."+output] = true
			s.modules[name] = true
		}
	}
	for i := range m.calls {
		c.judgeCall(path, &m.calls[i], s)
	}
	if len(s.exact) == 0 {
		return names
	}
	for r := range c.elements(m.resources) {
		expressions := c.property(r, "expressions")
		if c.kind(expressions) != '{' {
			continue
		}
		if t, _ := s.expression(int(expressions.s)); t != nil {
			c.resources[path+" "+c.text(c.property(r, "address"))] = t
		}
	}
	return names
}

// judgeCall judges a called module.
func (c *configuration) judgeCall(path string, m *call, s sources) {
	given, constants := map[string]bool{}, map[string]span{}
	for key, value := range c.members(m.expressions) {
		name := string(c.name(key))
		if t, _ := s.expression(int(value.s)); t != nil {
			given[name] = true
		}
		constants[name] = c.property(value, "constant_value")
	}
	if path != "" {
		path += "."
	}
	for name := range c.judge(path+m.name, &m.module, given) {
		c.constants = append(c.constants, constants[name])
	}
}

package plan

// facts are what both later steps work on: where the entries' parts stand, and which values are secret.
type facts struct {
	*top
	entries   []entry // of resource_changes, then resource_drift, then deferred_changes
	config    *configuration
	secrets   *secrets
	drift     int // index of the first of resource_drift
	deferrals int // and of deferred_changes
}

// gatherer is one worker's state.
type gatherer struct {
	tree  tree
	found *findings
}

// gather finds the entries' parts and, in all of the plan, the values that are marked as sensitive.
func (t *top) gather(workers int) (*facts, *Error) {
	f := &facts{top: t, drift: len(t.changes), deferrals: len(t.changes) + len(t.drift)}
	f.entries = make([]entry, f.deferrals+len(t.deferred))
	f.config = t.configuration(t.values["configuration"])
	if f.config.refused != nil {
		return nil, f.config.refused
	}
	states := make([]*gatherer, workers)
	all := make([]*findings, workers)
	for i := range states {
		states[i] = &gatherer{tree{document: t.document}, newFindings()}
		all[i] = states[i].found
	}
	var sections []func(*gatherer) *Error
	for _, values := range []span{t.values["planned_values"], t.property(t.values["prior_state"], "values")} {
		sections = append(sections, func(g *gatherer) *Error { return g.state(values, f.config.outputs) })
	}
	sections = append(sections, f.variables, f.outputs, f.invocations)
	// The sections come first, and each is a batch of its own: the largest of them takes as long as many entries.
	lead := len(sections) * batch
	refused := parallel(states, lead+len(f.entries), func(g *gatherer, i int) *Error {
		if i >= lead {
			return f.find(g, i-lead)
		}
		if i%batch == 0 {
			return sections[i/batch](g)
		}
		return nil
	})
	if refused != nil {
		return nil, refused
	}
	f.secrets = index(all)
	return f, nil
}

// find reads the entry at i.
func (f *facts) find(g *gatherer, i int) (refused *Error) {
	var e entry
	switch {
	case i < f.drift:
		e, refused = f.entry(f.changes[i])
	case i < f.deferrals:
		e, refused = f.entry(f.top.drift[i-f.drift])
	default:
		e, refused = f.deferral(f.deferred[i-f.deferrals])
	}
	if refused != nil {
		return refused
	}
	f.entries[i] = e
	if refused := g.marked(e.before, e.beforeMarks); refused != nil {
		return refused
	}
	return g.marked(e.after, e.afterMarks)
}

// marked takes what a mark covers of a value.
func (g *gatherer) marked(value, mark span) *Error {
	if g.tree.blank(mark) || value.e == 0 {
		return nil
	}
	g.tree.reset()
	m := g.tree.add(mark)
	if g.tree.marked(m) {
		if v := g.tree.add(value); g.tree.refused == nil {
			g.found.addMarked(&g.tree, v, m)
		}
	}
	return g.tree.refused
}

// whole takes all of a value.
func (g *gatherer) whole(value span) *Error {
	g.tree.reset()
	v := g.tree.add(value)
	if g.tree.refused == nil {
		g.found.add(&g.tree, v)
	}
	return g.tree.refused
}

// state reads the values of planned_values or prior_state: outputs, and modules with resources.
func (g *gatherer) state(values span, sensitive map[string]bool) (refused *Error) {
	d := g.tree.document
	for key, value := range d.members(values) {
		switch string(d.name(key)) {
		case "root_module":
			_, found := g.module(int(value.s))
			refused = first(refused, found)
		case "outputs":
			for name, output := range d.members(value) {
				kind := d.kind(d.property(output, "sensitive"))
				if kind != 0 && kind != 'f' && kind != 'n' || sensitive[string(d.name(name))] {
					refused = first(refused, g.whole(d.property(output, "value")))
				}
			}
		}
	}
	return refused
}

// module reads the module at i and those below.
func (g *gatherer) module(i int) (end int, refused *Error) {
	d := g.tree.document
	resource := func(at int) int {
		end := d.skip(at)
		refused = first(refused, g.pair(spanOf(at, end), "values", "sensitive_values"))
		return end
	}
	child := func(at int) int {
		end, found := g.module(at)
		refused = first(refused, found)
		return end
	}
	end = d.object(i, func(key span, at int) int {
		switch string(d.name(key)) {
		case "resources":
			return d.array(at, resource)
		case "child_modules":
			return d.array(at, child)
		}
		return d.skip(at)
	})
	return end, refused
}

// pair takes what one member of an object marks of another.
func (g *gatherer) pair(object span, values, marks string) *Error {
	d := g.tree.document
	var value, mark span
	for key, v := range d.members(object) {
		switch string(d.name(key)) {
		case values:
			value = v
		case marks:
			mark = v
		}
	}
	return g.marked(value, mark)
}

// variables takes the values of sensitive variables: all of those whose configuration is not there.
func (f *facts) variables(g *gatherer) *Error {
	for key, variable := range f.members(f.values["variables"]) {
		if sensitive, declared := f.config.variables[string(f.name(key))]; sensitive || !declared {
			if refused := g.whole(f.property(variable, "value")); refused != nil {
				return refused
			}
		}
	}
	for _, value := range f.config.constants {
		if refused := g.whole(value); refused != nil {
			return refused
		}
	}
	return nil
}

// outputs takes the values of sensitive outputs.
func (f *facts) outputs(g *gatherer) *Error {
	for key, change := range f.members(f.values["output_changes"]) {
		sensitive := f.config.outputs[string(f.name(key))]
		for _, side := range []string{"before", "after"} {
			value := f.property(change, side)
			refused := g.marked(value, f.property(change, side+"_sensitive"))
			if sensitive && refused == nil {
				refused = g.whole(value)
			}
			if refused != nil {
				return refused
			}
		}
	}
	return nil
}

// invocations takes what is marked in the configuration of actions.
func (f *facts) invocations(g *gatherer) *Error {
	for invocation := range f.elements(f.values["action_invocations"]) {
		if refused := g.pair(invocation, "config_values", "config_sensitive"); refused != nil {
			return refused
		}
	}
	for deferred := range f.elements(f.values["deferred_action_invocations"]) {
		if refused := g.pair(f.property(deferred, "action_invocation"), "config_values", "config_sensitive"); refused != nil {
			return refused
		}
	}
	return nil
}

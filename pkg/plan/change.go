package plan

import (
	"cmp"
	"slices"
	"strings"
)

// Bounds on attributes. Together they keep the facts of a hostile plan within a few times its size.
const (
	maxAttributes = 1000      // of one change
	minAttributes = 8         // whatever the number of changes
	allAttributes = 2_000_000 // of all changes
)

// fill makes the changes and outputs of a plan.
func (f *facts) fill(p *Plan, workers int) *Error {
	p.Unknown = f.unknown
	refused := f.outputChanges(p)
	limit := min(max(allAttributes/max(len(f.entries), 1), minAttributes), maxAttributes)
	states := make([]*walk, workers)
	for i := range states {
		states[i] = &walk{tree: &tree{document: f.document}, secrets: f.secrets, limit: limit}
	}
	all := make([]*Change, len(f.entries))
	if refused := first(refused, parallel(states, len(all), func(w *walk, i int) (refused *Error) {
		all[i], refused = f.change(w, i)
		return refused
	})); refused != nil {
		return refused
	}
	p.Changes, p.Drift, p.Deferred = kept(all[:f.drift]), kept(all[f.drift:f.deferrals]), kept(all[f.deferrals:])
	p.Unchanged = f.drift - len(p.Changes)
	return nil
}

// kept are the changes that are not left out, side by side.
func kept(all []*Change) []Change {
	n := 0
	for _, c := range all {
		if c != nil {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	changes := make([]Change, 0, n)
	for i, c := range all {
		if c != nil {
			changes = append(changes, *c)
			all[i] = nil
		}
	}
	return changes
}

// change makes one change, nil when it is none to tell.
func (f *facts) change(w *walk, i int) (*Change, *Error) {
	e := &f.entries[i]
	actions, action := f.action(e.actions)
	if action == "" {
		at := cmp.Or(e.actions.s, e.change.s)
		return nil, refuse(int(at), "update cdbgate", "the actions of a change are missing, or none this reader knows")
	}
	importing := f.present(e.importing)
	address, previous := f.text(e.address), f.text(e.previous)
	if action == NoOp {
		switch {
		case importing:
			action = Import
		case previous != "" && previous != address:
			action = Move
		case i < f.drift:
			return nil, nil
		}
	}
	mode := f.text(e.mode)
	if i < f.drift && action == ReadData && mode == "data" {
		return nil, nil
	}
	c := &Change{
		Address: address, PreviousAddress: previous, Module: f.text(e.module), Mode: mode, Type: f.text(e.kindOf),
		Name: f.text(e.name), Provider: f.text(e.provider), Deposed: f.text(e.deposed),
		Actions: actions, Action: action, Reason: w.reason(f.text(e.reason)), Importing: importing, Offset: int64(e.whole.s),
	}
	c.Index = f.index(e, c)
	if refused := w.attributesOf(e, f.taint(c), c); refused != nil {
		return nil, refused
	}
	if drift := i >= f.drift && i < f.deferrals; drift && (action == NoOp || action == Move) && len(c.Attributes) == 0 {
		return nil, nil
	}
	return c, nil
}

// attributesOf compares the two sides of an entry.
func (w *walk) attributesOf(e *entry, t *taint, c *Change) *Error {
	w.reset()
	w.notes, w.text, w.cut, w.path = w.notes[:0], w.text[:0], 0, w.path[:0]
	v := sides{w.add(e.before), w.add(e.after), w.add(e.beforeMarks), w.add(e.afterMarks), w.add(e.unknown)}
	replace := w.add(e.replace)
	if w.refused != nil {
		return w.refused
	}
	w.compare(v, t)
	c.Attributes, c.Unknown = w.attributes()
	c.Cut = w.cut
	c.ReplacePaths = w.replacePaths(replace, v)
	return nil
}

// index is the key of the instance as the address ends with it.
func (f *facts) index(e *entry, c *Change) string {
	if !f.present(e.index) {
		return ""
	}
	prefix := c.Type + "." + c.Name
	if c.Mode == "data" {
		prefix = "data." + prefix
	}
	if c.Module != "" {
		prefix = c.Module + "." + prefix
	}
	if rest, ok := strings.CutPrefix(c.Address, prefix+"["); ok && strings.HasSuffix(rest, "]") {
		return strings.TrimSuffix(rest, "]")
	}
	return string(f.raw(e.index))
}

// taint is what the configuration says of the change's resource.
func (f *facts) taint(c *Change) *taint {
	if len(f.config.resources) == 0 {
		return nil
	}
	var names []string
	for i, step := range strings.Split(withoutKeys(c.Module), ".") {
		if i%2 == 1 { // module.a.module.b
			names = append(names, step)
		}
	}
	resource := c.Type + "." + c.Name
	if c.Mode == "data" {
		resource = "data." + resource
	}
	return f.config.resources[strings.Join(names, ".")+" "+resource]
}

// outputChanges makes the changes of outputs.
func (f *facts) outputChanges(p *Plan) *Error {
	seen := map[string]bool{}
	for key, change := range f.members(f.values["output_changes"]) {
		name := string(f.name(key))
		if seen[name] {
			return refuse(int(key.s), showAgain, "an output stands twice")
		}
		seen[name] = true
		var e entry
		if refused := f.fields(&e, change, changeFields); refused != nil {
			return refused
		}
		actions, action := f.action(e.actions)
		switch action {
		case "":
			return refuse(int(change.s), "update cdbgate", "the actions of an output are missing, or none this reader knows")
		case NoOp:
			continue
		}
		sensitive := f.config.outputs[name] || f.marks(e.beforeMarks) || f.marks(e.afterMarks)
		p.Outputs = append(p.Outputs, Output{name, actions, action, sensitive})
	}
	slices.SortFunc(p.Outputs, func(a, b Output) int { return cmp.Compare(a.Name, b.Name) })
	return nil
}

// marks reports whether a mark covers anything.
func (f *facts) marks(mark span) bool {
	if f.blank(mark) {
		return false
	}
	t := &tree{document: f.document}
	return t.marked(t.add(mark)) || t.refused != nil
}

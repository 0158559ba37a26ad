package plan

import "bytes"

// entry is where the parts of one change stand; what is absent has the zero span.
type entry struct {
	whole span

	address, previous, module, mode, kindOf, name, provider, deposed, index, reason, change span
	actions, importing, before, after, beforeMarks, afterMarks, unknown, replace            span
}

// field names a part of an entry.
type field struct {
	name string
	kind byte // of its value when it has one; 0 for any
	in   func(*entry) *span
}

var entryFields = []field{
	{"address", '"', func(e *entry) *span { return &e.address }},
	{"previous_address", '"', func(e *entry) *span { return &e.previous }},
	{"module_address", '"', func(e *entry) *span { return &e.module }},
	{"mode", '"', func(e *entry) *span { return &e.mode }},
	{"type", '"', func(e *entry) *span { return &e.kindOf }},
	{"name", '"', func(e *entry) *span { return &e.name }},
	{"provider_name", '"', func(e *entry) *span { return &e.provider }},
	{"deposed", '"', func(e *entry) *span { return &e.deposed }},
	{"index", 0, func(e *entry) *span { return &e.index }},
	{"action_reason", '"', func(e *entry) *span { return &e.reason }},
	{"change", '{', func(e *entry) *span { return &e.change }},
}

var changeFields = []field{
	{"actions", '[', func(e *entry) *span { return &e.actions }},
	{"importing", '{', func(e *entry) *span { return &e.importing }},
	{"before", 0, func(e *entry) *span { return &e.before }},
	{"after", 0, func(e *entry) *span { return &e.after }},
	{"before_sensitive", 0, func(e *entry) *span { return &e.beforeMarks }},
	{"after_sensitive", 0, func(e *entry) *span { return &e.afterMarks }},
	{"after_unknown", 0, func(e *entry) *span { return &e.unknown }},
	{"replace_paths", '[', func(e *entry) *span { return &e.replace }},
}

// entry finds the parts of a change.
func (d document) entry(v span) (entry, *Error) {
	e := entry{whole: v}
	if d.kind(v) != '{' {
		return e, refuse(int(v.s), showAgain, "a change is not an object")
	}
	if refused := d.fields(&e, v, entryFields); refused != nil {
		return e, refused
	}
	if !d.present(e.address) || d.text(e.address) == "" {
		return e, refuse(int(v.s), showAgain, "a change has no address")
	}
	if !d.present(e.change) {
		return e, refuse(int(v.s), showAgain, "a change does not say what changes")
	}
	return e, d.fields(&e, e.change, changeFields)
}

// fields finds the fields among an object's members. A field that stands twice is refused, for readers differ in which they
// take.
func (d document) fields(e *entry, v span, fields []field) *Error {
	for key, value := range d.members(v) {
		name := d.name(key)
		for i := range fields {
			f := &fields[i]
			if len(f.name) != len(name) || string(name) != f.name {
				if bytes.EqualFold(name, []byte(f.name)) {
					return refuse(int(key.s), showAgain, "%s is spelt with other letters", f.name)
				}
				continue
			}
			into := f.in(e)
			if into.e != 0 {
				return refuse(int(key.s), showAgain, "%s stands twice in a change", f.name)
			}
			if f.kind != 0 && d.present(value) && d.kind(value) != f.kind {
				return refuse(int(value.s), showAgain, "%s of a change has the wrong type", f.name)
			}
			*into = value
		}
	}
	return nil
}

// deferral finds the parts of a deferred change, whose reason takes the place of action_reason.
func (d document) deferral(v span) (entry, *Error) {
	var reason, change span
	for key, value := range d.members(v) {
		var into *span
		switch string(d.name(key)) {
		case "reason":
			into = &reason
		case "resource_change":
			into = &change
		default:
			continue
		}
		if into.e != 0 {
			return entry{}, refuse(int(key.s), showAgain, "a property of a deferred change stands twice")
		}
		*into = value
	}
	if !d.present(change) {
		return entry{}, refuse(int(v.s), showAgain, "a deferred change does not say what changes")
	}
	e, refused := d.entry(change)
	if d.kind(reason) == '"' {
		e.reason = reason
	}
	e.whole = v
	return e, refused
}

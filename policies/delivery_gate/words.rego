package cdbgate.delivery_gate

# what_happened words a change.
what_happened := sprintf("%s is added", [input.document.path]) if input.document.kind == "added"

what_happened := sprintf("%s is changed", [input.document.path]) if input.document.kind == "modified"

what_happened := sprintf("%s is deleted", [input.document.path]) if input.document.kind == "deleted"

what_happened := sprintf("%s is renamed from %s", [input.document.path, input.document.from]) if input.document.kind == "renamed"

what_happened := sprintf("%s becomes %s", [input.document.path, turned_into]) if input.document.kind == "type-changed"

turned_into := article(input.document.mode_after) if input.document.mode_after in {"symlink", "submodule"}

turned_into := "a regular file" if input.document.mode_after in {"file", "executable"}

# is_class tells what the changed path was taken for.
is_class(name) if {
	some c in input.context.classes
	c.class == name
}

# why words the reasons for a class.
why(name) := concat("; ", sort({c.why | some c in input.context.classes; c.class == name}))

is_change if input.context.subject == "change"

# a_changed_infrastructure is one of the paths that Delivery Mode is about.
a_changed_infrastructure if {
	is_change
	is_class("infrastructure")
}

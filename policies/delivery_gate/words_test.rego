package cdbgate.delivery_gate_test

import data.cdbgate.delivery_gate

happened(changes) := what if what := delivery_gate.what_happened with input as a_change(changes)

test_what_happened if {
	happened(added) == "docs/a.txt is added"
	happened({}) == "docs/a.txt is changed"
	happened(deleted) == "docs/a.txt is deleted"
	happened(renamed_from("a.txt")) == "docs/a.txt is renamed from a.txt"
}

test_what_happened_of_another_type if {
	every mode, what in {
		"symlink": "a symbolic link", "submodule": "a submodule", "file": "a regular file", "executable": "a regular file",
	} {
		happened({"kind": "type-changed", "mode_after": mode}) == sprintf("docs/a.txt becomes %s", [what])
	}
}

test_article if {
	delivery_gate.article("symlink") == "a symbolic link"
	delivery_gate.article("directory") == "a directory"
	delivery_gate.article("submodule") == "a submodule"
	not delivery_gate.article("file")
}

test_is_class if {
	doc := taken_for(a_change({}), "gate-rules", "it runs the gate")
	delivery_gate.is_class("gate-rules") with input as doc
	not delivery_gate.is_class("infrastructure") with input as doc
	not delivery_gate.is_class("gate-rules") with input as a_change({})
}

test_why if {
	doc := knowing(a_change({}), {"classes": [
		{"class": "infrastructure", "why": "it holds Terraform"},
		{"class": "gate-rules", "why": "it runs the gate"},
		{"class": "infrastructure", "why": "it builds an image"},
	]})
	"it builds an image; it holds Terraform" == delivery_gate.why("infrastructure") with input as doc
	"it runs the gate" == delivery_gate.why("gate-rules") with input as doc
	"" == delivery_gate.why("approval") with input as doc
}

test_is_change if {
	delivery_gate.is_change with input as a_change({})
	not delivery_gate.is_change with input as a_commit({})
}

test_a_changed_infrastructure if {
	delivery_gate.a_changed_infrastructure with input as infrastructure({})
	not delivery_gate.a_changed_infrastructure with input as a_change({})
	not delivery_gate.a_changed_infrastructure with input as knowing(a_commit({}), {"classes": [{"class": "infrastructure", "why": "x"}]})
}

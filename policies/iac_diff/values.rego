package cdbgate.iac_diff

is_object if input.context.subject == "object"

is_role(role) if {
	is_object
	input.context.role == role
}

is_flux(kind) if {
	is_object
	input.context.family == "flux"
	input.document.kind == kind
}

is_argo(kind) if {
	is_object
	input.context.family == "argocd"
	input.document.kind == kind
}

# absent is what object.get finds where there is nothing.
absent := {"absent": true}

at(path) := object.get(input.document, path, absent) if type_name(input.document) == "object"

is_set(path) if not at(path) in {absent, null}

# resolved is the value at a path with its variables put in, undefined when they are not known.
resolved(path) := value if {
	not has_variable(path)
	value := at(path)
} else := input.context.variables[dotted(path)].text if {
	input.context.variables[dotted(path)].known
}

has_variable(path) if input.context.variables[dotted(path)]

unprovable(path) if {
	has_variable(path)
	not input.context.variables[dotted(path)].known
}

# is_true takes a variable's text as well: it is put in before YAML is read.
is_true(path) if at(path) == true

is_true(path) if {
	has_variable(path)
	resolved(path) == "true"
}

# is_filled is true of whatever is there and not empty, of the wrong type, too.
is_filled(path) if {
	is_set(path)
	not at(path) in {[], {}, ""}
}

dotted(path) := concat(".", [sprintf("%v", [step]) | some step in path])

# duration_pattern is what Flux's schemas take for a duration.
duration_pattern := `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`

is_duration(value) if {
	is_string(value)
	regex.match(duration_pattern, value)
}

# nanoseconds is a duration's length; time.parse_duration_ns fails beyond 292 years.
nanoseconds(duration) := sum([length |
	some part in regex.find_all_string_submatch_n(`([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)`, duration, -1)
	length := to_number(part[1]) * unit[part[2]]
])

unit := {"ms": 1000000, "s": 1000000000, "m": 60000000000, "h": 3600000000000}

longest := nanoseconds(params.max_reconcile_interval)

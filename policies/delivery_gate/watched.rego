package cdbgate.delivery_gate

# watched answers which paths the gate looks at, list by list, as globs.
watched := {
	"approval": [input.context.files.approval],
	"rules": array.concat(params.gate_files, input.context.files.rules),
	"runners": params.gate_runners,
	"infrastructure": params.infrastructure_paths,
	"not_infrastructure": params.infrastructure_exceptions,
}

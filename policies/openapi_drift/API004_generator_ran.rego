package cdbgate.openapi_drift

import data.cdbgate.lib

# METADATA
# title: The generator ran and wrote the spec
# description: >-
#   The project's generator starts, ends well and in time, and writes a spec that can be read. Otherwise nothing says that the
#   committed one is up to date.
# custom:
#   id: API004
#   severity: error
#   clauses: [GOV-5]
#   remediation: |-
#     Run the generator in a fresh clone, where nothing is left of earlier runs, and repair what it says:
#       git clone . /tmp/fresh
#       cd /tmp/fresh
#       make api-schema
deny contains violation if {
	some v in generator_flaws
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, [], v.message)
}

is_generator if input.context.subject == "generator"

default generator := {}

generator := input.context.generator if is_object(input.context.generator)

generator_flaws contains {"severity": "error", "message": concat("", [generator_command, " ", generator_failure, generator_network, generator_tail])} if is_generator

generator_flaws contains {"severity": "warning", "message": sprintf("%s left processes behind, which were ended: let it wait for what it starts", [generator_command])} if {
	is_generator
	generator.left == true
}

generator_flaws contains {"severity": "note", "message": sprintf("%s ran with a network, which this system cannot take away", [generator_command])} if {
	is_generator
	generator.network == true
	generator.network_allowed == false
}

default generator_command := "the generator"

generator_command := generator.command if text_at(generator, "command") != ""

default generator_output := "the spec"

generator_output := generator.output if text_at(generator, "output") != ""

# generator_failure is what tells most of several. It is undefined when nothing failed.
generator_failure := concat("", ["did not start", generator_problem]) if {
	not generator.started == true
} else := sprintf("did not end within %s", [time_limit]) if {
	generator.timed_out == true
} else := sprintf("printed more than %s", [output_limit]) if {
	generator.too_long == true
} else := sprintf("was ended by a signal (%s)", [generator.signal]) if {
	text_at(generator, "signal") != ""
} else := sprintf("failed with exit status %v", [object.get(generator, "exit_code", "unknown")]) if {
	not generator.exit_code == 0
} else := sprintf("ended well, but wrote nothing to %s", [generator_output]) if {
	not generator.wrote == true
} else := sprintf("wrote to %s what cannot be read: %s", [generator_output, generator.invalid]) if {
	text_at(generator, "invalid") != ""
}

# generator_network hints at what many a generator that fails lacks. One that ended well had all it needed.
default generator_network := ""

generator_network := " without a network, which --allow-network gives it" if {
	generator.network == false
	generator.started == true
	not generator_succeeded
}

generator_succeeded if {
	generator.exit_code == 0
	text_at(generator, "signal") == ""
	not generator.timed_out == true
}

default generator_problem := ""

generator_problem := sprintf(": %s", [generator.problem]) if text_at(generator, "problem") != ""

default time_limit := "the time that it has"

time_limit := "1 second" if generator.seconds == 1

time_limit := sprintf("%v seconds", [generator.seconds]) if {
	is_number(generator.seconds)
	generator.seconds != 1
}

default output_limit := "it may"

output_limit := sprintf("%d MiB", [round(mebibytes)]) if {
	is_number(generator.max_output)
	mebibytes := generator.max_output / 1048576
	mebibytes >= 1
	mebibytes == round(mebibytes)
} else := sprintf("%v bytes", [generator.max_output]) if {
	is_number(generator.max_output)
}

# generator_tail is the end of what it said, without the colours of a terminal.
default generator_tail := ""

generator_tail := sprintf("; it said: %s", [shortened(said)]) if {
	plain := regex.replace(text_at(generator, "stderr"), "\u001b\\[[0-9;:?]*[ -/]*[@-~]", "")
	said := concat(" / ", [line | some text in regex.split(`[\r\n]+`, plain); line := trim_space(text); line != ""])
	said != ""
}

shortened(text) := text if count(text) <= longest_tail

shortened(text) := concat("", ["…", substring(text, (count(text) - longest_tail) + 1, -1)]) if count(text) > longest_tail

# longest_tail is in characters: the last lines say what went wrong.
longest_tail := 300

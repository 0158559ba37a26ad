package cdbgate.openapi_drift

import data.cdbgate.lib

# METADATA
# title: No breaking change without a major version
# description: >-
#   What the base's spec promises still holds, unless info.version takes a major step (below 1.0.0 a minor one). A spec that is gone
#   promises nothing any longer, which no version allows.
# custom:
#   id: API003
#   severity: error
#   clauses: [GOV-5]
#   remediation: |-
#     Keep what was promised, and add the new beside it. Where it has to break, step to the next major version in the source that
#     info.version is generated from, so that the spec says:
#       info:
#         version: 2.0.0
deny contains violation if {
	some v in broken_promises
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, v.path, v.message)
}

is_changes if input.context.subject == "changes"

changes := input.document.changes if {
	is_changes
	is_array(input.document.changes)
}

spec_deleted if {
	is_changes
	input.context.deleted == true
}

broken_promises contains {"severity": "error", "path": [], "message": sprintf("%s is gone: whatever it described is no longer promised", [base_path])} if spec_deleted

broken_promises contains {"severity": severity, "path": ["changes", i], "message": message} if {
	not spec_deleted
	not breaking_allowed
	some i, change in changes
	severity := level_of(change)
	severity != "note"
	message := sprintf("%s; %s", [led_by(text_at(change, "operation"), change_words(change)), step_words])
}

broken_promises contains {"severity": "error", "path": [], "message": "nobody told what changed since the base"} if {
	is_changes
	not spec_deleted
	not changes
}

default base_path := "the spec"

base_path := input.context.base.path if text_at(input.context.base, "path") != ""

change_words(change) := concat("", [change_text(change), change_id(change), change_origin(change)])

default change_text(_) := "something changed"

change_text(change) := change.text if text_at(change, "text") != ""

default change_id(_) := ""

change_id(change) := sprintf(" [%s]", [change.id]) if text_at(change, "id") != ""

default change_origin(_) := ""

change_origin(change) := sprintf(" (%s in %s)", [change.base, base_name]) if text_at(change, "base") != ""

default base_name := "the base"

base_name := sprintf("base %s", [substring(input.context.base.commit, 0, 12)]) if text_at(input.context.base, "commit") != ""

default base_version := ""

base_version := text_at(input.context.base, "version")

default head_version := ""

head_version := text_at(input.context.head, "version")

breaking_allowed if later_number(head_number[0], base_number[0])

breaking_allowed if {
	head_number[0] == "0"
	base_number[0] == "0"
	later_number(head_number[1], base_number[1])
}

base_number := version_number(base_version)

head_number := version_number(head_version)

# version_number is major, minor and patch of a semantic version, as texts, since they may have any length. A short form, 1.2 or 1,
# has zeros for the rest and nothing behind them: 2026-03-02 is a date.
version_number(text) := [parts[1], parts[2], parts[3]] if {
	parts := regex.find_all_string_submatch_n(full_version, text, 1)[0]
} else := [parts[1], zero_if_none(parts[2]), "0"] if {
	parts := regex.find_all_string_submatch_n(short_version, text, 1)[0]
}

# full_version is the pattern of semver.org, with a v that may lead.
full_version := `^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$`

short_version := `^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?$`

zero_if_none("") := "0"

zero_if_none(digits) := digits if digits != ""

# Of two numbers without leading zeros the longer one is greater.
later_number(a, b) if [count(a), a] > [count(b), b]

earlier_version(a, b) if [[count(part), part] | some part in a] < [[count(part), part] | some part in b]

# step_words say why the versions allow nothing.
step_words := "info.version is missing in the base, so no step can be told: bring one, such as 1.0.0, to the base in a change of its own" if {
	base_version == ""
} else := sprintf("info.version %s of the base is no semantic version such as 1.2.0, so no step can be told: bring one to the base in a change of its own", [base_version]) if {
	not base_number
} else := "info.version is missing, so no step can be told: give the spec one, such as 2.0.0" if {
	head_version == ""
} else := sprintf("info.version %s is no semantic version such as 1.2.0, so no step can be told: give the spec one", [head_version]) if {
	not head_number
} else := sprintf("info.version stays %s", [head_version]) if {
	head_version == base_version
} else := sprintf("info.version goes back from %s to %s", [base_version, head_version]) if {
	earlier_version(head_number, base_number)
} else := sprintf("info.version steps from %s to %s, which is neither a major nor, below 1.0.0, a minor step", [base_version, head_version]) if {
	base_number[0] == "0"
} else := sprintf("info.version steps from %s to %s, which is no major step", [base_version, head_version])

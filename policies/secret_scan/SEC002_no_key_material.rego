package cdbgate.secret_scan

import data.cdbgate.lib

# METADATA
# title: No key material, state or plan file is tracked
# description: >-
#   Private keys, keystores, kubeconfigs with credentials, Terraform states and plans, and dotenv files with values are not in
#   Git. They are told by their content and by their path. An encrypted private key is a warning.
# custom:
#   id: SEC002
#   severity: error
#   clauses: [INF-8, GOV-1]
#   params: [key_material_paths, key_material_exceptions, dotenv_paths, dotenv_exceptions]
#   remediation: |-
#     Revoke or replace the key, and take the file out of Git; it stays in the history, so what it held counts as known:
#       git rm --cached cosign.key
#       echo cosign.key >> .gitignore
#     Keep keys in the secret store, states in a remote backend, and commit .env.example without values.
deny contains violation if {
	tracked_file
	some v in file_flaws
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, v.path, v.message)
}

tracked_file := input.context.file if {
	input.context.subject == "file"
	input.context.file.tracked == true
}

file_flaws contains {"severity": "error", "path": ["marks", i], "message": sprintf("%s is tracked", [material_words(mark.kind)])} if {
	not material_excepted
	some i, mark in tracked_file.marks
	mark.kind != "dotenv"
	not locked(mark)
}

file_flaws contains {"severity": "warning", "path": ["marks", i], "message": sprintf("an encrypted %s is tracked: whoever has it can try passwords without end", [lockable[mark.kind]])} if {
	not material_excepted
	some i, mark in tracked_file.marks
	locked(mark)
}

# What the content says is better than what the name says, and one message about it is enough.
file_flaws contains {"severity": "error", "path": [], "message": sprintf("%s is tracked, told by its name", [material_words(kind)])} if {
	not material_excepted
	some kind, pattern in material_patterns
	regex.match(pattern, tracked_file.path)
	not told_by_content(kind)
}

file_flaws contains {"severity": "error", "path": [], "message": sprintf("a dotenv file is tracked that gives %s a literal value", [lib.counted(tracked_file.assignments, "name", "names")])} if {
	tracked_file.assignments > 0
	is_dotenv
}

# locked tells a private key that only its password opens. The passwords of keystores are none to speak of.
locked(mark) if {
	mark.encrypted == true
	lockable[mark.kind]
}

lockable := {"private_key": "private key", "cosign_key": "cosign key", "age_key": "age key"}

told_by_content(kind) if {
	some mark in tracked_file.marks
	same_material(kind, mark.kind)
}

same_material(a, b) if a == b

same_material(a, b) if {
	lockable[a]
	lockable[b]
}

material_words(kind) := object.get(
	{
		"private_key": "a private key", "cosign_key": "a cosign key", "age_key": "an age key", "kubeconfig": "a kubeconfig",
		"terraform_state": "a Terraform state", "terraform_plan": "a Terraform plan", "pkcs12": "a PKCS#12 file",
		"java_keystore": "a Java keystore", "terraform_folder": "a file of Terraform's working folder",
		"password_database": "a password database", "credentials": "a file of credentials",
	},
	kind,
	sprintf("key material (%v)", [kind]),
)

material_patterns[kind] := any_of(patterns) if some kind, patterns in params.key_material_paths

material_excepted if {
	some pattern in params.key_material_exceptions
	regex.match(pattern, tracked_file.path)
}

is_dotenv if {
	some pattern in params.dotenv_paths
	regex.match(pattern, tracked_file.path)
	not dotenv_excepted
}

dotenv_excepted if {
	some pattern in params.dotenv_exceptions
	regex.match(pattern, tracked_file.path)
}

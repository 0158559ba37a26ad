package cdbgate.secret_scan

import data.cdbgate.lib

# METADATA
# title: No secret in the repository
# description: >-
#   gitleaks' rules find no secret, neither in the tree nor in the commits that are judged. A false positive is accepted in
#   .gitleaksignore, for one secret at one place. The secret is not part of the message.
# custom:
#   id: SEC001
#   severity: error
#   clauses: [INF-8, GOV-1]
#   remediation: |-
#     Revoke the secret first, where it was issued: whoever has a clone has it. Then remove it here, keep the new one in the secret
#     store, and refer to it. Accept a false positive by its fingerprint, [COMMIT:]PATH:RULE:LINE, in a commit of its own:
#       cdbgate secret-scan --accept docs/example.md:generic-api-key:12 --reason 'sample of the vendor, not valid anywhere'
deny contains violation if {
	some v in secret_flaws
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, [], v.message)
}

secret_flaws contains leak_flaw if input.context.subject == "leak"

# leak_flaw is undefined when the secret is accepted: the entry is about this very secret, and in force.
leak_flaw := {"severity": "error", "message": leak_words} if {
	not accepting
} else := {"severity": "error", "message": sprintf("%s: %s ignores another secret than the one that stands here", [leak_words, accepting_line])} if {
	not accepting.same == true
	not accepting.unproven == true
} else := {"severity": "error", "message": sprintf("%s: %s expired%s%s", [leak_words, accepting_line, expired_on, owned_by])} if {
	accepting.expired == true
} else := {"severity": "warning", "message": sprintf("%s: %s does not say which secret it is about: accept it anew with %s", [leak_words, accepting_line, accept_command])} if {
	not accepting.same == true
}

leak := input.context.leak

accepting := input.context.ignored if input.context.ignored != null

default accepting_line := "an entry of .gitleaksignore"

accepting_line := sprintf("line %v of .gitleaksignore", [accepting.line])

default expired_on := ""

expired_on := sprintf(" on %s", [accepting.expires]) if accepting.expires != ""

default owned_by := ""

owned_by := sprintf(" (owner: %s)", [accepting.owner]) if accepting.owner != ""

accept_command := sprintf("cdbgate secret-scan --accept %s --reason TEXT", [accept_fingerprint])

default accept_fingerprint := "FINGERPRINT"

accept_fingerprint := shell_word(leak.fingerprint) if leak.fingerprint != ""

# leak_words say what was found, where it is hidden, and where it comes from.
leak_words := concat("", [leak_kind, leak_inside, leak_origin, leak_past])

default leak_rule := "of no known rule"

leak_rule := leak.rule if leak.rule != ""

leak_kind := sprintf("a secret in base64 or another encoding (%s)", [leak_rule]) if {
	leak.decoded == true
} else := sprintf("a file of secrets, told by its name (%s)", [leak_rule]) if {
	leak.line == 0
} else := sprintf("a secret (%s)", [leak_rule])

default leak_inside := ""

leak_inside := sprintf(" in %s of the archive", [leak.inner]) if leak.inner != ""

default leak_origin := ""

leak_origin := sprintf(" that merge commit %s%s itself added", [substring(leak.commit, 0, 12), leak_date]) if {
	leak.commit != ""
	leak.merge == true
}

leak_origin := sprintf(" that commit %s%s added", [substring(leak.commit, 0, 12), leak_date]) if {
	leak.commit != ""
	not leak.merge == true
}

default leak_date := ""

leak_date := sprintf(" of %s", [substring(leak.author_date, 0, 10)]) if leak.author_date != ""

default leak_past := ""

leak_past := "; it is no longer in the tree, but in the history" if {
	leak.commit != ""
	leak.in_tree == false
}

entry := input.context.entry if input.context.subject == "ignore"

# The text of such a line is not said: it may be a secret that somebody put there by mistake.
secret_flaws contains {"severity": "warning", "message": sprintf("line %v of .gitleaksignore is no fingerprint, and ignores nothing", [entry.line])} if {
	entry.junk == true
}

secret_flaws contains {"severity": "warning", "message": sprintf("line %v of .gitleaksignore (%s) matches nothing any longer: remove it", [entry.line, entry.fingerprint])} if {
	entry.judged == true
	entry.used == false
	not entry.junk == true
}

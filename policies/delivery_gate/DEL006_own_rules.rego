package cdbgate.delivery_gate

import data.cdbgate.lib

# METADATA
# title: The gate's own rules do not change unseen
# description: >-
#   Policies, configuration, ignore lists, baselines, signers and the workflows that run the gate decide what every later
#   change is judged by. A change of them is said, judged by the base's, and needs the same proof of a human as the approval.
# custom:
#   id: DEL006
#   severity: error
#   clauses: [INF-9, INF-10]
#   params: [gate_files, gate_runners, agent_names, agent_mails, agent_trailers, platform_signers, platform_keys]
#   remediation: |-
#     Have a human make the commit anew and sign it with a key that governance/allowed_signers on the base lists:
#       git config gpg.format ssh
#       git config user.signingKey ~/.ssh/id_ed25519.pub
#       git rebase --exec 'git commit --amend --no-edit -S' <base>
deny contains violation if {
	some v in own_rules_violations
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, [], v.message)
}

own_rules_violations contains v if some v in proof_violations("rule_paths", "gate-rules", "the gate's own rules")

own_rules_violations contains {"severity": "note", "message": message} if {
	is_change
	is_class("gate-rules")
	message := sprintf("%s: %s; this run went by the trusted revision's", [what_happened, why("gate-rules")])
}

package cdbgate.delivery_gate

import data.cdbgate.lib

# METADATA
# title: Only a human changes the approval
# description: >-
#   Every commit of the change that touches the approval carries a valid signature by a key that the trusted revision lists for
#   a human. Where no signers are listed, at least nobody on the agent list made it, and a warning says that this proves nothing.
# custom:
#   id: DEL004
#   severity: error
#   clauses: [INF-9]
#   params: [agent_names, agent_mails, agent_trailers, platform_signers, platform_keys]
#   remediation: |-
#     Have a human make the commit anew and sign it with a key that governance/allowed_signers on the base lists:
#       git config gpg.format ssh
#       git config user.signingKey ~/.ssh/id_ed25519.pub
#       git rebase --exec 'git commit --amend --no-edit -S' <base>
#     A line of governance/allowed_signers reads: alice@example.org namespaces="git" ssh-ed25519 AAAA…
deny contains violation if {
	some v in proof_violations("approval_paths", "approval", "the approval")
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, [], v.message)
}

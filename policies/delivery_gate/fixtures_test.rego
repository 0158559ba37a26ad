package cdbgate.delivery_gate_test

import data.cdbgate.delivery_gate

# What the tests judge: an approval in force, a whole history, a change of infrastructure that the approval allows, and a
# commit that a listed signer signed; and the pieces to break them with.

now := "2026-06-15T12:00:00Z"

approval := {
	"path": "knowledge/governance/DELIVERY_APPROVED.yaml", "at": "1f0c", "kind": "file", "bytes": 160, "alike": [], "encoding": "",
	"documents": 1, "syntax": [], "duplicates": [], "anchors": [], "tags": [], "unknown": [], "misplaced": [], "labels": [],
	"approved": {"present": true, "boolean": true, "value": true, "written": "true"},
	"approved_at": {"present": true, "time": "2026-06-01T00:00:00Z", "written": "2026-06-01"},
	"expires_at": {"present": true, "time": "2026-07-01T00:00:00Z", "written": "2026-07-01"},
	"scope": {"present": false, "valid": true, "paths": []},
}

# an_approval is that approval with changes.
an_approval(changes) := object.union(approval, changes)

withdrawn := {"approved": {"value": false, "written": "false"}}

unsaid := {"present": false, "time": "", "written": ""}

missing := an_approval({
	"kind": "absent", "bytes": 0, "documents": 0, "approved": {"present": false, "boolean": false, "value": false, "written": ""},
	"approved_at": unsaid, "expires_at": unsaid,
})

quoted := {"approved": {"boolean": false, "value": false, "written": "the text \"true\""}}

expired := {"expires_at": {"time": "2026-06-15T12:00:00Z", "written": "2026-06-15T12:00:00Z"}}

to_come := {"approved_at": {"time": "2026-06-15T12:00:01Z", "written": "2026-06-15T12:00:01Z"}}

# about is an input about a subject: what all subjects know, and the subject's own.
about(subject, document, own) := {
	"document": document, "now": now,
	"context": object.union(
		{
			"subject": subject, "mode": "delivery", "proposed_mode": "delivery", "approval": approval, "proposed": null,
			"infrastructure": {"count": 0, "paths": []},
			"signers": {
				"configured": true, "problems": [], "openpgp_problems": [],
				"path": "governance/allowed_signers", "openpgp_path": "governance/allowed_signers.asc",
			},
		},
		own,
	),
}

# knowing is an input with changes in its context.
knowing(base, context) := object.union(base, {"context": context})

in_analysis(base, trusted) := knowing(base, {"mode": "analysis", "proposed_mode": "analysis", "approval": trusted})

no_signers(base) := knowing(base, {"signers": {"configured": false}})

# the_history is a whole history with changes.
the_history(changes) := about("history", null, {"history": object.union(
	{"plain": false, "base": true, "problems": [], "shallow": false, "grafts": false, "replaced": []},
	changes,
)})

# the_approval is the approval as the change leaves it.
the_approval(changes) := about("approval", {"delivery": {"approved": true}}, {"judged": an_approval(changes)})

# a_change is a changed path, in scope and of no class.
a_change(changes) := about(
	"change",
	object.union(
		{
			"path": "docs/a.txt", "from": "", "kind": "modified", "mode_before": "file", "mode_after": "file", "in_scope": true,
			"matches": {}, "from_matches": {}, "part": "", "mentions_gate": false, "content": null,
		},
		changes,
	),
	{"classes": [], "uncommitted": false, "accounted": true, "covered": {"trusted": true, "proposed": true}},
)

added := {"kind": "added", "mode_before": ""}

deleted := {"kind": "deleted", "mode_after": ""}

renamed_from(path) := {"kind": "renamed", "from": path}

# taken_for is a changed path of a class.
taken_for(base, class, why) := knowing(base, {"classes": [{"class": class, "why": why}]})

infrastructure(changes) := taken_for(a_change(object.union({"path": "deploy/web.yaml"}, changes)), "infrastructure", "its path fits deploy/**")

# a_commit touched the approval.
a_commit(changes) := about("commit", object.union(honest, changes), {"signature": signature})

honest := {
	"id": "0123456789abcdef0123456789abcdef01234567", "author": alice, "committer": alice, "trailers": [], "merge": false,
	"committed_at": "2026-06-10T08:00:00Z", "approval_paths": [approval.path], "rule_paths": [],
}

alice := {"name": "Alice Example", "mail": "alice@example.org"}

claude := {"name": "Claude", "mail": "noreply@anthropic.com"}

signature := {
	"format": "ssh", "key": "SHA256:k1", "verified": true, "code": "", "problem": "", "expires": null, "signers": [signer],
}

signer := {
	"source": "allowed signers line 3", "principals": ["alice@example.org"], "for_git": true, "cert_authority": false,
	"revoked": false, "revoked_why": "", "valid_after": null, "valid_before": null,
}

# a_signer is that signer with changes.
a_signer(changes) := object.union(signer, changes)

# signed is a commit whose signature has changes.
signed(changes) := knowing(a_commit({}), {"signature": changes})

signed_by(signers) := signed({"signers": signers})

unsigned := signed({
	"format": "unknown", "key": "", "verified": false, "code": "none", "problem": "the commit is not signed: sign it with git commit -S",
	"signers": [],
})

# verdicts are the [path, message] pairs of one rule.
verdicts(id, doc) := {[v.path, v.message] | some v in delivery_gate.deny with input as doc; v.rule == id}

# messages are the messages of one rule.
messages(id, doc) := {message | some [_, message] in verdicts(id, doc)}

# graded are the [severity, message] pairs of one rule; "" is the rule's own severity.
graded(id, doc) := {[object.get(v, "severity", ""), v.message] | some v in delivery_gate.deny with input as doc; v.rule == id}

# rules are the rules that deny.
rules(doc) := {v.rule | some v in delivery_gate.deny with input as doc}

test_what_follows_every_rule_passes if {
	every doc in [the_history({}), the_approval({}), a_change({}), infrastructure({}), infrastructure(added), a_commit({})] {
		delivery_gate.deny == set() with input as doc
	}
}

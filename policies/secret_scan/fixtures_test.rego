package cdbgate.secret_scan_test

import data.cdbgate.secret_scan

# What the tests judge: honest inputs, and the pieces to break them with.

the_commit := "0123456789abcdef0123456789abcdef01234567"

# a_leak is an input about a secret in the tree that no entry of .gitleaksignore is about.
a_leak(changes) := {
	"document": null, "source": {"path": "config/web.yaml", "kind": "text"}, "now": "2026-03-02T09:00:00Z",
	"context": {"subject": "leak", "mode": "worktree", "ignored": null, "leak": object.union(
		{
			"rule": "aws-access-token", "description": "Identified a pattern that may indicate AWS credentials.", "tags": [], "entropy": 3.5,
			"path": "config/web.yaml", "inner": "", "line": 12, "commit": "", "author_date": "", "merge": false, "decoded": false,
			"fingerprint": "config/web.yaml:aws-access-token:12", "in_tree": true,
		},
		changes,
	)},
}

# an_old_leak is the same in a commit.
an_old_leak(changes) := a_leak(object.union(
	{
		"commit": the_commit, "author_date": "2026-03-01T23:30:00+01:00",
		"fingerprint": concat(":", [the_commit, "config/web.yaml:aws-access-token:12"]),
	},
	changes,
))

# accepted is a leak with an entry of .gitleaksignore that is about it.
accepted(leak, changes) := knowing(leak, {"ignored": object.union(
	{
		"line": 4, "bound": true, "same": true, "unproven": false, "owner": "alice", "reason": "sample of the vendor",
		"expires": "2026-12-31", "expired": false,
	},
	changes,
)})

# an_entry is an input about an entry of .gitleaksignore.
an_entry(changes) := {"document": null, "source": {"path": ".gitleaksignore"}, "context": {"subject": "ignore", "entry": object.union(
	{
		"line": 4, "fingerprint": "config/web.yaml:aws-access-token:12", "junk": false, "used": true, "judged": true, "owner": "alice",
		"reason": "sample of the vendor", "expires": "", "expired": false, "bound": true,
	},
	changes,
)}}

# a_file is an input about a file without any mark.
a_file(changes) := {"document": null, "context": {"subject": "file", "file": object.union(
	{"path": "config/web.yaml", "tracked": true, "marks": [], "assignments": 0},
	changes,
)}}

a_mark(kind) := {"kind": kind, "encrypted": false, "line": 1}

an_encrypted_mark(kind) := {"kind": kind, "encrypted": true, "line": 1}

# a_secret is an input about a Kubernetes Secret whose values have forms.
a_secret(literals, changes) := {
	"document": {
		"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web", "namespace": "shop"}, "type": "Opaque",
		"data": {"password": null}, "stringData": {"token": null},
	},
	"context": {"subject": "secret", "secret": object.union(
		{"sops": false, "sealed": false, "template": false, "generator": false, "literals": literals},
		changes,
	)},
}

a_value(form) := {"field": "data", "key": "password", "form": form}

# an_assignment is an input about a name that is given a value.
an_assignment(changes) := {"document": null, "context": {"subject": "assignment", "assignment": object.union(
	{"name": "BKG_API_KEY", "form": "reference", "path": "compose.yaml", "line": 7, "where": "compose file"},
	changes,
)}}

a_literal(name) := an_assignment({"name": name, "form": "literal"})

a_scan(changes) := {"document": null, "context": {"subject": "scan", "scan": object.union(
	{"mode": "history", "expected": 14, "scanned": 14, "unit": "commits"},
	changes,
)}}

a_missed(changes) := {"document": null, "context": {"subject": "missed", "missed": object.union(
	{"what": "dump.sql", "why": "it has more than 64 MiB", "remedy": ""},
	changes,
)}}

fault := {"document": null, "context": {"subject": "fault", "fault": {"message": "line 3: unclosed list"}}}

# knowing is an input with changes in its context.
knowing(doc, context) := object.union(doc, {"context": context})

# verdicts are the [path, message] pairs of one rule.
verdicts(id, doc) := {[v.path, v.message] | some v in secret_scan.deny with input as doc; v.rule == id}

# messages are the messages of one rule.
messages(id, doc) := {message | some [_, message] in verdicts(id, doc)}

# graded are the [severity, path, message] of one rule; "" is the rule's own severity.
graded(id, doc) := {[object.get(v, "severity", ""), v.path, v.message] | some v in secret_scan.deny with input as doc; v.rule == id}

# rules are the rules that deny.
rules(doc) := {v.rule | some v in secret_scan.deny with input as doc}

honest := {
	accepted(a_leak({}), {}), accepted(an_old_leak({}), {"bound": false, "expires": "", "owner": "", "reason": ""}), an_entry({}),
	a_file({}), a_file({"path": ".env.example", "assignments": 3}), a_file({"path": "certs/ca.pem"}),
	a_secret([a_value("encrypted"), {"field": "stringData", "key": "token", "form": "reference"}], {"sops": true}), a_secret([], {}),
	an_assignment({}), a_literal("LOG_LEVEL"), a_scan({}), a_scan({"expected": 0, "scanned": 0, "unit": "files", "mode": "worktree"}),
}

test_honest_inputs_pass_every_rule if {
	every doc in honest {
		secret_scan.deny == set() with input as doc
	}
}

package cdbgate.secret_scan_test

# what is said of a secret that nobody accepted.
said_of_leaks := {
	a_leak({}): "a secret (aws-access-token)",
	a_leak({"decoded": true}): "a secret in base64 or another encoding (aws-access-token)",
	a_leak({"line": 0, "rule": "pkcs12-file"}): "a file of secrets, told by its name (pkcs12-file)",
	a_leak({"inner": "conf/app.yaml"}): "a secret (aws-access-token) in conf/app.yaml of the archive",
	a_leak({"in_tree": false}): "a secret (aws-access-token)",
	a_leak({"rule": ""}): "a secret (of no known rule)",
	an_old_leak({}): "a secret (aws-access-token) that commit 0123456789ab of 2026-03-01 added",
	an_old_leak({"author_date": ""}): "a secret (aws-access-token) that commit 0123456789ab added",
	an_old_leak({"merge": true}): "a secret (aws-access-token) that merge commit 0123456789ab of 2026-03-01 itself added",
	an_old_leak({"in_tree": false}): "a secret (aws-access-token) that commit 0123456789ab of 2026-03-01 added; it is no longer in the tree, but in the history",
	an_old_leak({"merge": true, "in_tree": false, "decoded": true, "inner": "a.txt"}): concat("", [
		"a secret in base64 or another encoding (aws-access-token) in a.txt of the archive that merge commit 0123456789ab of 2026-03-01",
		" itself added; it is no longer in the tree, but in the history",
	]),
}

test_sec001_found if {
	every doc, message in said_of_leaks {
		graded("SEC001", doc) == {["error", [], message]}
		rules(doc) == {"SEC001"}
	}
}

test_sec001_accepted if {
	every facts in [{}, {"bound": false}, {"expires": ""}, {"owner": "", "reason": ""}, {"unproven": true}] {
		graded("SEC001", accepted(a_leak({}), facts)) == set()
		graded("SEC001", accepted(an_old_leak({"in_tree": false}), facts)) == set()
	}
}

# what an entry is worth that is not about this very secret, or not in force.
worthless := {
	{"same": false}: ["error", "line 4 of .gitleaksignore ignores another secret than the one that stands here"],
	{"same": false, "bound": false}: ["error", "line 4 of .gitleaksignore ignores another secret than the one that stands here"],
	{"same": false, "expired": true}: ["error", "line 4 of .gitleaksignore ignores another secret than the one that stands here"],
	{"expired": true}: ["error", "line 4 of .gitleaksignore expired on 2026-12-31 (owner: alice)"],
	{"expired": true, "owner": ""}: ["error", "line 4 of .gitleaksignore expired on 2026-12-31"],
	{"expired": true, "expires": "", "owner": ""}: ["error", "line 4 of .gitleaksignore expired"],
	{"expired": true, "same": false, "unproven": true, "bound": false}: ["error", "line 4 of .gitleaksignore expired on 2026-12-31 (owner: alice)"],
	{"same": false, "unproven": true, "bound": false}: [
		"warning",
		"line 4 of .gitleaksignore does not say which secret it is about: accept it anew with cdbgate secret-scan --accept config/web.yaml:aws-access-token:12 --reason TEXT",
	],
}

test_sec001_accepted_in_vain if {
	every facts, said in worthless {
		graded("SEC001", accepted(a_leak({}), facts)) == {[said[0], [], concat(": ", ["a secret (aws-access-token)", said[1]])]}
	}
}

# The command can be pasted, whatever the file is called.
test_sec001_command_is_quoted if {
	unproven := {"same": false, "unproven": true, "bound": false}
	every fingerprint, word in {
		"a b.txt:rule:1": "'a b.txt:rule:1'", "$(id).txt:rule:1": "'$(id).txt:rule:1'", "it's.txt:rule:1": `'it'\''s.txt:rule:1'`,
		"-v:rule:1": "'-v:rule:1'", "a!b:rule:1": "'a!b:rule:1'", "a-b:rule:1": "a-b:rule:1", "": "FINGERPRINT",
	} {
		some message in messages("SEC001", accepted(a_leak({"fingerprint": fingerprint}), unproven))
		endswith(message, sprintf(" --accept %s --reason TEXT", [word]))
	}
}

# Facts that say less do not make a secret pass.
test_sec001_fails_closed if {
	bare := {"document": null, "context": {"subject": "leak", "leak": {}}}
	graded("SEC001", bare) == {["error", [], "a secret (of no known rule)"]}
	graded("SEC001", {"document": null, "context": {"subject": "leak"}}) == {["error", [], "a secret (of no known rule)"]}
	every ignored in [{}, [], "text", true, {"same": "true"}] {
		graded("SEC001", knowing(bare, {"ignored": ignored})) == {[
			"error", [],
			"a secret (of no known rule): an entry of .gitleaksignore ignores another secret than the one that stands here",
		]}
	}
	graded("SEC001", knowing(bare, {"ignored": false})) == {["error", [], "a secret (of no known rule)"]}
}

# what is said of entries themselves.
said_of_entries := {
	an_entry({"junk": true, "fingerprint": "", "used": false}): "line 4 of .gitleaksignore is no fingerprint, and ignores nothing",
	an_entry({"junk": true, "fingerprint": "", "used": false, "judged": false}): "line 4 of .gitleaksignore is no fingerprint, and ignores nothing",
	an_entry({"used": false}): "line 4 of .gitleaksignore (config/web.yaml:aws-access-token:12) matches nothing any longer: remove it",
	an_entry({"used": false, "expired": true, "expires": "2026-01-01"}): "line 4 of .gitleaksignore (config/web.yaml:aws-access-token:12) matches nothing any longer: remove it",
}

test_sec001_entries if {
	every doc, message in said_of_entries {
		graded("SEC001", doc) == {["warning", [], message]}
	}
}

test_sec001_entries_in_order if {
	every facts in [{}, {"judged": false, "used": false}, {"expired": true, "expires": "2026-01-01"}, {"bound": false, "owner": "", "reason": ""}] {
		rules(an_entry(facts)) == set()
	}
}

test_sec001_other_subjects if {
	every subject in ["file", "secret", "assignment", "scan", "missed"] {
		verdicts("SEC001", knowing(a_leak({}), {"subject": subject, "entry": {"line": 1, "junk": true}})) == set()
	}
}

package cdbgate.secret_scan_test

test_sec005_counts if {
	every facts, found in {
		{}: set(),
		{"scanned": 15}: set(),
		{"scanned": 12}: {[[], "12 of 14 commits were scanned"]},
		{"scanned": 0, "expected": 1500, "unit": "files", "mode": "worktree"}: {[[], "0 of 1500 files were scanned"]},
		{"scanned": null}: {[[], "nobody counted what was scanned"]},
		{"expected": "14"}: {[[], "nobody counted what was scanned"]},
	} {
		verdicts("SEC005", a_scan(facts)) == found
	}
	verdicts("SEC005", {"document": null, "context": {"subject": "scan", "scan": {}}}) == {[[], "nobody counted what was scanned"]}
}

test_sec005_missed if {
	every facts, message in {
		{}: "dump.sql was not scanned: it has more than 64 MiB",
		{"what": "commit 0123456789ab", "why": "object is missing", "remedy": "run git fetch --refetch"}: "commit 0123456789ab was not scanned: object is missing: run git fetch --refetch",
	} {
		verdicts("SEC005", a_missed(facts)) == {[[], message]}
		rules(a_missed(facts)) == {"SEC005"}
	}
}

test_sec005_missed_without_a_remedy if {
	doc := {"document": null, "context": {"subject": "missed", "missed": {"what": "x", "why": "y"}}}
	messages("SEC005", doc) == {"x was not scanned: y"}
}

test_sec005_other_subjects if {
	every subject in ["leak", "file", "secret", "assignment"] {
		verdicts("SEC005", knowing(a_scan({"scanned": 0}), {"subject": subject})) == set()
		verdicts("SEC005", knowing(a_missed({}), {"subject": subject})) == set()
	}
}

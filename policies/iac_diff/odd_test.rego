package cdbgate.iac_diff_test

import data.cdbgate.iac_diff

# Odd input is judged, or passed by, but never an error: one would end the whole run.

odd_values := [null, true, 3, "text", [], ["text", null], [3, [{}]], {}, {"a": {"kind": "deny"}}]

read_paths := [
	[], ["metadata"], ["metadata", "name"], ["metadata", "annotations"], ["metadata", "labels"], ["kind"], ["data"],
	["spec"], ["spec", "suspend"], ["spec", "interval"], ["spec", "retryInterval"], ["spec", "type"], ["spec", "prune"],
	["spec", "chart"], ["spec", "ref"], ["spec", "ignore"], ["spec", "patches"], ["spec", "postRenderers"], ["spec", "commonMetadata"],
	["spec", "driftDetection"], ["spec", "syncPolicy"], ["spec", "template"], ["spec", "ignoreDifferences"], ["spec", "syncWindows"],
	["spec", "ignoreApplicationDifferences"],
]

# one object of each kind that has fields of its own to read.
read_objects := {kustomization, helm_release, git_repository, helm_repository, application, application_set, project, argo_settings, workload}

test_odd_values_anywhere if {
	every doc in read_objects {
		every path in read_paths {
			every value in odd_values {
				is_set_of_violations(odd(doc, path, value))
			}
		}
	}
}

odd(doc, path, value) := setting(doc, path, value) if reachable(doc.document, path)

odd(doc, path, _) := doc if not reachable(doc.document, path)

reachable(_, path) if count(path) < 2

reachable(document, path) if {
	count(path) >= 2
	object.get(document, array.slice(path, 0, count(path) - 1), null) != null
}

test_odd_values_deeper_down if {
	every value in odd_values {
		every doc in [
			setting(helm_release, ["spec", "driftDetection"], {"mode": value, "ignore": value}),
			setting(helm_release, ["spec", "chart"], {"spec": value}),
			setting(helm_release, ["spec", "chart", "spec", "interval"], value),
			setting(helm_release, ["spec", "postRenderers"], [{"kustomize": {"patches": [{"patch": value}]}}]),
			setting(kustomization, ["spec", "commonMetadata"], {"annotations": value, "labels": {"a": value}}),
			setting(git_repository, ["spec", "ref", "commit"], value),
			setting(application, ["spec", "syncPolicy", "automated"], value),
			setting(application, ["spec", "syncPolicy", "automated"], {"selfHeal": value, "prune": value, "enabled": value}),
			setting(application_set, ["spec", "template"], {"spec": value}),
			setting(application_set, ["spec", "syncPolicy"], {"applicationsSync": value}),
			setting(application_set, ["spec", "ignoreApplicationDifferences"], [value]),
			setting(application_set, ["spec", "ignoreApplicationDifferences"], [{"jsonPointers": value, "jqPathExpressions": [value]}]),
			setting(project, ["spec", "syncWindows"], [value, {"kind": value}]),
			setting(workload, ["metadata", "annotations"], {"argocd.argoproj.io/sync-options": value, "kustomize.toolkit.fluxcd.io/ssa": value}),
		] {
			is_set_of_violations(doc)
		}
	}
}

is_set_of_violations(doc) if {
	found := iac_diff.deny with input as doc
	is_set(found)
}

# What has no document, or no context, denies nothing of an object's.
test_nothing_there if {
	every document in odd_values {
		is_set_of_violations({"document": document, "context": {"subject": "object", "role": "reconciler", "family": "flux"}})
		is_set_of_violations({"document": document, "context": {"subject": "object", "role": "settings", "family": "argocd"}})
		iac_diff.deny == set() with input as {"document": document, "context": {}}
	}
}

# No interval is too long to be compared.
test_huge_intervals if {
	every text in ["99999999999h", "9223372036854775807m", "1h99999999999999999999999s"] {
		messages("GIT003", setting(kustomization, ["spec", "interval"], text)) == {sprintf("spec.interval is %s, longer than 5m", [text])}
	}
}

test_annotations_of_a_wrong_type if {
	every value in [null, "kustomize.toolkit.fluxcd.io/prune", ["kustomize.toolkit.fluxcd.io/prune"], 3] {
		verdicts("GIT005", setting(workload, ["metadata", "annotations"], value)) == set()
		verdicts("GIT005", setting(workload, ["metadata", "labels"], value)) == set()
	}
}

# Facts that say less than they should, or something else, end no run.
test_odd_facts_of_changes if {
	every subject in ["root", "plan", "planned", "drift", "command", "fault"] {
		every value in odd_values {
			is_set_of_violations({"document": value, "context": {"subject": subject}})
			is_set_of_violations({"document": value, "context": {"subject": subject, "base": true, "code_changed": false, subject: {}}})
			is_set_of_violations({"document": value, "context": {"subject": subject, "plan": {}, "root": {}, "command": {}}})
		}
	}
	every subject in ["root", "plan", "planned", "drift", "command"] {
		iac_diff.deny == set() with input as {"document": null, "context": {"subject": subject, "plan": {}, "root": {}, "command": {}}}
	}
}

test_odd_commands if {
	every words in [[], [""], ["", ""], ["-"], ["--"], ["kubectl", "--"], ["kubectl", "-n"], ["kubectl", "\n"], ["/"], [".exe"], ["kubectl", "-n", "--"]] {
		is_set_of_violations(a_command(words))
		rules(a_command(words)) == set()
	}
}

test_odd_entries if {
	every subject in ["planned", "drift"] {
		every field in ["address", "type", "action", "action_reason", "actions", "attributes", "replace_paths"] {
			is_set_of_violations(lacking(an_entry(subject, {"action": "delete"}), [field]))
		}
	}
}

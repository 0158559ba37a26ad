package cdbgate.iac_diff_test

prune := ["spec", "prune"]

mode := ["spec", "driftDetection", "mode"]

test_git004_prune if {
	verdicts("GIT004", kustomization) == set()
	verdicts("GIT004", substituting(kustomization, prune, "true")) == set()
}

test_git004_no_prune if {
	found := {[prune, "prune is not true: what Git no longer has stays in the cluster"]}
	every value in [false, null, "true", "false", 1, []] {
		verdicts("GIT004", setting(kustomization, prune, value)) == found
	}
	verdicts("GIT004", lacking(kustomization, prune)) == found
	verdicts("GIT004", substituting(kustomization, prune, "false")) == found
}

test_git004_prune_cannot_be_proven if {
	verdicts("GIT004", unknowing(kustomization, prune)) == {[
		prune,
		"spec.prune is a variable whose value is not in the repository: that what Git no longer has goes cannot be proven",
	]}
}

test_git004_drift_detection if {
	verdicts("GIT004", helm_release) == set()
	verdicts("GIT004", substituting(helm_release, mode, "enabled")) == set()
}

test_git004_drift_is_not_corrected if {
	every value in ["warn", "disabled", "Enabled", "", 3] {
		verdicts("GIT004", setting(helm_release, mode, value)) == {[
			mode,
			sprintf("driftDetection.mode is %v: drift of what the chart made is not corrected", [value]),
		]}
	}
	messages("GIT004", substituting(helm_release, mode, "warn")) == {"driftDetection.mode is warn: drift of what the chart made is not corrected"}
}

test_git004_drift_detection_left_out if {
	every doc in [lacking(helm_release, mode), lacking(helm_release, ["spec", "driftDetection"]), setting(helm_release, mode, null)] {
		verdicts("GIT004", doc) == {[mode, "driftDetection.mode is disabled, the default: drift of what the chart made is not corrected"]}
	}
}

test_git004_drift_detection_cannot_be_proven if {
	verdicts("GIT004", unknowing(helm_release, mode)) == {[
		mode,
		"driftDetection.mode is a variable whose value is not in the repository: that drift is corrected cannot be proven",
	]}
}

# Only a Kustomization prunes, only a HelmRelease detects drift.
test_git004_fields_of_another_kind if {
	verdicts("GIT004", setting(helm_release, prune, false)) == set()
	verdicts("GIT004", setting(kustomization, ["spec", "driftDetection"], {"mode": "warn"})) == set()
	every doc in sources | {alert, project, workload} {
		verdicts("GIT004", setting(doc, ["spec"], {"prune": false, "driftDetection": {"mode": "warn"}, "syncPolicy": {}})) == set()
	}
}

# where an application, and a set's template, say how they sync.
policies := [[application, ["spec", "syncPolicy"]], [application_set, ["spec", "template", "spec", "syncPolicy"]]]

automated(path) := array.concat(path, ["automated"])

test_git004_not_automated if {
	every policy in policies {
		[doc, path] := policy
		found := {[automated(path), "syncing is not automated: neither commits nor drift lead to a sync"]}
		every manual in [
			lacking(doc, path), setting(doc, path, null), setting(doc, path, {}), setting(doc, automated(path), null),
			setting(doc, automated(path), {"enabled": false, "selfHeal": true, "prune": true}),
		] {
			verdicts("GIT004", manual) == found
		}
	}
}

test_git004_automated if {
	every policy in policies {
		[doc, path] := policy
		verdicts("GIT004", doc) == set()
		every enabled in [true, null] {
			verdicts("GIT004", setting(doc, automated(path), {"enabled": enabled, "selfHeal": true, "prune": true})) == set()
		}
	}
}

test_git004_neither_healed_nor_pruned if {
	every policy in policies {
		[doc, path] := policy
		not_healed := [array.concat(path, ["automated", "selfHeal"]), "selfHeal is not true: drift stays until the next commit"]
		not_pruned := [array.concat(path, ["automated", "prune"]), "prune is not true: what Git no longer has stays in the cluster"]
		verdicts("GIT004", setting(doc, automated(path), {})) == {not_healed, not_pruned}
		every value in [false, null, "true"] {
			verdicts("GIT004", setting(doc, automated(path), {"selfHeal": value, "prune": true})) == {not_healed}
			verdicts("GIT004", setting(doc, automated(path), {"selfHeal": true, "prune": value})) == {not_pruned}
		}
	}
}

# A set's own syncPolicy is not its template's.
test_git004_a_set_is_judged_by_its_template if {
	doc := setting(lacking(application_set, ["spec", "template", "spec", "syncPolicy"]), ["spec", "syncPolicy"], application_spec.syncPolicy)
	messages("GIT004", doc) == {"syncing is not automated: neither commits nor drift lead to a sync"}
	messages("GIT004", lacking(application_set, ["spec", "template"])) == messages("GIT004", doc)
}

applications_sync := ["spec", "syncPolicy", "applicationsSync"]

test_git004_applications_sync if {
	every value in ["create-only", "create-delete"] {
		verdicts("GIT004", setting(application_set, ["spec", "syncPolicy"], {"applicationsSync": value})) == {[
			applications_sync,
			sprintf("applicationsSync is %s: applications that somebody changed are not brought back", [value]),
		]}
	}
	every value in ["sync", "create-update"] {
		verdicts("GIT004", setting(application_set, ["spec", "syncPolicy"], {"applicationsSync": value})) == set()
	}
	verdicts("GIT004", setting(application, applications_sync, "create-only")) == set()
}

ignoring(doc, list) := setting(doc, ["spec", "ignoreApplicationDifferences"], list)

test_git004_ignored_sync_policy if {
	every rule in [
		{"jsonPointers": ["/spec/syncPolicy"]}, {"jsonPointers": ["/spec/source", "/spec/syncPolicy/automated"]}, {"jsonPointers": ["/spec"]},
		{"jqPathExpressions": [".spec.syncPolicy"]}, {"jqPathExpressions": [".spec"]},
		{"name": "web", "jsonPointers": [], "jqPathExpressions": [".spec.syncPolicy.automated.selfHeal"]},
	] {
		verdicts("GIT004", ignoring(application_set, [{"jsonPointers": ["/spec/info"]}, rule])) == {[
			["spec", "ignoreApplicationDifferences", 1],
			"the set ignores differences of its applications' sync policy: people may switch it off",
		]}
	}
}

test_git004_ignored_otherwise if {
	every list in [
		[], [{}], [{"jsonPointers": ["/spec/source/targetRevision", "/spec/info"]}], [{"jqPathExpressions": [".spec.source", ".metadata"]}],
	] {
		verdicts("GIT004", ignoring(application_set, list)) == set()
	}
	verdicts("GIT004", ignoring(application, [{"jsonPointers": ["/spec/syncPolicy"]}])) == set()
}

package cdbgate.iac_diff_test

refers(found) := {"path": ["spec", "sourceRef"], "kind": "GitRepository", "namespace": "flux-system", "name": "infra", "found": found}

test_git007_not_there if {
	verdicts("GIT007", knowing(kustomization, {"references": [refers(false)]})) == {[
		["spec", "sourceRef"],
		"GitRepository flux-system/infra is not in the repository",
	]}
}

test_git007_there if {
	verdicts("GIT007", knowing(kustomization, {"references": [refers(true)]})) == set()
	verdicts("GIT007", kustomization) == set()
}

test_git007_some_of_several if {
	waits := {"path": ["spec", "dependsOn", 1], "kind": "Kustomization", "namespace": "flux-system", "name": "crds", "found": false}
	verdicts("GIT007", knowing(kustomization, {"references": [refers(true), waits]})) == {[
		["spec", "dependsOn", 1],
		"Kustomization flux-system/crds is not in the repository",
	]}
	count(verdicts("GIT007", knowing(kustomization, {"references": [refers(false), waits]}))) == 2
}

test_git007_of_every_role if {
	every doc in every_object {
		count(verdicts("GIT007", knowing(doc, {"references": [refers(false)]}))) == 1
	}
}

test_git007_only_objects if verdicts("GIT007", knowing(kustomization, {"subject": "fault", "references": [refers(false)]})) == set()

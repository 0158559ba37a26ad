package cdbgate.iac_diff_test

test_git001_no_path_leads_there if {
	verdicts("GIT001", an_uncovered({})) == {[[], "no reconciler's path leads to apps/web (2 objects, the first is apps/v1 Deployment web)"]}
}

test_git001_no_reconciler_at_all if {
	verdicts("GIT001", an_uncovered({"reconcilers": 0})) == {[
		[],
		"nothing reconciles apps/web (2 objects, the first is apps/v1 Deployment web): the repository has no Flux or Argo CD object that does",
	]}
}

test_git001_the_root if {
	messages("GIT001", an_uncovered({"folder": "."})) == {
		"no reconciler's path leads to the repository's root (2 objects, the first is apps/v1 Deployment web)",
	}
	messages("GIT001", an_uncovered({"folder": ".", "reconcilers": 0})) == {
		"nothing reconciles the repository's root (2 objects, the first is apps/v1 Deployment web): the repository has no Flux or Argo CD object that does",
	}
}

test_git001_alone if rules(an_uncovered({})) == {"GIT001"}

test_git001_objects_are_not_judged if {
	every doc in every_object {
		verdicts("GIT001", doc) == set()
	}
}

package cdbgate.iac_diff_test

unrecorded(doc) := knowing(doc, {"recorded": false})

test_git006_recorded if {
	every doc in fluxes | argos {
		verdicts("GIT006", doc) == set()
	}
}

test_git006_flux if {
	every doc in fluxes {
		verdicts("GIT006", unrecorded(doc)) == {[
			["metadata", "name"],
			"no Alert of severity info with a Provider watches it: what it repairs is recorded nowhere",
		]}
	}
}

test_git006_argo_cd if {
	every doc in argos {
		verdicts("GIT006", unrecorded(doc)) == {[
			["metadata", "name"],
			"no notification is subscribed to it: what it repairs is recorded nowhere",
		]}
	}
}

# Only what repairs has repairs to record.
test_git006_others if {
	every doc in every_object - (fluxes | argos) {
		verdicts("GIT006", unrecorded(doc)) == set()
	}
	verdicts("GIT006", knowing(unrecorded(kustomization), {"subject": "uncovered"})) == set()
}

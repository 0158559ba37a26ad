package cdbgate.iac_diff_test

suspend := ["spec", "suspend"]

suspended_message := "suspended: nothing is reconciled and no drift is corrected"

may_be_suspended := (fluxes | sources) | {external_artifact, generator}

test_git002_suspended if {
	every doc in may_be_suspended {
		every value in [true, "true"] {
			graded("GIT002", setting(doc, suspend, value)) == {["error", suspend, suspended_message]}
		}
		graded("GIT002", substituting(doc, suspend, "true")) == {["error", suspend, suspended_message]}
	}
}

test_git002_on if {
	every doc in may_be_suspended {
		verdicts("GIT002", setting(doc, suspend, false)) == set()
		verdicts("GIT002", substituting(doc, suspend, "false")) == set()
	}
}

# Left out, a hot patch stays: that counts for what repairs, which sources do not.
test_git002_left_out if {
	every doc in fluxes {
		every unsaid in [lacking(doc, suspend), setting(doc, suspend, null)] {
			graded("GIT002", unsaid) == {["note", ["spec"], "spec.suspend is not written out: a hot patch that sets it would stay"]}
		}
	}
	every doc in sources | {external_artifact, generator} {
		verdicts("GIT002", doc) == set()
		verdicts("GIT002", setting(doc, suspend, null)) == set()
	}
}

test_git002_cannot_be_proven if {
	every doc in may_be_suspended {
		graded("GIT002", unknowing(doc, suspend)) == {[
			"error", suspend,
			"spec.suspend is a variable whose value is not in the repository: that it is off cannot be proven",
		]}
	}
}

test_git002_neither if {
	every value, text in {"on": "on", "0": "0", "False": "False"} {
		graded("GIT002", setting(kustomization, suspend, value)) == {[
			"error", suspend,
			sprintf("spec.suspend is %s, which is neither true nor false: the cluster refuses it", [text]),
		]}
	}
	messages("GIT002", setting(git_repository, suspend, 1)) == {"spec.suspend is 1, which is neither true nor false: the cluster refuses it"}
	messages("GIT002", substituting(kustomization, suspend, "off")) == {
		"spec.suspend is off, which is neither true nor false: the cluster refuses it",
	}
}

test_git002_a_text if {
	graded("GIT002", setting(helm_release, suspend, "false")) == {["error", suspend, "spec.suspend is a text: the cluster refuses it"]}
}

# Argo CD has no such field, and an alert's is for GIT006.
test_git002_others if {
	every doc in argos | {alert, project, workload} {
		every value in [true, "false", "on"] {
			verdicts("GIT002", setting(setting(doc, ["spec"], {}), suspend, value)) == set()
		}
	}
}

package cdbgate.iac_diff_test

import data.cdbgate.iac_diff

test_at if {
	"5m" == iac_diff.at(["spec", "interval"]) with input as kustomization
	iac_diff.absent == iac_diff.at(["spec", "interval", "deeper"]) with input as kustomization
	iac_diff.absent == iac_diff.at(["status"]) with input as kustomization
	null == iac_diff.at(["spec"]) with input as setting(kustomization, ["spec"], null)
	not iac_diff.at(["spec"]) with input as {"document": null}
}

test_is_set if {
	iac_diff.is_set(["spec", "suspend"]) with input as kustomization
	not iac_diff.is_set(["spec", "ignore"]) with input as kustomization
	not iac_diff.is_set(["spec", "suspend"]) with input as setting(kustomization, ["spec", "suspend"], null)
}

test_is_filled if {
	every value in [0, false, "a", [null], {"a": null}] {
		iac_diff.is_filled(["spec", "ignore"]) with input as setting(kustomization, ["spec", "ignore"], value)
	}
	every value in [null, "", [], {}] {
		not iac_diff.is_filled(["spec", "ignore"]) with input as setting(kustomization, ["spec", "ignore"], value)
	}
}

test_resolved if {
	path := ["spec", "interval"]
	"5m" == iac_diff.resolved(path) with input as kustomization
	"1h" == iac_diff.resolved(path) with input as substituting(kustomization, path, "1h")
	not iac_diff.resolved(path) with input as unknowing(kustomization, path)
	iac_diff.unprovable(path) with input as unknowing(kustomization, path)
	not iac_diff.unprovable(path) with input as substituting(kustomization, path, "1h")
	not iac_diff.unprovable(path) with input as kustomization
}

# "true" is true only where a variable was.
test_is_true if {
	path := ["spec", "prune"]
	iac_diff.is_true(path) with input as kustomization
	iac_diff.is_true(path) with input as substituting(kustomization, path, "true")
	not iac_diff.is_true(path) with input as setting(kustomization, path, "true")
	not iac_diff.is_true(path) with input as substituting(kustomization, path, "false")
	not iac_diff.is_true(path) with input as unknowing(kustomization, path)
}

test_kinds_and_roles if {
	iac_diff.is_flux("Kustomization") with input as kustomization
	not iac_diff.is_flux("HelmRelease") with input as kustomization
	not iac_diff.is_flux("Application") with input as application
	iac_diff.is_argo("Application") with input as application
	not iac_diff.is_argo("Kustomization") with input as kustomization
	iac_diff.is_role("reconciler") with input as application
	not iac_diff.is_role("source") with input as application
	not iac_diff.is_role("reconciler") with input as knowing(application, {"subject": "uncovered"})
}

test_dotted if iac_diff.dotted(["spec", "patches", 0, "patch"]) == "spec.patches.0.patch"

test_nanoseconds if {
	every text, length in {
		"5m": 300000000000, "1h30m": 5400000000000, "1.5s": 1500000000, "250ms": 250000000, "1m1ms": 60001000000, "0s": 0,
		"10h": 36000000000000, "99999999999h": 359999999996400000000000,
	} {
		iac_diff.nanoseconds(text) == length
	}
}

test_is_duration if {
	every text in ["5m", "0s", "1h2m3s4ms", "0.5h"] {
		iac_diff.is_duration(text)
	}
	every value in ["", "5", "5d", ".5h", "5m,", " 5m", "1us", 5, null, ["5m"]] {
		not iac_diff.is_duration(value)
	}
}

package cdbgate.iac_diff_test

interval := ["spec", "interval"]

retry := ["spec", "retryInterval"]

chart_interval := ["spec", "chart", "spec", "interval"]

# every field that holds an interval, with an honest object that has it.
interval_fields := {[doc, interval] | some doc in fluxes | sources} | {[kustomization, retry], [helm_release, chart_interval]}

test_git003_short_enough if {
	every field in interval_fields {
		[doc, path] := field
		every text in ["5m", "300s", "5m0s", "4m60s", "300000ms", "0.08h", "1m30s", "1ms"] {
			verdicts("GIT003", setting(doc, path, text)) == set()
			verdicts("GIT003", substituting(doc, path, text)) == set()
		}
	}
}

test_git003_too_long if {
	every field in interval_fields {
		[doc, path] := field
		every text in ["5m1s", "301s", "1h", "10m", "300.5s", "0.09h", "24h", "5m1ms"] {
			found := {[path, sprintf("%s is %s, longer than 5m", [concat(".", path), text])]}
			verdicts("GIT003", setting(doc, path, text)) == found
			verdicts("GIT003", substituting(doc, path, text)) == found
		}
	}
}

test_git003_missing if {
	every doc in fluxes | sources {
		every unsaid in [lacking(doc, interval), setting(doc, interval, null)] {
			verdicts("GIT003", unsaid) == {[["spec"], "spec.interval is missing: nothing says how often it reconciles"]}
		}
	}
}

test_git003_may_be_missing if {
	verdicts("GIT003", lacking(helm_release, chart_interval)) == set()
	verdicts("GIT003", setting(helm_release, chart_interval, null)) == set()
	verdicts("GIT003", setting(kustomization, retry, null)) == set()
}

test_git003_no_duration if {
	every field in interval_fields {
		[doc, path] := field
		every text in ["0", "5", "5 m", "5M", "-5m", "1d", "m", "", "5m ", "1h5"] {
			found := {[path, sprintf("%s is %s, which is no duration such as 5m: the cluster refuses it", [concat(".", path), text])]}
			verdicts("GIT003", setting(doc, path, text)) == found
			verdicts("GIT003", substituting(doc, path, text)) == found
		}
	}
	messages("GIT003", setting(kustomization, interval, 300)) == {"spec.interval is 300, which is no duration such as 5m: the cluster refuses it"}
	messages("GIT003", setting(bucket, interval, ["5m"])) == {`spec.interval is ["5m"], which is no duration such as 5m: the cluster refuses it`}
	messages("GIT003", setting(kustomization, retry, true)) == {"spec.retryInterval is true, which is no duration such as 5m: the cluster refuses it"}
}

test_git003_zero if {
	every field in interval_fields {
		[doc, path] := field
		every text in ["0s", "0m", "0h0m0s", "0.0ms"] {
			verdicts("GIT003", setting(doc, path, text)) == {[path, sprintf("%s is %s: it never runs again by itself", [concat(".", path), text])]}
		}
	}
}

test_git003_cannot_be_proven if {
	every field in interval_fields {
		[doc, path] := field
		verdicts("GIT003", unknowing(doc, path)) == {[
			path,
			sprintf("%s is a variable whose value is not in the repository: that it is 5m at most cannot be proven", [concat(".", path)]),
		]}
	}
}

# A registry has no index: what looks for a chart there is the release.
test_git003_helm_repository_of_a_registry if {
	registry := setting(helm_repository, ["spec", "type"], "oci")
	verdicts("GIT003", lacking(registry, interval)) == set()
	verdicts("GIT003", setting(registry, interval, "1h")) == set()
	verdicts("GIT003", substituting(setting(helm_repository, interval, "1h"), ["spec", "type"], "oci")) == set()
	every other in [setting(helm_repository, ["spec", "type"], "default"), unknowing(helm_repository, ["spec", "type"])] {
		messages("GIT003", setting(other, interval, "1h")) == {"spec.interval is 1h, longer than 5m"}
	}
}

test_git003_others if {
	every doc in argos | {external_artifact, generator, alert, project, workload} {
		every value in ["1h", 3, null] {
			verdicts("GIT003", setting(setting(doc, ["spec"], {}), interval, value)) == set()
		}
	}
}

# Only a Kustomization has a retryInterval, only a HelmRelease a chart.
test_git003_fields_of_another_kind if {
	verdicts("GIT003", setting(helm_release, retry, "1h")) == set()
	verdicts("GIT003", setting(kustomization, ["spec", "chart"], {"spec": {"interval": "1h"}})) == set()
}

test_git003_the_parameter if {
	doc := setting(kustomization, interval, "90s")
	every limit, found in {
		"90s": set(), "1h": set(), "1m30s": set(),
		"1m": {"spec.interval is 90s, longer than 1m"}, "89.5s": {"spec.interval is 90s, longer than 89.5s"},
	} {
		messages("GIT003", doc) == found with data.cdbgate.params.max_reconcile_interval as limit
	}
	messages("GIT003", unknowing(kustomization, interval)) == {
		"spec.interval is a variable whose value is not in the repository: that it is 2m at most cannot be proven",
	} with data.cdbgate.params.max_reconcile_interval as "2m"
}

looking(changes) := knowing(argo_settings, {"argo_reconciliation": changes})

test_git003_argo_cd_looks_often_enough if {
	every text in ["3m", "5m", "2m30.5s", "1m0.0001s"] {
		verdicts("GIT003", looking({"text": text})) == set()
	}
}

test_git003_argo_cd_looks_too_rarely if {
	every text in ["5m1s", "6m", "1h", "5m0.5s"] {
		verdicts("GIT003", looking({"text": text})) == {[
			["data"],
			sprintf("Argo CD looks for commits every %s, jitter included, longer than 5m", [text]),
		]}
	}
}

test_git003_argo_cd_never_looks if {
	verdicts("GIT003", looking({"known": false, "never": true, "text": "never: timeout.reconciliation is 0"})) == {[
		["data"],
		"Argo CD looks for commits never: timeout.reconciliation is 0",
	]}
}

test_git003_argo_cd_looks_nobody_knows_when if {
	verdicts("GIT003", looking({"known": false, "text": "unknown: timeout.reconciliation is no duration"})) == {[
		["data"],
		"how often Argo CD looks for commits is unknown: timeout.reconciliation is no duration",
	]}
}

# Nothing but argocd-cm says it.
test_git003_other_settings if {
	rare := {"argo_reconciliation": {"text": "1h"}}
	verdicts("GIT003", knowing(setting(argo_settings, ["metadata", "name"], "argocd-notifications-cm"), rare)) == set()
	verdicts("GIT003", knowing(lacking(argo_settings, ["metadata"]), rare)) == set()
	every doc in argos | {workload, kustomization} {
		verdicts("GIT003", knowing(doc, rare)) == set()
	}
}

package cdbgate.iac_diff_test

annotations := ["metadata", "annotations"]

labels := ["metadata", "labels"]

# flux_marks are the values that switch off, by key, and those that do not.
flux_marks := {
	"kustomize.toolkit.fluxcd.io/reconcile": {"off": ["disabled", "Disabled"], "on": ["enabled", "", "no"]},
	"kustomize.toolkit.fluxcd.io/ssa": {"off": ["Ignore", "ignore", "IfNotPresent", "Merge"], "on": ["Override", ""]},
	"helm.toolkit.fluxcd.io/driftDetection": {"off": ["disabled", "Disabled"], "on": ["enabled", ""]},
}

other_marks := {
	"source.extensions.fluxcd.io/reconcile": {"off": ["disabled", "Disabled"], "on": ["enabled", "Enabled"]},
	"argocd.argoproj.io/skip-reconcile": {"off": ["true", "True", "1", "t", true], "on": ["false", "0", "", "yes", false]},
}

flux_prune := "kustomize.toolkit.fluxcd.io/prune"

test_git005_annotations if {
	every doc in every_object {
		every key, values in object.union(flux_marks, other_marks) {
			every value in values.off {
				verdicts("GIT005", setting(doc, annotations, {key: value, "example.org/team": "web"})) == {[
					array.concat(annotations, [key]),
					sprintf("the annotation %s: %v takes the object out of reconciliation", [key, value]),
				]}
			}
			every value in values.on {
				verdicts("GIT005", setting(doc, annotations, {key: value})) == set()
			}
		}
	}
}

test_git005_annotation_against_pruning if {
	verdicts("GIT005", setting(workload, annotations, {flux_prune: "disabled"})) == {[
		["metadata", "annotations", flux_prune],
		"the annotation kustomize.toolkit.fluxcd.io/prune: disabled keeps the object when Git no longer has it",
	]}
	verdicts("GIT005", setting(workload, annotations, {flux_prune: "enabled"})) == set()
}

# Flux takes a label for it as well; Argo CD and the generators do not.
test_git005_labels if {
	every key, values in flux_marks {
		every value in values.off {
			verdicts("GIT005", setting(workload, labels, {key: value})) == {[
				array.concat(labels, [key]),
				sprintf("the label %s: %s takes the object out of reconciliation", [key, value]),
			]}
		}
		every value in values.on {
			verdicts("GIT005", setting(workload, labels, {key: value})) == set()
		}
	}
	messages("GIT005", setting(workload, labels, {flux_prune: "disabled"})) == {
		"the label kustomize.toolkit.fluxcd.io/prune: disabled keeps the object when Git no longer has it",
	}
	every key, values in other_marks {
		verdicts("GIT005", setting(workload, labels, {key: values.off[0]})) == set()
	}
}

test_git005_several_annotations if {
	count(verdicts("GIT005", setting(workload, annotations, {flux_prune: "disabled", "kustomize.toolkit.fluxcd.io/ssa": "Merge"}))) == 2
}

test_git005_other_annotations if {
	every key in ["kustomize.toolkit.fluxcd.io/force", "reconcile.fluxcd.io/requestedAt", "example.org/reconcile", "argocd.argoproj.io/sync-wave"] {
		verdicts("GIT005", setting(workload, annotations, {key: "disabled"})) == set()
		verdicts("GIT005", setting(workload, annotations, {key: "true"})) == set()
	}
}

sync_options := "argocd.argoproj.io/sync-options"

test_git005_sync_options if {
	every list, options in {
		"Prune=false": {"Prune=false"}, "prune=FALSE": {"prune=FALSE"}, "Delete=false": {"Delete=false"},
		"Validate=false, Prune=false ,Replace=true": {"Prune=false"}, "Prune=false,Delete=false": {"Prune=false", "Delete=false"},
	} {
		verdicts("GIT005", setting(workload, annotations, {sync_options: list})) == {[
			["metadata", "annotations", sync_options],
			sprintf("the sync option %s keeps the object when Git no longer has it", [option]),
		] |
			some option in options
		}
	}
}

test_git005_harmless_sync_options if {
	every list in ["", "Prune=true", "Validate=false,Replace=true", "ServerSideApply=true", "PruneLast=true", "Prune", "NoPrune=false"] {
		verdicts("GIT005", setting(workload, annotations, {sync_options: list})) == set()
	}
	verdicts("GIT005", setting(workload, annotations, {sync_options: ["Prune=false"]})) == set()
}

patched := "a patch takes objects out of reconciliation by an annotation"

strategic(key, value) := sprintf("kind: all\nmetadata:\n  annotations:\n    %s: %s\n", [key, value])

# json_patches are the ways to write the same JSON patch.
json_patches(key, value) := [
	sprintf("- op: add\n  path: /metadata/annotations/%s\n  value: %s\n", [key, value]),
	sprintf(`- op: add
  path: "/metadata/annotations/%s"
  value: "%s"`, [key, value]),
	sprintf(`[{"op": "add", "path": "/metadata/annotations/%s", "value": "%s"}]`, [key, value]),
	sprintf(`[{"op":"add","path":"/metadata/annotations/%s","value":"%s"}]`, [key, value]),
	sprintf("- {op: add, path: /metadata/annotations/%s, value: %s}", [key, value]),
]

test_git005_patches if {
	every key, values in object.union(flux_marks, {flux_prune: {"off": ["disabled"], "on": ["enabled"]}}) {
		every value in values.off {
			every text in [
				strategic(key, value), sprintf("{metadata: {annotations: {%q: %q}}}", [key, value]),
				sprintf(`metadata: {annotations: {'%s': '%s'}}`, [key, value]),
			] {
				verdicts("GIT005", setting(kustomization, ["spec", "patches"], [{"patch": "a: b"}, {"patch": text}])) == {[
					["spec", "patches", 1, "patch"],
					patched,
				]}
			}
			every text in json_patches(replace(key, "/", "~1"), value) {
				verdicts("GIT005", setting(kustomization, ["spec", "patches"], [{"patch": text}])) == {[["spec", "patches", 0, "patch"], patched]}
			}
		}
		every value in values.on {
			every text in array.concat(json_patches(replace(key, "/", "~1"), value), [strategic(key, value)]) {
				verdicts("GIT005", setting(kustomization, ["spec", "patches"], [{"patch": text}])) == set()
			}
		}
	}
}

test_git005_post_renderers if {
	key := "helm.toolkit.fluxcd.io/driftDetection"
	text := [{"kustomize": {"patches": [{"target": {"kind": "Deployment"}, "patch": strategic(key, "disabled")}]}}]
	verdicts("GIT005", setting(helm_release, ["spec", "postRenderers"], text)) == {[["spec", "postRenderers", 0, "kustomize", "patches", 0, "patch"], patched]}
	mapping := [{"kustomize": {"patchesStrategicMerge": [{"kind": "Deployment", "metadata": {"annotations": {key: "disabled"}}}]}}]
	verdicts("GIT005", setting(helm_release, ["spec", "postRenderers"], mapping)) == {[
		["spec", "postRenderers", 0, "kustomize", "patchesStrategicMerge", 0, "metadata", "annotations", key],
		patched,
	]}
	verdicts("GIT005", setting(helm_release, ["spec", "postRenderers"], [{"kustomize": {"images": [{"name": "web", "newTag": "1.4.2"}]}}])) == set()
}

test_git005_common_metadata if {
	every doc in fluxes {
		verdicts("GIT005", setting(doc, ["spec", "commonMetadata"], {"annotations": {"kustomize.toolkit.fluxcd.io/reconcile": "disabled"}})) == {[
			["spec", "commonMetadata", "annotations", "kustomize.toolkit.fluxcd.io/reconcile"],
			patched,
		]}
		count(verdicts("GIT005", setting(doc, ["spec", "commonMetadata"], {"labels": {"kustomize.toolkit.fluxcd.io/ssa": "Ignore"}}))) == 1
		verdicts("GIT005", setting(doc, ["spec", "commonMetadata"], {"annotations": {"kustomize.toolkit.fluxcd.io/reconcile": "enabled"}})) == set()
		verdicts("GIT005", setting(doc, ["spec", "commonMetadata"], {"labels": {"team": "disabled"}})) == set()
	}
}

# Only what renders patches anything.
test_git005_patches_of_others if {
	every doc in argos | sources {
		verdicts("GIT005", setting(doc, ["spec", "patches"], [{"patch": strategic(flux_prune, "disabled")}])) == set()
	}
}

# fields that exempt, of which kind, and what is said of them.
exempting := {
	[kustomization, ["spec", "ignore"], "spec.ignore exempts fields from reconciliation"],
	[helm_release, ["spec", "driftDetection", "ignore"], "driftDetection.ignore exempts fields from correction"],
	[application, ["spec", "ignoreDifferences"], "ignoreDifferences exempts fields from comparison"],
	[application_set, ["spec", "template", "spec", "ignoreDifferences"], "ignoreDifferences exempts fields from comparison"],
}

test_git005_exempting_fields if {
	every field in exempting {
		[doc, path, message] := field
		every value in [[{"paths": ["/spec/replicas"]}], {"a": 1}, "text", true] {
			verdicts("GIT005", setting(doc, path, value)) == {[path, message]}
		}
		every value in [[], {}, "", null] {
			verdicts("GIT005", setting(doc, path, value)) == set()
		}
	}
}

# A GitRepository's spec.ignore chooses files, a set's own ignoreDifferences is no field.
test_git005_fields_of_another_kind if {
	verdicts("GIT005", setting(git_repository, ["spec", "ignore"], "/docs/")) == set()
	verdicts("GIT005", setting(helm_release, ["spec", "ignore"], [{"paths": ["/spec"]}])) == set()
	verdicts("GIT005", setting(application_set, ["spec", "ignoreDifferences"], [{"kind": "Deployment"}])) == set()
	verdicts("GIT005", setting(project, ["spec", "ignoreDifferences"], [{"kind": "Deployment"}])) == set()
}

test_git005_deny_window if {
	windows := [{"kind": "allow", "schedule": "0 0 * * *"}, {"kind": "deny", "schedule": "0 22 * * *", "duration": "8h", "applications": ["*"]}]
	verdicts("GIT005", setting(project, ["spec", "syncWindows"], windows)) == {[
		["spec", "syncWindows", 1],
		"a deny window keeps applications from syncing",
	]}
}

test_git005_no_deny_window if {
	every windows in [[], null, [{"kind": "allow", "schedule": "* * * * *"}], [{}]] {
		verdicts("GIT005", setting(project, ["spec", "syncWindows"], windows)) == set()
	}
	verdicts("GIT005", setting(application, ["spec", "syncWindows"], [{"kind": "deny"}])) == set()
}

test_git005_pinned_commit if {
	commit := ["spec", "ref", "commit"]
	verdicts("GIT005", setting(git_repository, commit, "0123456789abcdef0123456789abcdef01234567")) == {[
		commit,
		"ref.commit beats every other reference: new commits never arrive",
	]}
	messages("GIT005", unknowing(git_repository, commit)) == {"ref.commit beats every other reference: new commits never arrive"}
	verdicts("GIT005", setting(git_repository, commit, null)) == set()
	every ref in [{"branch": "main"}, {"tag": "v1.4.2"}, {"semver": ">=1.0.0"}, {"name": "refs/heads/main"}] {
		verdicts("GIT005", setting(git_repository, ["spec", "ref"], ref)) == set()
	}
	verdicts("GIT005", setting(oci_repository, commit, "0123")) == set()
}

test_git005_only_objects if {
	doc := setting(workload, annotations, {flux_prune: "disabled", sync_options: "Prune=false"})
	verdicts("GIT005", knowing(doc, {"subject": "uncovered"})) == set()
}

patches_with(patch, target) := setting(kustomization, ["spec", "patches"], [object.union({"patch": patch}, target)])

release_target := {"target": {"kind": "HelmRelease"}}

# what a patch may set, and how the message words it.
loosening := {
	{"suspend": true}: "suspend to true", {"suspend": "true"}: "suspend to true", {"interval": "1h"}: "interval to 1h",
	{"retryInterval": "10m"}: "retryInterval to 10m", {"driftDetection": {"mode": "disabled"}}: "mode to disabled",
	{"driftDetection": {"mode": "warn"}}: "mode to warn", {"prune": false}: "prune to false",
	{"syncPolicy": {"automated": null}}: "automated to null", {"syncPolicy": {"automated": {"selfHeal": false}}}: "selfHeal to false",
	{"syncPolicy": {"automated": {"enabled": false}}}: "enabled to false",
}

test_git005_patches_of_settings if {
	every spec, told in loosening {
		every target in [release_target, {"target": {"kind": "Helm.*|Kustomization"}}, {"target": {"kind": "("}}, {"target": {"name": "web"}}, {}] {
			every patch in [
				yaml.marshal({"kind": "HelmRelease", "spec": spec}), json.marshal({"kind": "HelmRelease", "spec": spec}),
				yaml.marshal([{"op": "add", "path": "/spec", "value": spec}]),
			] {
				verdicts("GIT005", patches_with(patch, target)) == {[["spec", "patches", 0, "patch"], sprintf("a patch sets %s in what reconciles", [told])]}
			}
		}
	}
	verdicts("GIT005", patches_with(`[{"op": "replace", "path": "/spec/driftDetection/mode", "value": "warn"}]`, release_target)) == {[
		["spec", "patches", 0, "patch"],
		"a patch sets mode to warn in what reconciles",
	]}
}

test_git005_patches_that_loosen_nothing if {
	every spec in [
		{"suspend": false}, {"interval": "5m"}, {"interval": "${EVERY}"}, {"driftDetection": {"mode": "enabled"}}, {"prune": true}, {"replicas": 2},
		{"mode": "disabled"}, {"enabled": false},
	] {
		verdicts("GIT005", patches_with(yaml.marshal({"kind": "HelmRelease", "spec": spec}), release_target)) == set()
	}
	# of another kind: its interval is none of ours
	every target in [{"target": {"kind": "ServiceMonitor"}}, {"target": {"kind": "Prometheus.*"}}] {
		verdicts("GIT005", patches_with(`{"spec": {"interval": "1h"}}`, target)) == set()
	}
	verdicts("GIT005", patches_with(`{"kind": "CronJob", "spec": {"suspend": true}}`, {})) == set()
	every patch in ["a: [", "text", "", "[1, {}]", `[{"op": "remove", "path": "/spec/suspend"}]`, `[{"op": "test", "path": "/spec/suspend", "value": true}]`] {
		verdicts("GIT005", patches_with(patch, release_target)) == set()
	}
	verdicts("GIT005", setting(kustomization, ["spec", "patches"], [{"patch": 1}, "text"])) == set()
}

package cdbgate.iac_diff_test

import data.cdbgate.iac_diff

# What the tests judge: honest objects of Flux and Argo CD, and the pieces to break them with.

# an_object is an input about an object of a role; nothing refers to anything and nothing holds a variable.
an_object(family, role, document) := {"document": document, "context": {
	"subject": "object", "family": family, "role": role, "references": [], "recorded": role == "reconciler", "variables": {},
	"argo_reconciliation": {"known": true, "never": false, "why": "", "text": "3m"},
}}

metadata := {"name": "apps", "namespace": "flux-system"}

git_source := {"kind": "GitRepository", "name": "flux-system"}

kustomization := an_object("flux", "reconciler", {
	"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": metadata,
	"spec": {"interval": "5m", "path": "./apps", "prune": true, "suspend": false, "sourceRef": git_source},
})

helm_release := an_object("flux", "reconciler", {
	"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": metadata,
	"spec": {
		"interval": "5m", "suspend": false, "driftDetection": {"mode": "enabled"},
		"chart": {"spec": {"chart": "web", "version": "1.4.2", "interval": "5m", "sourceRef": {"kind": "HelmRepository", "name": "charts"}}},
	},
})

# a_source is a source of a kind.
a_source(kind, spec) := an_object("flux", "source", {
	"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": kind, "metadata": metadata,
	"spec": object.union({"interval": "5m"}, spec),
})

git_repository := a_source("GitRepository", {"url": "https://git.example.org/infra.git", "ref": {"branch": "main"}})

oci_repository := a_source("OCIRepository", {"url": "oci://registry.example.org/infra", "ref": {"tag": "latest"}})

helm_repository := a_source("HelmRepository", {"url": "https://charts.example.org"})

bucket := a_source("Bucket", {"endpoint": "minio.example.org", "bucketName": "infra"})

helm_chart := a_source("HelmChart", {"chart": "./charts/web", "sourceRef": git_source})

external_artifact := a_source("ExternalArtifact", {})

generator := an_object("flux", "generator", {
	"apiVersion": "source.extensions.fluxcd.io/v1beta1", "kind": "ArtifactGenerator", "metadata": metadata,
	"spec": {"sources": [], "artifacts": []},
})

alert := an_object("flux", "alert", {
	"apiVersion": "notification.toolkit.fluxcd.io/v1beta3", "kind": "Alert", "metadata": metadata,
	"spec": {"providerRef": {"name": "audit"}, "eventSources": [{"kind": "Kustomization", "name": "*"}]},
})

application_spec := {
	"project": "default", "source": {"repoURL": "https://git.example.org/infra.git", "path": "apps"},
	"syncPolicy": {"automated": {"selfHeal": true, "prune": true}},
}

application := an_object("argocd", "reconciler", {
	"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "apps", "namespace": "argocd"},
	"spec": application_spec,
})

application_set := an_object("argocd", "reconciler", {
	"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": {"name": "apps", "namespace": "argocd"},
	"spec": {"generators": [], "template": {"metadata": {"name": "{{path.basename}}"}, "spec": application_spec}},
})

project := an_object("argocd", "project", {
	"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": {"name": "apps", "namespace": "argocd"},
	"spec": {"sourceRepos": ["*"]},
})

argo_settings := an_object("argocd", "settings", {
	"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "argocd-cm", "namespace": "argocd"},
	"data": {"timeout.reconciliation": "120s"},
})

workload := an_object("", "", {
	"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "annotations": {"example.org/team": "web"}},
})

fluxes := {kustomization, helm_release}

argos := {application, application_set}

sources := {git_repository, oci_repository, helm_repository, bucket, helm_chart}

every_object := ((fluxes | argos) | sources) | {external_artifact, generator, alert, project, argo_settings, workload}

# an_uncovered is an input about a folder that nothing reconciles.
an_uncovered(changes) := {"document": null, "context": {"subject": "uncovered", "uncovered": object.union(
	{"folder": "apps/web", "objects": 2, "first": "apps/v1 Deployment web", "reconcilers": 1},
	changes,
)}}

fault := {"document": null, "context": {"subject": "fault", "fault": {"message": "line 3: unclosed list"}}}

# setting is an object with a value put at a path, whose folders must be there.
setting(doc, path, value) := json.patch(doc, [{"op": "add", "path": array.concat(["document"], path), "value": value}])

# lacking is an object without what stands at a path.
lacking(doc, path) := json.remove(doc, [array.concat(["document"], path)])

# knowing is an input with changes in its context.
knowing(doc, context) := object.union(doc, {"context": context})

# substituting is an object with a variable at a path, and the value that Flux puts in.
substituting(doc, path, text) := knowing(setting(doc, path, "${VALUE}"), {"variables": {concat(".", path): {"known": true, "text": text}}})

# unknowing is an object with a variable at a path whose value is not in the repository.
unknowing(doc, path) := knowing(setting(doc, path, "${VALUE}"), {"variables": {concat(".", path): {"known": false, "text": "${VALUE}"}}})

# verdicts are the [path, message] pairs of one rule.
verdicts(id, doc) := {[v.path, v.message] | some v in iac_diff.deny with input as doc; v.rule == id}

# messages are the messages of one rule.
messages(id, doc) := {message | some [_, message] in verdicts(id, doc)}

# graded are the [severity, path, message] of one rule; "" is the rule's own severity.
graded(id, doc) := {[object.get(v, "severity", ""), v.path, v.message] | some v in iac_diff.deny with input as doc; v.rule == id}

# rules are the rules that deny.
rules(doc) := {v.rule | some v in iac_diff.deny with input as doc}

test_what_follows_every_rule_passes if {
	every doc in every_object {
		iac_diff.deny == set() with input as doc
	}
}

# a_root is an input about a Terraform root that the change touches.
a_root(changes) := {"document": null, "context": {"subject": "root", "root": object.union(
	{"folder": "infra", "files": ["infra/main.tf"], "plans": 1, "tracked_plans": 0},
	changes,
)}}

# what the facts say of a plan that is whole.
whole_plan := {
	"name": "plan.json", "root": "infra", "known_root": true, "unreadable": "", "tracked": false, "complete": true, "errored": false,
	"applyable": true, "deferred": 0, "changes": 2, "drift": 0, "made_at": "2026-03-02T09:00:00Z", "newest_commit_at": "2026-03-02T08:00:00Z",
	"made_from": null,
}

# a_binding is what a .cdbgate-plan.json says that fits.
a_binding(changes) := object.union(
	{"unreadable": "", "root": "infra", "commit": the_commit, "judged_commit": the_commit, "same_files": true, "same_plan": true},
	changes,
)

the_commit := "61d6ae4c2f0f3f1b9a0c54a8a6a4be1d6f2f7a10"

# a_plan is an input about a plan, of a change that touches the code of its root.
a_plan(changes) := {"document": null, "context": {
	"subject": "plan", "base": true, "code_changed": true,
	"plan": object.union(whole_plan, changes),
}}

# an_entry is an input about one entry of a plan.
an_entry(subject, changes) := {
	"document": object.union(
		{
			"address": "aws_instance.web", "previous_address": "", "module": "", "mode": "managed", "type": "aws_instance", "name": "web",
			"provider": "registry.terraform.io/hashicorp/aws", "deposed": "", "actions": ["update"], "action": "update", "action_reason": "",
			"importing": false, "attributes": ["ami"], "more_attributes": 0, "unknown": [], "replace_paths": [],
		},
		changes,
	),
	"context": {"subject": subject, "base": true, "code_changed": true, "plan": whole_plan},
}

# a_command is an input about a command of a script.
a_command(words) := {"document": null, "source": {"path": "scripts/deploy.sh"}, "context": {
	"subject": "command",
	"command": {"words": words, "via": [], "kind": "shell", "where": "shell script", "raw": false},
}}

honest_changes := {a_root({}), a_plan({}), an_entry("planned", {}), a_command(["kubectl", "diff", "-f", "k8s"])}

test_honest_changes_pass_every_rule if {
	every doc in honest_changes {
		iac_diff.deny == set() with input as doc
	}
}

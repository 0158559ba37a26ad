package cdbgate.k8s_readiness_test

import data.cdbgate.k8s_readiness

# What the tests judge: a Deployment and a Compose service that follow every rule, and the pieces to break them with.

pod_path := ["spec", "template", "spec"]

no_quantities := {"requests": {}, "limits": {}, "invalid": [], "paths": {"requests": {}, "limits": {}}}

# bare is a container without probes and resources.
bare := {
	"name": "web", "role": "main", "label": `container "web"`, "long_running": true, "path": array.concat(pod_path, ["containers", 0]), "spec": {"name": "web"},
	"image": {"ref": "registry.example/team/web:1.2", "name": "web"}, "env": [], "mounts": [], "probes": {},
	"quantities": no_quantities,
}

probed := {"probes": {
	"readiness": {"handler": "httpGet"},
	"liveness": {"handler": "httpGet"},
	"startup": {"handler": "httpGet"},
}}

bounded := {"quantities": {
	"requests": {"cpu": 0.1, "memory": 134217728},
	"limits": {"cpu": 0.5, "memory": 268435456},
	"paths": {
		"requests": {"cpu": ["resources", "requests", "cpu"], "memory": ["resources", "requests", "memory"]},
		"limits": {"cpu": ["resources", "limits", "cpu"], "memory": ["resources", "limits", "memory"]},
	},
}}

healthy := object.union(object.union(bare, probed), bounded)

# a_container is a healthy container with changes.
a_container(changes) := object.union(healthy, changes)

in_role(role, list) := {"role": role, "name": role, "label": sprintf("%s %q", [words[role], role]), "path": array.concat(pod_path, [list, 0])}

# words are what the gate calls a container in its label.
words := {"init": "init container", "sidecar": "sidecar", "ephemeral": "ephemeral container", "main": "container"}

init := object.union(object.union(bare, bounded), object.union(in_role("init", "initContainers"), {"long_running": false}))

sidecar := a_container(in_role("sidecar", "initContainers"))

ephemeral := object.union(bare, object.union(in_role("ephemeral", "ephemeralContainers"), {"long_running": false}))

# pod is a Deployment of the given containers and volumes.
pod(containers, volumes) := pod_with(containers, volumes, {})

# pod_with also changes the pod's spec.
pod_with(containers, volumes, spec) := {
	"document": {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": {"spec": spec}}},
	"context": {
		"subject": "workload", "platform": "kubernetes", "text": "", "limit_ranges": [], "bindings": [],
		"workload": {
			"kind": "Deployment", "name": "web", "namespace": "shop", "labels": {}, "annotations": {},
			"pod": {"path": pod_path, "spec": spec}, "quantities": no_quantities,
		},
		"containers": containers, "volumes": volumes,
	},
}

# changed is an input with changes in its context.
changed(base, context) := object.union(base, {"context": context})

# labelled gives a workload's pod a label.
labelled(base, key, value) := changed(base, {"workload": {"labels": {key: value}}})

# of_kind makes a workload one of another kind.
of_kind(base, kind) := object.union(changed(base, {"workload": {"kind": kind}}), {"document": {"kind": kind}})

# service is a Compose service; its document and its container's spec are the same mapping.
service(doc, changes) := {
	"document": doc,
	"context": {
		"subject": "workload", "platform": "compose", "text": "", "limit_ranges": [], "bindings": [], "project": {},
		"workload": {
			"kind": "service", "name": "web", "namespace": "", "labels": {}, "annotations": {},
			"pod": {"path": [], "spec": doc}, "quantities": no_quantities,
		},
		"containers": [object.union(
			object.union(healthy, {
				"role": "service", "label": `service "web"`, "path": [], "spec": doc,
				"probes": {"readiness": {"handler": "exec"}, "liveness": {"handler": "exec"}, "startup": {"handler": "exec"}},
			}),
			changes,
		)],
		"volumes": [],
	},
}

# unhealthy is a Compose service without healthcheck and resources.
unhealthy := object.union(service({}, {}), {"context": {"containers": [object.union(bare, {"role": "service", "label": `service "web"`, "path": []})]}})

# service_mounting is a service with one volume at /data.
service_mounting(source, kind, read_only) := changed(
	service({}, {"mounts": [mount(source.source, source.target, ["volumes", 0], read_only)]}),
	{"volumes": [{"name": source.source, "kind": kind, "path": ["volumes", 0], "source": source}]},
)

mount(volume, target, path, read_only) := {
	"volume": volume, "target": target, "read_only": read_only, "sub_path": false, "path": path,
}

mount_path(i) := array.concat(pod_path, ["containers", 0, "volumeMounts", i])

# pod_mounting is a Deployment that mounts one volume.
pod_mounting(kind, source, changes) := pod(
	[a_container({"mounts": [object.union(mount("data", "/data", mount_path(0), false), changes)]})],
	[pod_volume("data", kind, source)],
)

pod_volume(name, kind, source) := {
	"name": name, "kind": kind, "source": source, "path": array.concat(pod_path, ["volumes", 0, kind]),
}

# an_object is any other object.
an_object(doc) := {"document": doc, "context": {"subject": "object", "platform": "kubernetes", "text": lower(json.marshal(doc))}}

# verdicts are the [path, message] pairs of one rule.
verdicts(id, doc) := {[v.path, v.message] | some v in k8s_readiness.deny with input as doc; v.rule == id}

# messages are the messages of one rule.
messages(id, doc) := {message | some [_, message] in verdicts(id, doc)}

test_what_follows_every_rule_passes if {
	every doc in [pod([healthy, init, sidecar, ephemeral], []), service({}, {}), an_object({"kind": "ConfigMap"})] {
		k8s_readiness.deny == set() with input as doc
	}
}

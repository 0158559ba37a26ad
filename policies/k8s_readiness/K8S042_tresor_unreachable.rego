package cdbgate.k8s_readiness

import data.cdbgate.lib
import data.cdbgate.params

# METADATA
# title: Nothing mounts or reaches the Tresor zone
# description: >-
#   The Tresor zone is for humans only: no volume, environment value, host, route, NetworkPolicy egress or role names it.
# custom:
#   id: K8S042
#   severity: error
#   clauses: [INF-8]
#   params: [tresor_names, tresor_kinds]
#   remediation: >-
#     Remove the reference. What a service needs from there, a human hands over through the secret manager.
deny contains violation if {
	input.context.subject in {"workload", "object"}
	some place in tresor_places
	violation := lib.violation(rego.metadata.rule(), place.path, place.message)
}

tresor_places contains {"path": path, "message": sprintf("%s names the Tresor zone", [dotted(path)])} if {
	tresor_occurs
	some root in tresor_roots
	some path in tresor_mentions(root)
}

# What a service calls vault may be the network tresor_net outside.
tresor_places contains {"path": use.path, "message": sprintf("%s leads to something that names the Tresor zone", [dotted(use.path)])} if {
	input.context.platform == "compose"
	some use in project_uses
	walk(use.definition, [_, value])
	names_tresor(value)
}

# tresor_occurs is cheap: most documents end here.
tresor_occurs if {
	some name in params.tresor_names
	contains(input.context.text, name)
}

# tresor_mentions lists the paths below root whose key or value names the zone.
tresor_mentions(root) := {path |
	tree := object.get(input.document, root, null)
	left_out := exclusions(tree)
	walk(tree, [steps, value])
	path := array.concat(root, steps)
	is_mention(path, value)
	not is_below(steps, left_out)
}

is_mention(_, value) if {
	names_tresor(value)
	not is_text_file(value)
}

is_mention(path, _) if names_tresor(path[count(path) - 1])

# A file in a ConfigMap may write about the zone; a single line is a value that somebody uses.
is_text_file(value) if {
	input.document.kind == "ConfigMap"
	regex.match(`\n.`, value)
}

# exclusions are the selector requirements that leave out what they name.
exclusions(tree) := {path |
	walk(tree, [path, value])
	value.operator in {"NotIn", "DoesNotExist"}
	count(object.keys(value) - {"key", "operator", "values"}) == 0
}

is_below(path, roots) if {
	some root in roots
	array.slice(path, 0, count(root)) == root
}

names_tresor(text) if {
	is_string(text)
	regex.match(tresor_pattern, text)
}

# The names as whole words; undefined when there are none.
tresor_pattern := sprintf(`(?i)(^|[^a-z0-9])(%s)([^a-z0-9]|$)`, [concat("|", params.tresor_names)]) if {
	count(params.tresor_names) > 0
}

# tresor_roots are the parts of a document that open a way to what they name.
tresor_roots contains input.context.workload.pod.path if input.context.subject == "workload"

tresor_roots contains ["spec", "egress", i] if {
	input.context.subject == "object"
	input.document.kind in {"NetworkPolicy", "GlobalNetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}
	some i, rule in input.document.spec.egress
	not is_denied(rule)
}

tresor_roots contains ["specs", i, "egress"] if {
	input.context.subject == "object"
	input.document.kind in {"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}
	some i, _ in input.document.specs
}

tresor_roots contains root if {
	input.context.subject == "object"
	input.document.kind in params.tresor_kinds
	some root in [
		["metadata", "name"], ["metadata", "namespace"], ["spec"], ["subsets"], ["endpoints"], ["rules"], ["subjects"],
		["roleRef"], ["data"],
	]
}

# Only Calico's rules can deny; Kubernetes would ignore the field.
is_denied(rule) if {
	rule.action == "Deny"
	input.document.apiVersion in {"projectcalico.org/v3", "crd.projectcalico.org/v1"}
}

# project_uses pairs what a Compose service uses with its definition at the top of the project.
project_uses contains {"path": ["networks", name], "definition": definition} if {
	some name, _ in input.document.networks
	definition := input.context.project.networks[name]
}

project_uses contains {"path": volume.path, "definition": definition} if {
	some volume in input.context.volumes
	definition := input.context.project.volumes[volume.source.source]
}

project_uses contains {"path": [kind, i], "definition": definition} if {
	some kind in ["configs", "secrets"]
	some i, use in input.document[kind]
	definition := input.context.project[kind][use.source]
}

dotted(path) := concat(".", [sprintf("%v", [step]) | some step in path])

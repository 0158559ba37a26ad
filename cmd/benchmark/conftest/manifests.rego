package main

containers contains c if some c in input.spec.template.spec.containers

containers contains c if {
	input.kind == "Pod"
	some c in input.spec.containers
}

deny contains msg if {
	some c in containers
	not c.readinessProbe
	msg := sprintf("%s: no readinessProbe", [c.name])
}

deny contains msg if {
	some c in containers
	not c.livenessProbe
	msg := sprintf("%s: no livenessProbe", [c.name])
}

deny contains msg if {
	some c in containers
	some resource in ["cpu", "memory"]
	not c.resources.requests[resource]
	msg := sprintf("%s: requests no %s", [c.name, resource])
}

deny contains msg if {
	some c in containers
	some resource in ["cpu", "memory"]
	not c.resources.limits[resource]
	msg := sprintf("%s: no limit of %s", [c.name, resource])
}

deny contains msg if {
	some v in input.spec.template.spec.volumes
	v.hostPath
	msg := sprintf("%s: hostPath", [v.name])
}

deny contains msg if {
	some c in containers
	some e in c.env
	e.value
	contains(lower(e.name), "password")
	msg := sprintf("%s: literal %s", [c.name, e.name])
}

package cdbgate.delivery_gate

# classes answers what a changed path is, and why.
classes contains {"class": "infrastructure", "why": why} if {
	input.document.in_scope
	some why in infrastructure_reasons
}

classes contains {"class": "approval", "why": "it is the approval file"} if fits("approval")

classes contains {"class": "gate-rules", "why": "the gate's own rules are read from it"} if {
	fits("rules")
	not fits("approval")
}

classes contains {"class": "gate-rules", "why": "it runs the gate"} if {
	fits("runners")
	input.document.mentions_gate
}

# sides are the patterns that the new and the old name of a path fit.
sides := [input.document.matches, input.document.from_matches]

fits(list) if {
	some side in sides
	side[list]
}

infrastructure_reasons contains sprintf("its path fits %s", [side.infrastructure[0]]) if {
	some side in sides
	side.infrastructure
	not side.not_infrastructure
}

# Whatever its name, a file is what it says.
infrastructure_reasons contains why if {
	described := [o | some o in input.document.content.objects; not foreign(o)]
	o := described[0]
	why := sprintf("it holds %s %s%s", [o.api_version, o.kind, named(o)])
}

infrastructure_reasons contains "it describes Compose services" if input.document.content.compose

infrastructure_reasons contains "it builds an image" if input.document.content.dockerfile

infrastructure_reasons contains "it holds Terraform" if input.document.content.terraform

infrastructure_reasons contains "it describes a chart" if input.document.content.chart

infrastructure_reasons contains sprintf("it looks like a manifest and cannot be read: %s", [why]) if {
	why := input.document.content.unreadable
	why != ""
}

infrastructure_reasons contains sprintf("it deploys: %s", [deployments[0]]) if count(deployments) > 0

infrastructure_reasons contains sprintf("it is part of %s", [input.document.part]) if {
	input.document.part != ""
	not exempt_part
}

# A chart's notes are in the chart's folder and not in what it renders.
exempt_part if {
	startswith(input.document.part, "chart ")
	every side in named_sides {
		side.not_infrastructure
	}
}

named_sides := [input.document.matches] if input.document.from == ""

named_sides := sides if input.document.from != ""

# foreign objects look like Kubernetes objects and reach no cluster.
foreign(o) if {
	some pattern in params.foreign_api_versions
	regex.match(pattern, o.api_version)
}

named(o) := sprintf(" %s", [o.name]) if o.name != ""

named(o) := "" if o.name == ""

pipeline := input.document.content.pipeline

# deployments is what a pipeline deploys by.
deployments := array.concat(
	array.concat([sprintf("environment %s", [e]) | some e in pipeline.environments], [u | some u in pipeline.uses; deploys(u, params.deploy_actions)]),
	[c | some c in pipeline.commands; deploys(c, params.deploy_commands)],
)

deploys(text, patterns) if {
	some pattern in patterns
	regex.match(pattern, text)
}

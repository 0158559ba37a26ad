package cdbgate.k8s_readiness

# Facts (input.context) that the gate gathers for each document:
#   subject       "workload" (a pod template or a Compose service), "object" (any other object), "fault"
#   platform      "kubernetes" or "compose"
#   text          every key and scalar of the document, lower case, one a line
#   workload      kind, name, namespace, labels, annotations, runs_to_completion, pod: {path, spec}
#   containers    [{name, image, role, long_running, path, spec, mounts, quantities}], role is main, init, sidecar or ephemeral
#   volumes       [{name, kind, path, source}], source is the volume's own mapping below its kind
#   limit_ranges  [{default, default_request}] of the namespace, in the same render
#   service_account, bindings   what the workload's service account is and is bound to
#   project       Compose: volumes, configs, secrets, networks
#   fault         what could not be evaluated: {message, remedy}

params := data.cdbgate.params

is_kubernetes if input.context.platform == "kubernetes"

# matches_any is true when one of the RE2 patterns matches.
matches_any(patterns, text) if {
	some pattern in patterns
	regex.match(pattern, text)
}

# labelled is true when labels has one of the wanted values.
labelled(labels, wanted) if {
	some key, values in wanted
	labels[key] in values
}

# kind_of names a container by what it is, for messages.
kind_of(c) := "container" if c.role == "main"

kind_of(c) := "init container" if c.role == "init"

kind_of(c) := "sidecar" if c.role == "sidecar"

kind_of(c) := "ephemeral container" if c.role == "ephemeral"

kind_of(c) := "service" if c.role == "service"

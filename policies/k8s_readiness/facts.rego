package cdbgate.k8s_readiness

# Facts (input.context) that the gate gathers for each document. Paths lead into input.document unless said otherwise.
#
#   subject       "workload" (a pod template or a Compose service), "object" (any other object), "fault"
#   platform      "kubernetes" or "compose"
#   text          every key and scalar of the document in lower case, one a line
#   workload      {kind, name, namespace, labels, annotations, pod: {path, spec}, quantities}; kind is "service" for Compose;
#                 labels and annotations are the pod's; quantities are the pod-level ones, shaped as a container's
#   containers    [{name, role, label, long_running, path, spec, image: {ref, name}, env, mounts, probes, quantities}]
#                   role        main, init, sidecar (an init container that keeps running), ephemeral, service (Compose)
#                   label       what messages call it: container "web", init container "migrate", service "web"
#                   image.name  the last part of the image's name, without registry, tag and digest
#                   env         [{name, value, path}], the literal ones only, values as strings
#                   mounts      [{volume, target, read_only, sub_path, path}], sub_path is a boolean
#                   probes      {readiness, liveness, startup}: {handler: httpGet | tcpSocket | exec | grpc}, each only when
#                               there is one; a Compose healthcheck is {handler: "exec"} in all three
#                   quantities  {requests: {cpu, memory}, limits: {cpu, memory}, invalid: [{path}], paths: {requests: {cpu:
#                               path, …}, limits: {…}}}: numbers in cores and bytes, "unknown" for a variable without a
#                               value; these paths start at the container
#   volumes       [{name, kind, path, source}], a StatefulSet's claim templates too: kind is the volume's key (hostPath,
#                 configMap …), for Compose bind, volume, anonymous, tmpfs, npipe, cluster, image; source is the mapping
#                 below the kind, for Compose the whole entry
#   limit_ranges  [{requests: {cpu, memory}, limits: {…}}]: defaults of the namespace in the same render
#   service_account  the ServiceAccount object the pod runs as, when the repository has it
#   bindings      [{kind, name, role}]: what binds that service account to roles
#   project       Compose: {volumes, configs, secrets, networks}
#   fault         {message}: what could not be evaluated

is_kubernetes if input.context.platform == "kubernetes"

# any_of is one RE2 pattern that matches where one of several does. It is undefined for none, which matches nowhere.
any_of(patterns) := concat("", ["(?:", concat(")|(?:", patterns), ")"]) if count(patterns) > 0

# labelled is true when labels has one of the wanted values.
labelled(labels, wanted) if {
	some key, values in wanted
	labels[key] in values
}

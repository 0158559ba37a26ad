package cdbgate.k8s_readiness_test

ai_context(context) := ai_pod({"securityContext": context}, [])

at_context(steps) := array.concat(bare.path, array.concat(["securityContext"], steps))

test_k8s041_security_context if {
	verdicts("K8S041", ai_context({
		"privileged": true,
		"allowPrivilegeEscalation": true,
		"windowsOptions": {"hostProcess": true},
	})) == {
		[at_context(["privileged"]), `AI container "web" runs privileged`],
		[at_context(["allowPrivilegeEscalation"]), `AI container "web" may gain privileges`],
		[at_context(["windowsOptions", "hostProcess"]), `AI container "web" runs as a process of the host`],
	}
	verdicts("K8S041", ai_context({"privileged": false, "allowPrivilegeEscalation": false})) == set()
	verdicts("K8S041", ai_context(null)) == set()
}

test_k8s041_capabilities if {
	verdicts("K8S041", ai_context({"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN", "NET_RAW"]}})) == {[
		at_context(["capabilities", "add"]),
		`AI container "web" adds capabilities (SYS_ADMIN, NET_RAW)`,
	]}
	every odd in [[], null, "ALL"] {
		verdicts("K8S041", ai_context({"capabilities": {"add": odd}})) == set()
	}
	messages("K8S041", ai_context({"capabilities": {"add": [7]}})) == {`AI container "web" adds capabilities (7)`}
}

test_k8s041_every_container if {
	loose := {"spec": {"securityContext": {"privileged": true}}}
	containers := [a_container({"image": {"name": "ollama"}}), object.union(init, loose), object.union(sidecar, loose), object.union(ephemeral, loose)]
	messages("K8S041", pod(containers, [])) == {
		`AI init container "init" runs privileged`,
		`AI sidecar "sidecar" runs privileged`,
		`AI ephemeral container "ephemeral" runs privileged`,
	}
}

test_k8s041_pod_as_host_process if {
	loose := pod_with([healthy], [], {"securityContext": {"windowsOptions": {"hostProcess": true}}})
	verdicts("K8S041", labelled(loose, "ai", "true")) == {[
		array.concat(pod_path, ["securityContext", "windowsOptions", "hostProcess"]),
		"AI workload runs as a process of the host",
	]}
}

test_k8s041_host_path if {
	verdicts("K8S041", ai_pod({}, [pod_volume("sock", "hostPath", {"path": "/var/run/docker.sock"})])) == {[
		array.concat(pod_path, ["volumes", 0, "hostPath"]),
		`volume "sock" opens the host to an AI workload`,
	]}
	verdicts("K8S041", ai_pod({}, [pod_volume("tmp", "emptyDir", {})])) == set()
}

test_k8s041_namespaces_of_the_node if {
	loose := pod_with([healthy], [], {"hostPID": true, "nodeName": "node-1"})
	verdicts("K8S041", labelled(loose, "ai", "true")) == {[
		array.concat(pod_path, ["hostPID"]),
		"AI workload: the pod shares the node's process table (hostPID)",
	]}
}

bound_to(role) := changed(ai_pod({}, []), {"bindings": [{"kind": "ClusterRoleBinding", "name": "ops", "role": role}]})

test_k8s041_bindings if {
	verdicts("K8S041", bound_to("cluster-admin")) == {[
		array.concat(pod_path, ["serviceAccountName"]),
		`the service account of an AI workload is bound to cluster-admin by ClusterRoleBinding "ops"`,
	]}
	verdicts("K8S041", bound_to("view")) == set()
}

test_k8s041_compose if {
	loose := {
		"privileged": true, "use_api_socket": true, "cap_add": ["SYS_ADMIN"], "network_mode": "host", "uts": "host",
		"userns_mode": "host", "cgroup": "host",
	}
	verdicts("K8S041", ai_service(loose, {})) == {
		[["privileged"], `AI service "web" runs privileged`],
		[["use_api_socket"], `AI service "web" may speak to the container engine`],
		[["cap_add"], `AI service "web" adds capabilities (SYS_ADMIN)`],
		[["network_mode"], `AI workload: service "web" shares the host's network (network_mode)`],
		[["uts"], `AI service "web" shares the host's uts`],
		[["userns_mode"], `AI service "web" shares the host's userns_mode`],
		[["cgroup"], `AI service "web" shares the host's cgroup`],
	}
	verdicts("K8S041", ai_service({"privileged": false, "cap_add": [], "cgroup": "private"}, {})) == set()
}

test_k8s041_compose_volumes if {
	socket := {"type": "bind", "source": "/var/run/docker.sock", "target": "/var/run/docker.sock"}
	verdicts("K8S041", labelled(service_mounting(socket, "bind", true), "ai", "true")) == {[
		["volumes", 0],
		`volume "/var/run/docker.sock" opens the host to an AI workload`,
	]}
}

test_k8s041_other_workloads if {
	loose := a_container({"spec": {"securityContext": {"privileged": true}}})
	verdicts("K8S041", pod_with([loose], [pod_volume("data", "hostPath", {})], {"hostNetwork": true})) == set()
	verdicts("K8S041", service({"privileged": true}, {})) == set()
}

test_k8s041_parameters if {
	count(verdicts("K8S041", bound_to("view"))) == 1 with data.cdbgate.params.admin_roles as ["view"]
	verdicts("K8S041", bound_to("cluster-admin")) == set() with data.cdbgate.params.admin_roles as []
	loose := a_container({"spec": {"securityContext": {"privileged": true}}})
	count(verdicts("K8S041", pod([loose], []))) == 1 with data.cdbgate.params.ai_images as ["web"]
}

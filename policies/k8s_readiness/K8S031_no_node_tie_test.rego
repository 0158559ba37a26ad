package cdbgate.k8s_readiness_test

test_k8s031_namespaces_of_the_node if {
	verdicts("K8S031", pod_with([healthy], [], {"hostNetwork": true, "hostPID": true, "hostIPC": true})) == {
		[array.concat(pod_path, ["hostNetwork"]), "the pod shares the node's network (hostNetwork)"],
		[array.concat(pod_path, ["hostPID"]), "the pod shares the node's process table (hostPID)"],
		[array.concat(pod_path, ["hostIPC"]), "the pod shares the node's shared memory (hostIPC)"],
	}
	verdicts("K8S031", pod_with([healthy], [], {"hostNetwork": false})) == set()
}

test_k8s031_node_name if {
	verdicts("K8S031", pod_with([healthy], [], {"nodeName": "node-1"})) == {[array.concat(pod_path, ["nodeName"]), "nodeName ties the pod to one node"]}
	verdicts("K8S031", pod_with([healthy], [], {"nodeName": ""})) == set()
}

test_k8s031_node_selector if {
	verdicts("K8S031", pod_with([healthy], [], {"nodeSelector": {"kubernetes.io/hostname": "node-1"}})) == {[
		array.concat(pod_path, ["nodeSelector", "kubernetes.io/hostname"]),
		"nodeSelector names one node",
	]}
	verdicts("K8S031", pod_with([healthy], [], {"nodeSelector": {"disk": "ssd"}})) == set()
}

test_k8s031_host_port if {
	taker := a_container({"spec": {"ports": [{"containerPort": 80}, {"containerPort": 443, "hostPort": 443}, {"hostPort": 0}]}})
	verdicts("K8S031", pod([taker], [])) == {[
		array.concat(bare.path, ["ports", 1, "hostPort"]),
		`container "web" takes port 443 of the node`,
	]}
	helper := object.union(taker, in_role("sidecar", "initContainers"))
	messages("K8S031", pod([helper], [])) == {`sidecar "sidecar" takes port 443 of the node`}
}

test_k8s031_compose if {
	verdicts("K8S031", service({"network_mode": "host", "pid": "host", "ipc": "host"}, {})) == {
		[["network_mode"], `service "web" shares the host's network (network_mode)`],
		[["pid"], `service "web" shares the host's process table (pid)`],
		[["ipc"], `service "web" shares the host's shared memory (ipc)`],
	}
	verdicts("K8S031", service({"network_mode": "bridge", "pid": "service:db"}, {})) == set()
	verdicts("K8S031", service({"ports": [{"published": "8080", "target": 80}]}, {})) == set()
}

test_k8s031_compose_placement if {
	verdicts("K8S031", service({"deploy": {"placement": {"constraints": ["node.role==manager", "node.hostname == node-1"]}}}, {})) == {[
		["deploy", "placement", "constraints", 1],
		`service "web" may run on one node only`,
	]}
	verdicts("K8S031", service({"deploy": {"placement": {"constraints": ["node.hostname != node-1", 7]}}}, {})) == set()
}

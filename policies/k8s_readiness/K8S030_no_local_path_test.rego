package cdbgate.k8s_readiness_test

test_k8s030_host_path if {
	verdicts("K8S030", pod_mounting("hostPath", {"path": "/srv/data"}, {})) == {[
		array.concat(pod_path, ["volumes", 0, "hostPath"]),
		`volume "data" is a hostPath: a path of one machine`,
	]}
}

test_k8s030_unmounted_host_path if {
	count(verdicts("K8S030", pod([healthy], [pod_volume("data", "hostPath", {"path": "/srv"})]))) == 1
}

test_k8s030_git_repo if {
	messages("K8S030", pod_mounting("gitRepo", {}, {})) == {`volume "data" is a gitRepo: the node it runs on clones it`}
}

test_k8s030_other_volumes if {
	every kind in ["configMap", "secret", "emptyDir", "persistentVolumeClaim", "nfs"] {
		verdicts("K8S030", pod_mounting(kind, {}, {})) == set()
	}
}

test_k8s030_compose if {
	every source in ["./web", "/srv/web", "~/web", `C:\web`] {
		bind := {"type": "bind", "source": source, "target": "/data"}
		verdicts("K8S030", service_mounting(bind, "bind", true)) == {[["volumes", 0], sprintf(`service "web" mounts %s of the machine it runs on`, [source])]}
	}
	pipe := {"type": "npipe", "source": `\\.\pipe\docker_engine`, "target": `\\.\pipe\docker_engine`}
	count(verdicts("K8S030", service_mounting(pipe, "npipe", false))) == 1
}

test_k8s030_compose_without_source if {
	nameless := [{"name": "at /data", "kind": "bind", "path": ["volumes", 0], "source": {"target": "/data"}}]
	messages("K8S030", changed(service({}, {}), {"volumes": nameless})) == {`service "web" mounts a path of the machine it runs on`}
}

test_k8s030_compose_named_volume if {
	entry := {"type": "volume", "source": "data", "target": "/data"}
	verdicts("K8S030", service_mounting(entry, "volume", false)) == set()
	bind := changed(service_mounting(entry, "volume", false), {"project": {"volumes": {"data": disguised("bind")}}})
	verdicts("K8S030", bind) == {[["volumes", 0], `service "web" mounts /srv/data of the machine it runs on`]}
	nfs := changed(service_mounting(entry, "volume", false), {"project": {"volumes": {"data": disguised("addr=10.0.0.5")}}})
	verdicts("K8S030", nfs) == set()
}

test_k8s030_persistent_volume if {
	verdicts("K8S030", persistent_volume("hostPath")) == {[["spec", "hostPath"], `PersistentVolume "disk" is a path of one machine (hostPath)`]}
	verdicts("K8S030", persistent_volume("local")) == {[["spec", "local"], `PersistentVolume "disk" is a path of one machine (local)`]}
	verdicts("K8S030", persistent_volume("csi")) == set()
}

test_k8s030_persistent_volume_without_a_name if {
	count(verdicts("K8S030", an_object({"kind": "PersistentVolume", "spec": {"local": {"path": "/mnt/disk"}}}))) == 1
}

test_k8s030_other_objects if {
	verdicts("K8S030", object.union(persistent_volume("local"), {"document": {"kind": "Blueprint"}})) == set()
	verdicts("K8S030", an_object({"kind": "PersistentVolume", "spec": {"local": null}})) == set()
}

persistent_volume(kind) := an_object({
	"kind": "PersistentVolume", "metadata": {"name": "disk"},
	"spec": {kind: {"path": "/mnt/disk"}},
})

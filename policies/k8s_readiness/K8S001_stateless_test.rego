package cdbgate.k8s_readiness_test

test_k8s001_statefulset if {
	verdicts("K8S001", of_kind(pod([healthy], []), "StatefulSet")) == {[["kind"], `StatefulSet "web" is stateful by its kind`]}
	verdicts("K8S001", of_kind(pod([healthy], []), "DaemonSet")) == set()
}

test_k8s001_volume_claim_templates if {
	verdicts("K8S001", with_templates(healthy)) == {
		[["spec", "volumeClaimTemplates", 0], `volumeClaimTemplates gives every replica of "web" its own disk`],
		[["spec", "volumeClaimTemplates", 1], `volumeClaimTemplates gives every replica of "web" its own disk`],
	}
}

with_templates(c) := object.union(pod([c], []), {"document": {"spec": {"volumeClaimTemplates": [
	{"metadata": {"name": "data"}},
	{"metadata": {"name": "wal"}},
]}}})

test_k8s001_writable_claim if {
	verdicts("K8S001", pod_mounting("persistentVolumeClaim", {"claimName": "data"}, {})) == {[
		mount_path(0),
		`container "web" writes to volume "data" (persistentVolumeClaim), which outlives it`,
	]}
}

test_k8s001_kinds_that_outlive_a_pod if {
	every kind in ["nfs", "csi", "iscsi", "azureFile"] {
		count(verdicts("K8S001", pod_mounting(kind, {}, {}))) == 1
	}
	every kind in ["emptyDir", "ephemeral", "configMap", "secret", "projected", "downwardAPI", "image", "hostPath"] {
		verdicts("K8S001", pod_mounting(kind, {}, {})) == set()
	}
}

test_k8s001_read_only if {
	verdicts("K8S001", pod_mounting("persistentVolumeClaim", {}, {"read_only": true})) == set()
	verdicts("K8S001", pod_mounting("persistentVolumeClaim", {"readOnly": true}, {})) == set()
	count(verdicts("K8S001", pod_mounting("persistentVolumeClaim", {"readOnly": false}, {}))) == 1
}

test_k8s001_unmounted_claim if {
	verdicts("K8S001", pod([healthy], [pod_volume("data", "persistentVolumeClaim", {})])) == set()
	verdicts("K8S001", pod_mounting("persistentVolumeClaim", {}, {"volume": "other"})) == set()
}

test_k8s001_secret_drivers if {
	verdicts("K8S001", pod_mounting("csi", {"driver": "secrets-store.csi.k8s.io"}, {})) == set()
	count(verdicts("K8S001", pod_mounting("csi", {"driver": "nfs.csi.k8s.io"}, {}))) == 1
}

test_k8s001_sidecar_and_init_of_a_service if {
	claim := [pod_volume("data", "persistentVolumeClaim", {})]
	writes := {"mounts": [mount("data", "/data", mount_path(0), false)]}
	messages("K8S001", pod([healthy, object.union(sidecar, writes), object.union(init, writes)], claim)) == {
		`sidecar "sidecar" writes to volume "data" (persistentVolumeClaim), which outlives it`,
		`init container "init" writes to volume "data" (persistentVolumeClaim), which outlives it`,
	}
}

test_k8s001_store_by_image if {
	store := a_container({"image": {"name": "postgres"}, "mounts": [mount("data", "/data", mount_path(0), false)]})
	claim := [pod_volume("data", "persistentVolumeClaim", {})]
	writes := {"mounts": [mount("data", "/data", mount_path(0), false)]}
	verdicts("K8S001", of_kind(pod([store, object.union(init, writes), object.union(sidecar, writes)], claim), "StatefulSet")) == set()
	verdicts("K8S001", with_templates(store)) == set()
}

test_k8s001_another_service_in_the_pod_of_a_store if {
	store := a_container({"image": {"name": "redis"}})
	web := a_container({"mounts": [mount("data", "/data", mount_path(0), false)]})
	messages("K8S001", pod([store, web], [pod_volume("data", "persistentVolumeClaim", {})])) == {`container "web" writes to volume "data" (persistentVolumeClaim), which outlives it`}
}

test_k8s001_a_store_beside_a_service_does_not_excuse_it_by_a_sidecar if {
	helper := object.union(sidecar, {"image": {"name": "redis"}})
	count(verdicts("K8S001", of_kind(pod([healthy, helper], []), "StatefulSet"))) == 1
}

test_k8s001_store_by_label if {
	claim := labelled(pod_mounting("persistentVolumeClaim", {}, {}), "app.kubernetes.io/name", "postgresql")
	verdicts("K8S001", of_kind(claim, "StatefulSet")) == set()
	other := labelled(pod_mounting("persistentVolumeClaim", {}, {}), "app.kubernetes.io/name", "shop")
	count(verdicts("K8S001", of_kind(other, "StatefulSet"))) == 2
}

test_k8s001_compose if {
	entry := {"type": "volume", "source": "data", "target": "/data"}
	verdicts("K8S001", service_mounting(entry, "volume", false)) == {[["volumes", 0], `service "web" writes to volume "data" (volume), which outlives it`]}
	verdicts("K8S001", service_mounting(entry, "volume", true)) == set()
	count(verdicts("K8S001", service_mounting(entry, "cluster", false))) == 1
	verdicts("K8S001", service_mounting(entry, "tmpfs", false)) == set()
	verdicts("K8S001", service_mounting(entry, "anonymous", false)) == set()
}

test_k8s001_compose_store if {
	entry := {"type": "volume", "source": "data", "target": "/data"}
	postgres := service({}, {"image": {"name": "postgres"}, "mounts": [mount("data", "/data", ["volumes", 0], false)]})
	verdicts("K8S001", changed(postgres, {"volumes": [{"name": "data", "kind": "volume", "path": ["volumes", 0], "source": entry}]})) == set()
	verdicts("K8S001", labelled(service_mounting(entry, "volume", false), "app.kubernetes.io/name", "nats")) == set()
}

test_k8s001_parameters if {
	claim := pod_mounting("persistentVolumeClaim", {}, {})
	verdicts("K8S001", claim) == set() with data.cdbgate.params.persistence_images as ["web"]
	verdicts("K8S001", claim) == set() with data.cdbgate.params.state_volume_kinds as ["nfs"]
	verdicts("K8S001", labelled(claim, "tier", "db")) == set() with data.cdbgate.params.persistence_labels as {"tier": ["db"]}
	verdicts("K8S001", pod_mounting("csi", {"driver": "x"}, {})) == set() with data.cdbgate.params.secret_csi_drivers as ["x"]
}

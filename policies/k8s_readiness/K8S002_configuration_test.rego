package cdbgate.k8s_readiness_test

test_k8s002_configuration_folder_from_a_claim if {
	verdicts("K8S002", pod_mounting("persistentVolumeClaim", {}, {"target": "/etc/web"})) == {[
		mount_path(0),
		`container "web" reads configuration at /etc/web from a volume of kind persistentVolumeClaim`,
	]}
}

test_k8s002_targets if {
	every target in ["/etc/web", "/app/config", "/app/conf.d/", "/app/settings.yaml", "/app/.env", "/srv/tls.crt"] {
		count(verdicts("K8S002", pod_mounting("nfs", {}, {"target": target}))) == 1
	}
	every target in ["/data", "/var/lib/postgresql/data", "/data/configdb", "/models", "/usr/share/nginx/html", "/etcd"] {
		verdicts("K8S002", pod_mounting("nfs", {}, {"target": target})) == set()
	}
}

test_k8s002_kinds_that_may_hold_configuration if {
	every kind in ["configMap", "secret", "projected", "downwardAPI", "emptyDir", "ephemeral"] {
		verdicts("K8S002", pod_mounting(kind, {}, {"target": "/etc/web", "read_only": true, "sub_path": true})) == set()
	}
}

test_k8s002_secret_drivers if {
	verdicts("K8S002", pod_mounting("csi", {"driver": "csi.vault.hashicorp.com"}, {"target": "/etc/web"})) == set()
	count(verdicts("K8S002", pod_mounting("csi", {"driver": "nfs.csi.k8s.io"}, {"target": "/etc/web"}))) == 1
}

test_k8s002_one_read_only_item if {
	count(verdicts("K8S002", pod_mounting("persistentVolumeClaim", {}, {"sub_path": true, "read_only": true}))) == 1
	verdicts("K8S002", pod_mounting("persistentVolumeClaim", {}, {"sub_path": true})) == set()
	verdicts("K8S002", pod_mounting("persistentVolumeClaim", {}, {"read_only": true})) == set()
}

test_k8s002_file_of_the_node if {
	every kind in ["File", "FileOrCreate"] {
		count(verdicts("K8S002", pod_mounting("hostPath", {"path": "/srv/web", "type": kind}, {}))) == 1
	}
	verdicts("K8S002", pod_mounting("hostPath", {"path": "/srv/web", "type": "Directory"}, {})) == set()
	verdicts("K8S002", pod_mounting("hostPath", {"path": "/var/run/docker.sock", "type": "Socket"}, {})) == set()
}

test_k8s002_other_roles if {
	volumes := [pod_volume("data", "hostPath", {})]
	reads := {"mounts": [mount("data", "/etc/web", mount_path(0), true)]}
	{split(message, " ")[0] | some message in messages("K8S002", pod(
		[object.union(init, reads), object.union(sidecar, reads), object.union(ephemeral, reads)],
		volumes,
	))} == {"init", "sidecar", "ephemeral"}
}

test_k8s002_another_volume if {
	verdicts("K8S002", pod_mounting("nfs", {}, {"target": "/etc/web", "volume": "other"})) == set()
}

test_k8s002_compose if {
	file := {"type": "bind", "source": "./nginx.conf", "target": "/etc/nginx/nginx.conf"}
	verdicts("K8S002", service_mounting(file, "bind", true)) == {[
		["volumes", 0],
		`service "web" reads configuration at /etc/nginx/nginx.conf from a volume of kind bind`,
	]}
	count(verdicts("K8S002", service_mounting(file, "volume", false))) == 1
	verdicts("K8S002", service_mounting(file, "anonymous", false)) == set()
	verdicts("K8S002", service_mounting(file, "tmpfs", false)) == set()
	static := {"type": "volume", "source": "static", "target": "/usr/share/nginx/html"}
	verdicts("K8S002", service_mounting(static, "volume", true)) == set()
}

test_k8s002_parameters if {
	claim := pod_mounting("nfs", {}, {"target": "/etc/web"})
	verdicts("K8S002", claim) == set() with data.cdbgate.params.config_volume_kinds as ["nfs"]
	verdicts("K8S002", claim) == set() with data.cdbgate.params.config_file_patterns as ["^/opt/"]
	verdicts("K8S002", pod_mounting("csi", {"driver": "x"}, {"target": "/etc/web"})) == set() with data.cdbgate.params.secret_csi_drivers as ["x"]
}

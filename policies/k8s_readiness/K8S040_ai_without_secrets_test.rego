package cdbgate.k8s_readiness_test

# ai_pod is an AI workload without the token of its service account.
ai_pod(spec, volumes) := labelled(
	pod_with([a_container({"spec": spec})], volumes, {"automountServiceAccountToken": false}),
	"cdb.io/workload", "ai",
)

ai_service(doc, changes) := labelled(service(doc, changes), "ai", "true")

from_secret := {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "api"}}}

test_k8s040_variable if {
	from_config := {"name": "MODE", "valueFrom": {"configMapKeyRef": {"name": "web", "key": "mode"}}}
	verdicts("K8S040", ai_pod({"env": [from_config, from_secret]}, [])) == {[
		array.concat(bare.path, ["env", 1]),
		`AI container "web" reads API_KEY from a Secret`,
	]}
	verdicts("K8S040", ai_pod({"env": [from_config]}, [])) == set()
}

test_k8s040_variable_without_a_name if {
	messages("K8S040", ai_pod({"env": [object.remove(from_secret, ["name"])]}, [])) == {`AI container "web" reads a variable from a Secret`}
}

test_k8s040_whole_secret if {
	sources := [{"configMapRef": {"name": "web"}}, {"secretRef": {"name": "keys"}}]
	verdicts("K8S040", ai_pod({"envFrom": sources}, [])) == {[
		array.concat(bare.path, ["envFrom", 1]),
		`AI container "web" takes a whole Secret as environment`,
	]}
}

test_k8s040_volumes if {
	verdicts("K8S040", ai_pod({}, [pod_volume("keys", "secret", {"secretName": "keys"})])) == {[
		array.concat(pod_path, ["volumes", 0, "secret"]),
		`volume "keys" hands a secret to an AI workload`,
	]}
	every source in ["secret", "serviceAccountToken", "podCertificate"] {
		count(verdicts("K8S040", ai_pod({}, [pod_volume("keys", "projected", {"sources": [{source: {}}]})]))) == 1
	}
	count(verdicts("K8S040", ai_pod({}, [pod_volume("keys", "csi", {"driver": "secrets-store.csi.k8s.io"})]))) == 1
}

test_k8s040_harmless_volumes if {
	every source in ["configMap", "downwardAPI"] {
		verdicts("K8S040", ai_pod({}, [pod_volume("info", "projected", {"sources": [{source: {}}]})])) == set()
	}
	verdicts("K8S040", ai_pod({}, [pod_volume("models", "persistentVolumeClaim", {}), pod_volume("tmp", "emptyDir", {})])) == set()
	verdicts("K8S040", ai_pod({}, [pod_volume("models", "csi", {"driver": "nfs.csi.k8s.io"})])) == set()
}

test_k8s040_service_account_token if {
	silent := labelled(pod([healthy], []), "ai", "true")
	verdicts("K8S040", silent) == {[
		array.concat(pod_path, ["automountServiceAccountToken"]),
		"an AI workload gets the token of its service account: automountServiceAccountToken is not false",
	]}
	count(verdicts("K8S040", changed(silent, {"service_account": {"automountServiceAccountToken": true}}))) == 1
	verdicts("K8S040", changed(silent, {"service_account": {"automountServiceAccountToken": false}})) == set()
}

test_k8s040_the_pods_word_beats_the_accounts if {
	loud := labelled(pod_with([healthy], [], {"automountServiceAccountToken": true}), "ai", "true")
	count(verdicts("K8S040", changed(loud, {"service_account": {"automountServiceAccountToken": false}}))) == 1
}

test_k8s040_every_container if {
	reads := {"spec": {"env": [from_secret]}}
	containers := [a_container({"image": {"name": "ollama"}}), object.union(init, reads), object.union(sidecar, reads), object.union(ephemeral, reads)]
	count(verdicts("K8S040", pod_with(containers, [], {"automountServiceAccountToken": false}))) == 3
}

test_k8s040_other_workloads if {
	reads := a_container({"spec": {"env": [from_secret], "envFrom": [{"secretRef": {"name": "keys"}}]}})
	verdicts("K8S040", pod([reads], [pod_volume("keys", "secret", {})])) == set()
	verdicts("K8S040", service({"secrets": [{"source": "key"}]}, {})) == set()
}

test_k8s040_compose_secrets if {
	verdicts("K8S040", ai_service({"secrets": [{"source": "key"}]}, {})) == {[["secrets", 0], `AI service "web" is given a secret`]}
	verdicts("K8S040", ai_service({}, {})) == set()
}

test_k8s040_compose_variables if {
	verdicts("K8S040", ai_service({}, {"env": [composed("API_KEY", "${API_KEY}")]})) == {[
		["environment", "API_KEY"],
		`AI service "web" is handed API_KEY from outside`,
	]}
	verdicts("K8S040", ai_service({"environment": {"HF_TOKEN": null, "MODEL": null}}, {})) == {[
		["environment", "HF_TOKEN"],
		`AI service "web" is handed HF_TOKEN from outside`,
	]}
	every variable in [composed("MODEL", "${MODEL}"), composed("API_KEY", ""), composed("API_KEY", "$${API_KEY}")] {
		verdicts("K8S040", ai_service({}, {"env": [variable]})) == set()
	}
}

composed(name, value) := {"name": name, "value": value, "path": ["environment", name]}

test_k8s040_parameters if {
	verdicts("K8S040", ai_pod({"env": [from_secret]}, [])) == set() with data.cdbgate.params.ai_labels as {"cdb.io/workload": []}
	count(verdicts("K8S040", ai_pod({}, [pod_volume("keys", "csi", {"driver": "x"})]))) == 1 with data.cdbgate.params.secret_csi_drivers as ["x"]
	handed := ai_service({}, {"env": [composed("CODEWORD", "${CODEWORD}")]})
	count(verdicts("K8S040", handed)) == 1 with data.cdbgate.params.secret_name_patterns as ["^CODEWORD$"]
}

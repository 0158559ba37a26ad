package cdbgate.k8s_readiness_test

# tresor_pod is a Deployment whose pod has the given spec, in the document as well.
tresor_pod(spec) := mentioning(object.union(pod([healthy], []), {"document": {"spec": {"template": {"spec": spec}}}}))

mentioning(doc) := changed(doc, {"text": lower(json.marshal(doc.document))})

test_k8s042_pod if {
	verdicts("K8S042", tresor_pod({"containers": [{"env": [{"name": "STORE", "value": "https://tresor.internal"}]}]})) == {[
		array.concat(pod_path, ["containers", 0, "env", 0, "value"]),
		"spec.template.spec.containers.0.env.0.value names the Tresor zone",
	]}
}

test_k8s042_places_in_a_pod if {
	every spec in [
		{"volumes": [{"name": "data", "nfs": {"server": "nas", "path": "/export/tresor"}}]},
		{"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "tresor-zone"}}]},
		{"hostAliases": [{"ip": "10.0.0.5", "hostnames": ["tresor"]}]},
		{"containers": [{"args": ["--upstream=TRESOR:8200"]}]},
		{"nodeSelector": {"tresor": "true"}},
		{"containers": [{"env": [{"name": "TRESOR_URL", "value": ""}]}]},
	] {
		count(verdicts("K8S042", tresor_pod(spec))) == 1
	}
}

test_k8s042_whole_words if {
	every value in ["tresorier", "montresor", "treasure"] {
		verdicts("K8S042", tresor_pod({"hostname": value})) == set()
	}
}

test_k8s042_one_finding_a_place if {
	count(verdicts("K8S042", tresor_pod({"hostname": "tresor-zone"}))) == 1
}

test_k8s042_selectors_that_leave_it_out if {
	verdicts("K8S042", tresor_pod(requiring({"key": "zone", "operator": "NotIn", "values": ["tresor"]}))) == set()
	verdicts("K8S042", tresor_pod(requiring({"key": "tresor", "operator": "DoesNotExist"}))) == set()
	count(verdicts("K8S042", tresor_pod(requiring({"key": "zone", "operator": "In", "values": ["tresor"]})))) == 1
}

requiring(requirement) := {"affinity": {"nodeAffinity": {"terms": [{"matchExpressions": [requirement]}]}}}

test_k8s042_only_selectors_can_leave_it_out if {
	smuggled := {"name": "STORE", "value": "tresor", "operator": "NotIn"}
	count(verdicts("K8S042", tresor_pod({"containers": [{"env": [smuggled]}]}))) == 1
}

test_k8s042_metadata_of_a_workload if {
	named := object.union(tresor_pod({}), {"document": {"metadata": {"annotations": {"note": "not the tresor"}}}})
	verdicts("K8S042", mentioning(named)) == set()
}

test_k8s042_compose if {
	verdicts("K8S042", mentioning(service({"environment": {"STORE": "tresor:8200"}, "networks": {"tresor": null}}, {}))) == {
		[["environment", "STORE"], "environment.STORE names the Tresor zone"],
		[["networks", "tresor"], "networks.tresor names the Tresor zone"],
	}
	verdicts("K8S042", mentioning(service({"environment": {"STORE": "vault:8200"}}, {}))) == set()
}

test_k8s042_compose_definitions if {
	definition := {"external": true, "name": "tresor_net"}
	networked := changed(service({"networks": {"back": null}}, {}), {"project": {"networks": {"back": definition}}})
	verdicts("K8S042", networked) == {[["networks", "back"], "networks.back leads to something that names the Tresor zone"]}
	entry := {"type": "volume", "source": "data", "target": "/data"}
	mounting := changed(service_mounting(entry, "volume", true), {"project": {"volumes": {"data": definition}}})
	verdicts("K8S042", mounting) == {[["volumes", 0], "volumes.0 leads to something that names the Tresor zone"]}
	given := changed(service({"secrets": [{"source": "key"}]}, {}), {"project": {"secrets": {"key": definition}}})
	verdicts("K8S042", given) == {[["secrets", 0], "secrets.0 leads to something that names the Tresor zone"]}
	configured := changed(service({"configs": [{"source": "app"}]}, {}), {"project": {"configs": {"app": definition}}})
	verdicts("K8S042", configured) == {[["configs", 0], "configs.0 leads to something that names the Tresor zone"]}
	unused := changed(service({}, {}), {"project": {"networks": {"back": definition}}})
	verdicts("K8S042", unused) == set()
	harmless := changed(service({"networks": {"back": null}}, {}), {"project": {"networks": {"back": {"name": "back_net"}}}})
	verdicts("K8S042", harmless) == set()
}

test_k8s042_network_policy if {
	verdicts("K8S042", policy_to([{"to": [{"namespaceSelector": {"matchLabels": {"name": "tresor"}}}]}])) == {[
		["spec", "egress", 0, "to", 0, "namespaceSelector", "matchLabels", "name"],
		"spec.egress.0.to.0.namespaceSelector.matchLabels.name names the Tresor zone",
	]}
	not_there := {"key": "name", "operator": "NotIn", "values": ["tresor"]}
	verdicts("K8S042", policy_to([{"to": [{"namespaceSelector": {"matchExpressions": [not_there]}}]}])) == set()
}

policy_to(egress) := an_object({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {"egress": egress}})

test_k8s042_network_policy_that_protects_it if {
	verdicts("K8S042", an_object({
		"kind": "NetworkPolicy", "metadata": {"name": "deny-all", "namespace": "tresor"},
		"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
	})) == set()
}

test_k8s042_calico if {
	rule := {"action": "Deny", "destination": {"selector": "zone == 'tresor'"}}
	calico := {"apiVersion": "projectcalico.org/v3", "kind": "GlobalNetworkPolicy", "spec": {"egress": [rule]}}
	verdicts("K8S042", an_object(calico)) == set()
	allowing := object.union(rule, {"action": "Allow"})
	count(verdicts("K8S042", an_object(object.union(calico, {"spec": {"egress": [allowing]}})))) == 1
	count(verdicts("K8S042", policy_to([rule]))) == 1
}

test_k8s042_cilium if {
	egress := [{"toFQDNs": [{"matchName": "tresor.internal"}]}]
	count(verdicts("K8S042", an_object({"kind": "CiliumNetworkPolicy", "spec": {"egress": egress}}))) == 1
	verdicts("K8S042", an_object({"kind": "CiliumClusterwideNetworkPolicy", "specs": [{"egress": egress}]})) == {[
		["specs", 0, "egress", 0, "toFQDNs", 0, "matchName"],
		"specs.0.egress.0.toFQDNs.0.matchName names the Tresor zone",
	]}
	verdicts("K8S042", an_object({"kind": "CiliumNetworkPolicy", "spec": {"egressDeny": egress}})) == set()
}

test_k8s042_objects_that_lead_there if {
	every doc in [
		{"kind": "Service", "metadata": {"name": "tresor"}},
		{"kind": "Service", "metadata": {"name": "store"}, "spec": {"type": "ExternalName", "externalName": "tresor.internal"}},
		{"kind": "Endpoints", "metadata": {"name": "store"}, "subsets": [{"addresses": [{"hostname": "tresor"}]}]},
		{"kind": "EndpointSlice", "metadata": {"name": "store"}, "endpoints": [{"hostname": "tresor"}]},
		{"kind": "Ingress", "metadata": {"namespace": "tresor"}},
		{"kind": "ClusterRole", "rules": [{"resourceNames": ["tresor"]}]},
		{"kind": "RoleBinding", "subjects": [{"kind": "ServiceAccount", "name": "web", "namespace": "tresor"}]},
		{"kind": "RoleBinding", "roleRef": {"name": "tresor-reader"}},
		{"kind": "PersistentVolume", "spec": {"nfs": {"path": "/export/tresor"}}},
		{"kind": "SecretStore", "spec": {"provider": {"vault": {"server": "https://tresor:8200"}}}},
	] {
		count(verdicts("K8S042", an_object(doc))) == 1
	}
}

test_k8s042_config_maps if {
	verdicts("K8S042", an_object({"kind": "ConfigMap", "data": {"STORE": "https://tresor:8200\n", "MODE": "fast"}})) == {[
		["data", "STORE"],
		"data.STORE names the Tresor zone",
	]}
	verdicts("K8S042", an_object({"kind": "ConfigMap", "data": {"rules.md": "# Zones\nNobody reaches the tresor.\n"}})) == set()
}

test_k8s042_objects_that_only_mention_it if {
	every doc in [
		{"kind": "Namespace", "metadata": {"name": "tresor"}},
		{"kind": "Service", "metadata": {"name": "web", "labels": {"beside": "tresor"}}},
		{"kind": "Service", "metadata": {"name": "web"}},
		{"kind": "Service"},
	] {
		verdicts("K8S042", an_object(doc)) == set()
	}
}

test_k8s042_parameters if {
	spec := {"hostname": "safe"}
	verdicts("K8S042", tresor_pod(spec)) == set()
	count(verdicts("K8S042", tresor_pod(spec))) == 1 with data.cdbgate.params.tresor_names as ["safe", "strongroom"]
	verdicts("K8S042", tresor_pod({"hostname": "tresor"})) == set() with data.cdbgate.params.tresor_names as []
	definition := {"name": "tresor_net"}
	networked := changed(service({"networks": {"back": null}}, {}), {"project": {"networks": {"back": definition}}})
	verdicts("K8S042", networked) == set() with data.cdbgate.params.tresor_names as []
	count(verdicts("K8S042", an_object({"kind": "Route", "spec": {"host": "tresor"}}))) == 1 with data.cdbgate.params.tresor_kinds as ["Route"]
}

package cdbgate.k8s_readiness_test

import data.cdbgate.k8s_readiness

test_ai_by_label if k8s_readiness.is_ai with input as labelled(pod([healthy], []), "cdb.io/workload", "ki")

test_ai_by_annotation if {
	k8s_readiness.is_ai with input as changed(pod([healthy], []), {"workload": {"annotations": {"ai": "true"}}})
}

test_ai_by_image_of_any_container if {
	k8s_readiness.is_ai with input as pod([healthy, a_container({"image": {"name": "ollama"}})], [])
	k8s_readiness.is_ai with input as service({}, {"image": {"name": "vllm-openai"}})
}

test_ai_by_parameters if {
	k8s_readiness.is_ai with input as pod([healthy], [])
		with data.cdbgate.params.ai_images as ["web"]
	k8s_readiness.is_ai with input as labelled(pod([healthy], []), "tier", "brain")
		with data.cdbgate.params.ai_labels as {"tier": ["brain"]}
	not k8s_readiness.is_ai with input as pod([a_container({"image": {"name": "ollama"}})], [])
		with data.cdbgate.params.ai_images as []
}

test_not_ai if {
	not k8s_readiness.is_ai with input as pod([healthy], [])
	not k8s_readiness.is_ai with input as labelled(pod([healthy], []), "ai", "false")
	not k8s_readiness.is_ai with input as pod([], [])
}

package cdbgate.k8s_readiness_test

import data.cdbgate.k8s_readiness

test_k8s000_says_what_went_wrong if {
	verdicts("K8S000", fault({"fault": {"message": "web.yaml: line 3: mapping expected"}})) == {[[], "web.yaml: line 3: mapping expected"]}
}

test_k8s000_holds_without_a_message if {
	verdicts("K8S000", fault({})) == {[[], "could not be evaluated"]}
}

test_k8s000_is_all_that_is_said_of_a_fault if {
	{v.rule | some v in k8s_readiness.deny with input as fault({})} == {"K8S000"}
}

test_k8s000_not_for_what_can_be_read if {
	verdicts("K8S000", pod([healthy], [])) == set()
	verdicts("K8S000", an_object({"kind": "Service"})) == set()
}

fault(context) := {"document": null, "context": object.union({"subject": "fault"}, context)}

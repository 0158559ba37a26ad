package cdbgate.delivery_gate_test

import data.cdbgate.delivery_gate

asked := {"document": null, "now": now, "context": {"subject": "files", "files": {
	"approval": "knowledge/governance/DELIVERY_APPROVED.yaml",
	"rules": ["governance/allowed_signers", "rules"],
}}}

test_watched_lists if {
	lists := delivery_gate.watched with input as asked
	object.keys(lists) == {"approval", "rules", "runners", "infrastructure", "not_infrastructure"}
	lists.approval == ["knowledge/governance/DELIVERY_APPROVED.yaml"]
	every glob in ["governance/allowed_signers", "rules", ".cdbgate.yaml", ".gitleaks.toml", ".gitleaksignore"] {
		glob in lists.rules
	}
	every glob in [".github/workflows/**", ".gitlab-ci.yml", "Jenkinsfile", "Makefile"] {
		glob in lists.runners
	}
	every glob in ["infrastructure/**", "**/*.tf", "**/Dockerfile", "**/docker-compose*.yml"] {
		glob in lists.infrastructure
	}
	"**/*.md" in lists.not_infrastructure
}

test_watched_by_parameters if {
	lists := delivery_gate.watched with input as asked
		with data.cdbgate.params.gate_files as ["a"]
		with data.cdbgate.params.gate_runners as ["b"]
		with data.cdbgate.params.infrastructure_paths as ["c"]
		with data.cdbgate.params.infrastructure_exceptions as ["d"]
	lists.rules == ["a", "governance/allowed_signers", "rules"]
	lists.runners == ["b"]
	lists.infrastructure == ["c"]
	lists.not_infrastructure == ["d"]
}

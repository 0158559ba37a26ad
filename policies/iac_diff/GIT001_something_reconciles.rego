package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: Something reconciles
# description: >-
#   Git is the single source of truth only when something brings the cluster to what Git says: every folder of Kubernetes
#   manifests lies below the path of a Flux Kustomization, a HelmRelease or an Argo CD Application.
# custom:
#   id: GIT001
#   severity: error
#   clauses: [INF-3.1, INF-3.2]
#   remediation: |-
#     Let a reconciler cover the folder:
#       apiVersion: kustomize.toolkit.fluxcd.io/v1
#       kind: Kustomization
#       metadata: {name: apps, namespace: flux-system}
#       spec:
#         sourceRef: {kind: GitRepository, name: flux-system}
#         path: ./apps
#         interval: 5m
#         prune: true
#         suspend: false
deny contains violation if {
	input.context.subject == "uncovered"
	violation := lib.violation(rego.metadata.rule(), [], uncovered_message)
}

uncovered_message := sprintf("nothing reconciles %s (%s, the first is %s): the repository has no Flux or Argo CD object that does", [folder_name, lib.counted(u.objects, "object", "objects"), u.first]) if {
	u := input.context.uncovered
	u.reconcilers == 0
}

uncovered_message := sprintf("no reconciler's path leads to %s (%s, the first is %s)", [folder_name, lib.counted(u.objects, "object", "objects"), u.first]) if {
	u := input.context.uncovered
	u.reconcilers > 0
}

folder_name := "the repository's root" if input.context.uncovered.folder == "."

folder_name := input.context.uncovered.folder if input.context.uncovered.folder != "."

// Package policies holds the rules that ship inside the binary: one folder a gate, lib for what they share, data.yaml for
// every threshold and list, params.schema.json for the types of those.
package policies

import "embed"

// FS holds the embedded bundle, tests included (`cdbgate policy test` runs them).
//
//go:embed data.yaml params.schema.json all:lib all:secret_scan all:delivery_gate all:iac_diff all:k8s_readiness all:openapi_drift
var FS embed.FS

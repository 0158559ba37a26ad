package cdbgate.secret_scan

import data.cdbgate.lib

# METADATA
# title: No plaintext Kubernetes Secret
# description: >-
#   The values of a Secret come from the secret store, or are encrypted. base64 is no encryption. The values are not part of
#   the message.
# custom:
#   id: SEC003
#   severity: error
#   clauses: [INF-8, GOV-1]
#   remediation: |-
#     Replace the value where it is used, then commit a SealedSecret, an ExternalSecret or a Secret that SOPS encrypts:
#       kubectl create secret generic web --dry-run=client --from-file=password=/dev/stdin -o yaml | kubeseal -o yaml > web.yaml
#       sops --encrypt --in-place --encrypted-regex '^(data|stringData)$' web.yaml
deny contains violation if {
	some v in plain_values
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, v.path, v.message)
}

plain_values contains {"severity": severity, "path": [value.field, value.key], "message": message} if {
	input.context.subject == "secret"
	not input.context.secret.sealed == true
	some value in input.context.secret.literals
	form := form_of(value)
	severity := form_severity(form)
	message := sprintf("%s: %s.%s is %s", [secret_name, value.field, value.key, plain_words(form)])
}

secret_name := sprintf("%s %q", [secret_kind, input.document.metadata.name]) if {
	is_string(input.document.metadata.name)
} else := secret_kind

secret_kind := "secretGenerator" if {
	input.context.secret.generator == true
} else := "Secret"

plain_words(form) := "a placeholder: whoever fills it in may commit the value" if form == "placeholder"

plain_words(form) := concat("", ["a literal value", literal_origin]) if form != "placeholder"

# Some keys of a file that SOPS encrypts may stay as they are, and sops: alone encrypts nothing.
literal_origin := ", which SOPS does not encrypt" if {
	input.context.secret.sops == true
} else := ", or a file of the repository" if {
	input.context.secret.generator == true
} else := ", which stands in what it is rendered from" if {
	input.context.secret.template == true
} else := ""

package cdbgate.openapi_drift

import data.cdbgate.lib

# METADATA
# title: The webhook about rotated keys is HMAC-signed
# description: >-
#   Whoever calls the webhook that announces rotated keys has to prove it by an HMAC: in a required header, or by a security scheme
#   without which no request is let in.
# custom:
#   id: API005
#   severity: error
#   clauses: [GOV-1]
#   params: [signed_webhook_paths, signed_webhook_patterns, signature_header_patterns, signature_scheme_patterns]
#   remediation: |-
#     Describe the signature at the operation, and check it in the code:
#       parameters:
#         - {name: X-Signature-256, in: header, required: true, schema: {type: string, pattern: '^sha256=[0-9a-f]{64}$'}}
deny contains violation if {
	input.context.subject == "spec"
	some v in unsigned_webhooks
	violation := lib.violation(rego.metadata.rule(), v.path, v.message)
}

unsigned_webhooks contains {"path": ["paths", path, "post"], "message": unsigned_words(sprintf("POST %s", [path]), operation)} if {
	some path, item in object_at(input.document, "paths")
	operation := item.post
	announces_rotation(path)
	not is_signed(operation)
}

unsigned_webhooks contains {"path": ["webhooks", name, "post"], "message": unsigned_words(sprintf("webhook %s", [name]), operation)} if {
	some name, item in object_at(input.document, "webhooks")
	operation := item.post
	regex.match(any_of(params.signed_webhook_patterns), name)
	not is_signed(operation)
}

# announces_rotation tells such a path by its last segments, whatever it is mounted under.
announces_rotation(path) if {
	some signed_path in params.signed_webhook_paths
	tail := segments(signed_path)
	whole := segments(path)
	count(tail) > 0
	array.slice(whole, count(whole) - count(tail), count(whole)) == tail
}

is_signed(operation) if {
	some header in signature_headers(operation)
	header.required == true
}

is_signed(operation) if {
	count(list_at(operation, "security")) > 0
	every alternative in operation.security {
		has_signature(alternative)
	}
}

signature_headers(operation) := [parameter |
	some parameter in list_at(operation, "parameters")
	parameter.in == "header"
	is_signature_header(text_at(parameter, "name"))
]

is_signature_header(name) if regex.match(any_of(params.signature_header_patterns), name)

says_signature(text) if regex.match(any_of(params.signature_scheme_patterns), text)

has_signature(alternative) if {
	is_array(alternative)
	some scheme in alternative
	is_signature(scheme)
}

is_signature(scheme) if {
	scheme.type == "apiKey"
	scheme.in == "header"
	is_signature_header(text_at(scheme, "parameter"))
}

is_signature(scheme) if {
	scheme.type == "http"
	says_signature(text_at(scheme, "scheme"))
}

is_signature(scheme) if {
	scheme.type in {"apiKey", "http"}
	some field in ["name", "description"]
	says_signature(text_at(scheme, field))
}

unsigned_words(subject, operation) := sprintf("%s is not HMAC-signed: %s", [subject, concat("; ", unsigned_reasons(operation))])

unsigned_reasons(operation) := reasons if {
	reasons := optional_reasons(operation) | lenient_reasons(operation)
	count(reasons) > 0
} else := {"it describes neither a signature header nor a security scheme"}

optional_reasons(operation) := {reason |
	some header in signature_headers(operation)
	reason := sprintf("the header %s is optional", [text_at(header, "name")])
}

lenient_reasons(operation) := {lenient_reason(alternative) |
	some alternative in list_at(operation, "security")
	not has_signature(alternative)
}

lenient_reason([]) := "its security allows anonymous access"

lenient_reason(alternative) := sprintf("its security is content with %s, which is no signature", [concat(" and ", scheme_names(alternative))]) if alternative != []

scheme_names(alternative) := names if {
	names := {name | some scheme in alternative; name := text_at(scheme, "name"); name != ""}
	count(names) > 0
} else := {"a scheme without a name"}

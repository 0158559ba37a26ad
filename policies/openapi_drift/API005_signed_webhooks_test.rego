package cdbgate.openapi_drift_test

import data.cdbgate.openapi_drift

operation := ["paths", "/api/v1/auth/keys/rotated", "post"]

# operations that are signed.
signed := [
	{"parameters": [a_header({})]},
	{"parameters": [{"name": "limit", "in": "query", "required": false}, a_header({"name": "X-HMAC"})]},
	{"parameters": [a_header({"required": false}), a_header({"name": "X-Signature"})]},
	{"parameters": [a_header({})], "security": [[]]},
	{"parameters": [a_header({})], "security": [[bearer]]},
	{"security": [[a_scheme({})]]},
	{"security": [[bearer, a_scheme({})]]},
	{"security": [[a_scheme({})], [a_scheme({"name": "old", "parameter": "X-Hub-Signature-256"})]]},
	{"security": [[object.union(bearer, {"scheme": "HMAC-SHA256"})]]},
	{"security": [[object.union(bearer, {"name": "hmacAuth"})]]},
	{"security": [[object.union(bearer, {"description": "an HMAC of the body, in hex"})]]},
	{"security": [[a_scheme({"parameter": "X-Webhook-Proof", "description": "HMAC-SHA256 of the body"})]]},
	{"security": [[a_scheme({"parameter": "proof", "in": "query", "name": "hmac"})]]},
]

test_api005_signed if {
	every changes in signed {
		rules(a_rotation(changes)) == set()
		rules(a_webhook("keysRotated", changes)) == set()
	}
}

# operations that are not, and why.
unsigned := {
	{}: "it describes neither a signature header nor a security scheme",
	{"parameters": null, "security": null}: "it describes neither a signature header nor a security scheme",
	{"parameters": [a_header({"name": "X-Request-Id"})]}: "it describes neither a signature header nor a security scheme",
	{"parameters": [a_header({"in": "query"})]}: "it describes neither a signature header nor a security scheme",
	{"parameters": [a_header({"required": false})]}: "the header X-Hub-Signature-256 is optional",
	{"parameters": [a_header({"required": null})]}: "the header X-Hub-Signature-256 is optional",
	{"parameters": [a_header({"required": false})], "security": [[]]}: "its security allows anonymous access; the header X-Hub-Signature-256 is optional",
	{"security": [[]]}: "its security allows anonymous access",
	{"security": [[a_scheme({})], []]}: "its security allows anonymous access",
	{"security": [[bearer]]}: "its security is content with bearerAuth, which is no signature",
	{"security": [[a_scheme({})], [bearer]]}: "its security is content with bearerAuth, which is no signature",
	{"security": [[bearer, a_scheme({"name": "key", "parameter": "X-Api-Key"})]]}: "its security is content with bearerAuth and key, which is no signature",
	{"security": [[a_scheme({"in": "query"})]]}: "its security is content with webhook, which is no signature",
	{"security": [[a_scheme({"in": "cookie"})]]}: "its security is content with webhook, which is no signature",
	{"security": [[a_scheme({"type": "mutualTLS", "name": "hmac"})]]}: "its security is content with hmac, which is no signature",
	{"security": [[{}]]}: "its security is content with a scheme without a name, which is no signature",
	{"security": [null]}: "its security is content with a scheme without a name, which is no signature",
}

test_api005_unsigned if {
	every changes, reason in unsigned {
		verdicts("API005", a_rotation(changes)) == {[operation, concat("", ["POST /api/v1/auth/keys/rotated is not HMAC-signed: ", reason])]}
		rules(a_rotation(changes)) == {"API005"}
		verdicts("API005", a_webhook("keysRotated", changes)) == {[["webhooks", "keysRotated", "post"], concat("", ["webhook keysRotated is not HMAC-signed: ", reason])]}
	}
}

test_api005_paths if {
	every path in ["/auth/keys/rotated", "/auth/keys/rotated/", "/api/v1/auth/keys/rotated", "/api//auth/keys/rotated", "/api/{version}/auth/keys/rotated"] {
		{where | some [where, _] in verdicts("API005", a_spec({path: {"post": an_operation({})}}))} == {["paths", path, "post"]}
	}
	every path in ["/keys/rotated", "/oauth/keys/rotated", "/auth/keys/rotated/last", "/auth/keys/rotate", "/auth/keys/Rotated", "/auth/keys", "/"] {
		verdicts("API005", a_spec({path: {"post": an_operation({})}})) == set()
	}
}

test_api005_other_methods if {
	verdicts("API005", a_spec({"/auth/keys/rotated": {"get": an_operation({}), "put": an_operation({})}})) == set()
	verdicts("API005", a_spec({"/auth/keys/rotated": {"post": null}})) == {[
		["paths", "/auth/keys/rotated", "post"],
		"POST /auth/keys/rotated is not HMAC-signed: it describes neither a signature header nor a security scheme",
	]}
}

test_api005_webhooks if {
	every name in ["keysRotated", "keyRotated", "keys-rotated", "keys_rotated", "auth.keys.rotated", "authKeysRotated", "auth/keys/rotated", "KEYS ROTATED"] {
		{where | some [where, _] in verdicts("API005", a_webhook(name, {}))} == {["webhooks", name, "post"]}
	}
	every name in ["thingAdded", "keysRotatedLast", "rotated", "keysRevoked", "logRotated"] {
		verdicts("API005", a_webhook(name, {})) == set()
	}
}

test_api005_headers if {
	every name in [
		"X-Signature", "X-Hub-Signature", "X-Hub-Signature-256", "signature", "Signature", "X-HMAC", "X-Hmac-Sha256", "X-HmacSha256", "X-Hmac-Signature",
		"Stripe-Signature", "X_Signature", "X-Signature-V2", "X-Signature-SHA-512",
	] {
		openapi_drift.is_signature_header(name)
	}
	every name in ["X-Signature-Timestamp", "X-Signature-Ed25519", "Signature-Input", "X-Signature-Key-Id", "X-Designature", "Authorization", ""] {
		not openapi_drift.is_signature_header(name)
	}
}

test_api005_parameters if {
	doc := a_rotation({"parameters": [a_header({"name": "X-Proof"})]})
	rules(doc) == {"API005"}
	rules(doc) == set() with data.cdbgate.params.signature_header_patterns as ["(?i)^x-proof$"]
	rules(doc) == set() with data.cdbgate.params.signed_webhook_paths as []
	rules(doc) == set() with data.cdbgate.params.signed_webhook_paths as ["/"]
	rules(doc) == {"API005"} with data.cdbgate.params.signed_webhook_paths as ["/rotated/"]
	rules(doc) == set() with data.cdbgate.params.signed_webhook_paths as ["/a/b/c/d/api/v1/auth/keys/rotated"]
	rules(a_webhook("keysRotated", {})) == set() with data.cdbgate.params.signed_webhook_patterns as []
	rules(a_rotation({"security": [[a_scheme({})]]})) == {"API005"} with data.cdbgate.params.signature_header_patterns as []
	rules(a_rotation({"security": [[object.union(bearer, {"scheme": "hmac"})]]})) == {"API005"} with data.cdbgate.params.signature_scheme_patterns as []
}

test_api005_other_subjects if {
	every subject in ["validity", "generator", "drift", "changes"] {
		verdicts("API005", knowing(a_rotation({}), {"subject": subject})) == set()
	}
}

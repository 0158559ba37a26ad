package cdbgate.secret_scan_test

confidential := {
	"BKG_API_KEY", "BKG_API_KEYS", "BKG_ADMIN_API_KEY", "BKG_DB_DSN", "bkg_api_key", "bkgApiKey", "bkgDbDsn", "bkg.db.dsn", "Bkg__Db__Dsn",
	"JWT_SECRET", "AUTH_JWT_SECRET", "JWT_SECRET_KEY", "JWT_SIGNING_SECRET", "jwtSecret", "jwt.secret", "Jwt__Secret", "JWT_SECRET_BASE64",
	"COSIGN_KEY_B64", "COSIGN_PRIVATE_KEY", "COSIGN_PASSWORD", "TLS_PRIVATE_KEY", "WEB_TLS_KEY_PEM",
	"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_TOKEN", "OTEL_EXPORTER_TOKEN", "OTEL_EXPORTER_OTLP_TOKEN",
	"OTEL_API_KEY", "OTEL_KEY", "OTEL_EXPORTER_KEY", "OTEL_SECRET", "CAVE_OTEL_TOKEN", "OTLP_AUTH_TOKEN", "otelToken", "OTEL_LICENSE_KEY",
	"JWT_SECRET_PREVIOUS",
}

unconfidential := {
	"BKG_API_KEY_FILE", "BKG_API_URL", "BKG_DB_PATH", "MY_BKG_API_KEY_NAME", "JWT_SECRET_FILE", "JWT_SECRET_NAME", "JWT_ISSUER", "JWT_PUBLIC_KEY",
	"COSIGN_PUBLIC_KEY", "COSIGN_KEY", "COSIGN_EXPERIMENTAL", "TLS_CERT_FILE", "TLS_KEY", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME",
	"OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CERTIFICATE", "CAVE_OTEL_SAMPLING_RATE", "OTEL_TOKEN_FILE", "OTEL_ATTRIBUTE_KEY",
	"HOTEL_NAME", "LOG_LEVEL", "", "KEY",
}

# The sets name what is judged wrongly.
test_sec004_names if {
	{name | some name in confidential; count(verdicts("SEC004", a_literal(name))) != 1} == set()
	{name | some name in unconfidential; count(verdicts("SEC004", a_literal(name))) > 0} == set()
}

test_sec004_literal if {
	graded("SEC004", a_literal("BKG_API_KEY")) == {["error", [], "BKG_API_KEY is given a literal value (compose file)"]}
	messages("SEC004", an_assignment({"form": "literal", "where": ""})) == {"BKG_API_KEY is given a literal value"}
	rules(a_literal("JWT_SECRET")) == {"SEC004"}
}

test_sec004_placeholder if {
	graded("SEC004", an_assignment({"form": "placeholder"})) == {[
		"warning", [],
		"BKG_API_KEY is given a placeholder: whoever fills it in may commit the value (compose file)",
	]}
}

test_sec004_not_in_the_repository if {
	every form in ["reference", "empty", "encrypted"] {
		verdicts("SEC004", an_assignment({"form": form})) == set()
	}
}

# Fails closed: a value is a literal unless the facts say otherwise.
test_sec004_unknown_form if {
	every form in ["riddle", null] {
		messages("SEC004", an_assignment({"form": form})) == {"BKG_API_KEY is given a literal value (compose file)"}
	}
	bare := {"document": null, "context": {"subject": "assignment", "assignment": {"name": "JWT_SECRET"}}}
	graded("SEC004", bare) == {["error", [], "JWT_SECRET is given a literal value"]}
}

test_sec004_parameters if {
	count(verdicts("SEC004", a_literal("CODEWORD"))) == 1 with data.cdbgate.params.confidential_names as ["CODE", "CODEWORD"]
	verdicts("SEC004", a_literal("CODEWORDS")) == set() with data.cdbgate.params.confidential_names as ["CODE|CODEWORD"]
	every pattern, n in {`^compose\.yaml: BKG_API_KEY$`: 0, `: BKG_API_KEY$`: 0, `^compose\.yaml: `: 0, `^tests/`: 1, `: JWT_SECRET$`: 1} {
		count(verdicts("SEC004", a_literal("BKG_API_KEY"))) == n with data.cdbgate.params.confidential_exceptions as ["^never$", pattern]
	}
}

test_sec004_other_subjects if {
	every subject in ["leak", "file", "secret", "scan"] {
		verdicts("SEC004", knowing(a_literal("BKG_API_KEY"), {"subject": subject})) == set()
	}
}

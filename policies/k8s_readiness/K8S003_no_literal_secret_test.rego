package cdbgate.k8s_readiness_test

env_path := array.concat(pod_path, ["containers", 0, "env", 0, "value"])

pod_with_env(name, value) := pod([a_container({"env": [{"name": name, "value": value, "path": env_path}]})], [])

found(name, value) if count(verdicts("K8S003", pod_with_env(name, value))) == 1

test_k8s003_kubernetes if {
	verdicts("K8S003", pod_with_env("POSTGRES_PASSWORD", "example")) == {[env_path, `container "web" sets POSTGRES_PASSWORD to a literal value`]}
}

test_k8s003_compose if {
	variable := {"name": "JWT_SECRET", "value": "example", "path": ["environment", "JWT_SECRET"]}
	verdicts("K8S003", service({}, {"env": [variable]})) == {[["environment", "JWT_SECRET"], `service "web" sets JWT_SECRET to a literal value`]}
	reference := object.union(variable, {"value": "${JWT_SECRET}"})
	verdicts("K8S003", service({}, {"env": [reference]})) == set()
}

test_k8s003_every_role if {
	variable := {"env": [{"name": "API_KEY", "value": "example", "path": env_path}]}
	{split(message, " ")[0] | some message in messages("K8S003", pod(
		[object.union(init, variable), object.union(sidecar, variable), object.union(ephemeral, variable)],
		[],
	))} == {"init", "sidecar", "ephemeral"}
}

test_k8s003_the_value_is_never_said if {
	every name, value in {"API_KEY": "not-to-be-seen", "DATABASE_URL": "postgres://app:not-to-be-seen@db/shop"} {
		every message in messages("K8S003", pod_with_env(name, value)) {
			not contains(message, "not-to-be-seen")
		}
	}
}

test_k8s003_names_of_other_things if {
	every name in ["LOG_LEVEL", "REDIS_PASSWORD_FILE", "TOKEN_TTL", "AWS_ACCESS_KEY_ID"] {
		not found(name, "example")
	}
}

test_k8s003_values_that_are_no_secret if {
	every value in [
		"", " ", "true", "False", "no", "0", "1", "${API_KEY}", "${API_KEY:?set it}", "${API_KEY-}", "${API_KEY:-}", "$(API_KEY)",
		"$API_KEY", "Bearer ${TOKEN}", "vault:secret/data/web#key", "ref+vault://secret/web#/key", "op://vault/item/field",
		"arn:aws:secretsmanager:eu-central-1:123456789012:secret:web", "projects/shop/secrets/key", "ENC[AES256_GCM,data:AA==]",
		"/run/secrets/api_key", "file:///run/secrets/api_key", "<set by the operator>", "postgres://app:$(DB_PASSWORD)@db:5432/shop",
		"postgres://app:${DB_PASSWORD}@db/shop", "app:${DB_PASSWORD}@tcp(db:3306)/shop", "host=db user=app password=$(DB_PASSWORD)",
	] {
		not found("API_KEY", value)
	}
}

test_k8s003_values_that_only_look_like_references if {
	every value in [
		"example", "${API_KEY:-example}", "${API_KEY-example}", "$${API_KEY}", "$ecret", "example ${API_KEY}", "/9j/4AAQSkZJRg", "12",
		"postgres://app:example@db/${DB_NAME}",
	] {
		found("API_KEY", value)
	}
}

test_k8s003_secrets_under_any_name if {
	every value in [
		"postgres://app:example@db:5432/shop", "redis://:example@cache:6379/0", "amqp://$(USER):example@bus",
		"Server=db;User Id=app;Password=example", "host=db password=example", "AccountName=a;AccountKey=example",
		"authorization=Bearer example", "Authorization: Basic example", "authorization=Bearer%20example", "x-api-key=example",
	] {
		found("SETTING", value)
	}
}

test_k8s003_harmless_under_any_name if {
	every value in [
		"postgres://app:$(DB_PASSWORD)@db/shop", "postgres://app:${DB_PASSWORD}@db/shop", "http://web:8080/@scope", "redis://cache:6379",
		"Server=db;User Id=app;Password=${DB_PASSWORD}", "authorization=Bearer ${OTEL_TOKEN}", "amqp://app:<password>@bus",
		"http://[::1]:8080/", "user@example.org", "registry.example/web@sha256:00",
	] {
		not found("SETTING", value)
	}
}

test_k8s003_private_key if found("TLS", concat(" ", ["-----BEGIN EC", "PRIVATE KEY-----"]))

test_k8s003_parameters if {
	found("CODEWORD", "example") with data.cdbgate.params.secret_name_patterns as ["^CODEWORD"]
	not found("API_KEY", "example") with data.cdbgate.params.secret_name_exceptions as ["^API_KEY$"]
	not found("API_KEY", "example") with data.cdbgate.params.secret_reference_patterns as ["^example$"]
	found("SETTING", "example") with data.cdbgate.params.secret_value_patterns as ["^example$"]
}

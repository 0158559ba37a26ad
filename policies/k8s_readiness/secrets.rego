package cdbgate.k8s_readiness

# names_secret tells names of environment variables that are meant to hold a secret.
names_secret(name) if {
	matches_any(params.secret_name_patterns, name)
	not matches_any(params.secret_name_exceptions, name)
}

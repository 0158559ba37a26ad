package cdbgate.k8s_readiness

import data.cdbgate.params

# names_secret tells names of environment variables that are meant to hold a secret.
names_secret(name) if {
	regex.match(secret_name, name)
	not regex.match(secret_name_exception, name)
}

# These depend on parameters alone.

secret_name := any_of(params.secret_name_patterns)

default secret_name_exception := "$.^" # matches nothing

secret_name_exception := any_of(params.secret_name_exceptions)

default secret_reference := "$.^"

secret_reference := any_of(params.secret_reference_patterns)

secret_value := any_of(params.secret_value_patterns)

package cdbgate.secret_scan_test

# what the content of a file tells.
said_of_marks := {
	"private_key": "a private key is tracked", "cosign_key": "a cosign key is tracked", "age_key": "an age key is tracked",
	"kubeconfig": "a kubeconfig is tracked", "terraform_state": "a Terraform state is tracked", "terraform_plan": "a Terraform plan is tracked",
	"pkcs12": "a PKCS#12 file is tracked", "java_keystore": "a Java keystore is tracked", "wallet": "key material (wallet) is tracked",
}

test_sec002_content if {
	every kind, message in said_of_marks {
		graded("SEC002", a_file({"marks": [a_mark(kind)]})) == {["error", ["marks", 0], message]}
		rules(a_file({"marks": [a_mark(kind)]})) == {"SEC002"}
	}
}

test_sec002_encrypted if {
	every kind, words in {"private_key": "private key", "cosign_key": "cosign key", "age_key": "age key"} {
		graded("SEC002", a_file({"marks": [an_encrypted_mark(kind)]})) == {[
			"warning", ["marks", 0],
			sprintf("an encrypted %s is tracked: whoever has it can try passwords without end", [words]),
		]}
	}
	every kind in ["pkcs12", "java_keystore", "terraform_state", "kubeconfig"] {
		graded("SEC002", a_file({"marks": [an_encrypted_mark(kind)]})) == {["error", ["marks", 0], said_of_marks[kind]]}
	}
}

test_sec002_several if {
	graded("SEC002", a_file({"marks": [an_encrypted_mark("private_key"), a_mark("kubeconfig"), a_mark("private_key")]})) == {
		["warning", ["marks", 0], "an encrypted private key is tracked: whoever has it can try passwords without end"],
		["error", ["marks", 1], "a kubeconfig is tracked"],
		["error", ["marks", 2], "a private key is tracked"],
	}
}

# what the path alone tells.
told_by_path := {
	"id_rsa": "a private key", "deploy/id_ed25519": "a private key", "keys/id_ecdsa_sk": "a private key", "etc/ssh/ssh_host_ed25519_key": "a private key",
	"putty/web.PPK": "a private key", "cosign.key": "a cosign key", "ci/import-cosign.key": "a cosign key", "tls/web.p12": "a PKCS#12 file",
	"tls/WEB.PFX": "a PKCS#12 file", "app/release.jks": "a Java keystore", "app/debug.keystore": "a Java keystore",
	"team.kdbx": "a password database", "kubeconfig": "a kubeconfig", "ci/kubeconfig.yaml": "a kubeconfig", "ci/prod.kubeconfig": "a kubeconfig",
	"home/.kube/config": "a kubeconfig", "terraform.tfstate": "a Terraform state", "infra/terraform.tfstate.backup": "a Terraform state",
	"infra/terraform.tfstate.1700000000.backup": "a Terraform state", "infra/terraform.tfstate.d/dev/notes": "a Terraform state",
	"errored.tfstate": "a Terraform state", "infra/prod.tfplan": "a Terraform plan", "tfplan": "a Terraform plan", "tfplan.binary": "a Terraform plan",
	"infra/web-tfplan.json": "a Terraform plan", "infra/.terraform/modules/modules.json": "a file of Terraform's working folder",
	".netrc": "a file of credentials", "_netrc": "a file of credentials", "home/.pgpass": "a file of credentials",
	"home/.git-credentials": "a file of credentials", "home/.aws/credentials": "a file of credentials", "ci/.docker/config.json": "a file of credentials",
	"web/.htpasswd": "a file of credentials",
}

test_sec002_path if {
	every path, what in told_by_path {
		graded("SEC002", a_file({"path": path})) == {["error", [], sprintf("%s is tracked, told by its name", [what])]}
	}
}

harmless_paths := {
	"id_rsa.pub", "docs/id_rsa.md", "cosign.pub", "docs/cosign.key.md", "certs/ca.pem", "certs/tls.key", "infra/.terraform.lock.hcl",
	"infra/terraform.tf", "internal/kubeconfig/load.go", "kubeconfig.go", "k8s/config", "cmd/tfplan/main.go", "tfplan.go", "keystore/store.go",
	"docs/netrc.md", ".npmrc", "src/keystore.rs", "infra/main.tfvars",
}

test_sec002_harmless_paths if {
	{path | some path in harmless_paths; count(verdicts("SEC002", a_file({"path": path}))) > 0} == set()
}

# What the content tells is not said again because of the path, so an encrypted key stays a warning.
test_sec002_content_before_path if {
	every path, kind in {
		"cosign.key": "cosign_key", "id_rsa": "private_key", "prod.tfstate": "terraform_state", "a.p12": "pkcs12", "a.jks": "java_keystore",
		"kubeconfig": "kubeconfig", "prod.tfplan": "terraform_plan",
	} {
		graded("SEC002", a_file({"path": path, "marks": [a_mark(kind)]})) == {["error", ["marks", 0], said_of_marks[kind]]}
	}
	{severity | some [severity, _, _] in graded("SEC002", a_file({"path": "cosign.key", "marks": [an_encrypted_mark("cosign_key")]}))} == {"warning"}
	{severity | some [severity, _, _] in graded("SEC002", a_file({"path": "cosign.key", "marks": [an_encrypted_mark("private_key")]}))} == {"warning"}
}

# An encrypted key in a file says nothing about the state, or the kubeconfig, that it also is.
test_sec002_other_content_leaves_the_path if {
	every path in ["prod.tfstate", "kubeconfig", "a.p12", "a/.terraform/x"] {
		{severity | some [severity, _, _] in graded("SEC002", a_file({"path": path, "marks": [an_encrypted_mark("private_key")]}))} == {"warning", "error"}
	}
	count(graded("SEC002", a_file({"path": "id_rsa", "marks": [a_mark("pkcs12")]}))) == 2
}

test_sec002_dotenv if {
	every path in [".env", "deploy/.env", ".env.local", ".env.production", "deploy/prod.env", ".env-staging", "docs/example/.env"] {
		graded("SEC002", a_file({"path": path, "assignments": 3, "marks": [a_mark("dotenv")]})) == {[
			"error", [],
			"a dotenv file is tracked that gives 3 names a literal value",
		]}
	}
	messages("SEC002", a_file({"path": ".env", "assignments": 1})) == {"a dotenv file is tracked that gives 1 name a literal value"}
}

test_sec002_dotenv_without_values if {
	every path in [".env.example", ".env.sample", "deploy/.env.template", ".env.prod.example", "example.env", ".env.EXAMPLE", ".env.dist", "a.txt", ".envrc"] {
		graded("SEC002", a_file({"path": path, "assignments": 3, "marks": [a_mark("dotenv")]})) == set()
	}
	graded("SEC002", a_file({"path": ".env", "marks": [a_mark("dotenv")]})) == set()
}

test_sec002_untracked if {
	every facts in [{"path": "cosign.key"}, {"marks": [a_mark("private_key")]}, {"path": ".env", "assignments": 2}] {
		graded("SEC002", a_file(object.union(facts, {"tracked": false}))) == set()
		count(graded("SEC002", a_file(facts))) == 1
	}
}

test_sec002_parameters if {
	key := a_file({"path": "testdata/rfc8410.pem", "marks": [a_mark("private_key"), an_encrypted_mark("age_key")]})
	count(verdicts("SEC002", key)) == 2
	verdicts("SEC002", key) == set() with data.cdbgate.params.key_material_exceptions as [`^testdata/`]
	verdicts("SEC002", a_file({"path": "testdata/id_rsa"})) == set() with data.cdbgate.params.key_material_exceptions as [`^other/`, `^testdata/`]
	count(verdicts("SEC002", a_file({"path": "testdata/.env", "assignments": 1}))) == 1 with data.cdbgate.params.key_material_exceptions as [`^testdata/`]
	messages("SEC002", a_file({"path": "a.wallet"})) == {"key material (bitcoin wallet) is tracked, told by its name"} with data.cdbgate.params.key_material_paths as {
		"bitcoin wallet": [`\.wallet$`], "nothing": [],
	}
	count(verdicts("SEC002", a_file({"path": ".envrc", "assignments": 1}))) == 1 with data.cdbgate.params.dotenv_paths as [`^\.envrc$`]
	verdicts("SEC002", a_file({"path": ".env.test", "assignments": 1})) == set() with data.cdbgate.params.dotenv_exceptions as [`^\.env\.test$`]
}

test_sec002_other_subjects if {
	every subject in ["leak", "secret", "assignment", "scan"] {
		verdicts("SEC002", knowing(a_file({"path": "cosign.key"}), {"subject": subject})) == set()
	}
}

package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: No imperative mutation outside GitOps
# description: >-
#   Clusters and cloud resources change because Git changes. A workflow, Makefile, script, Dockerfile or package that runs
#   `kubectl apply`, `helm upgrade` or `terraform apply` changes them past it.
# custom:
#   id: IAC006
#   severity: error
#   clauses: [INF-2.1, INF-3.1, INF-4]
#   params: [imperative_commands, reading_commands, imperative_exceptions, imperative_allowed]
#   remediation: |-
#     Remove the command, and let the reconciler do it: commit the manifest, the HelmRelease or the plan's code. To look without
#     changing: kubectl diff, helm template, terraform plan. Where a pipeline is the reconciler, say so in .cdbgate.yaml on the base:
#       params:
#         imperative_allowed: ['^\.github/workflows/provision\.yml: terraform apply$']
deny contains violation if {
	input.context.subject == "command"
	verb := mutation
	not exempt
	not allowed(verb)
	message := sprintf("%s %s changes what runs past Git (%s)", [tool, verb, input.context.command.where])
	violation := lib.violation(rego.metadata.rule(), [], message)
}

command_words := input.context.command.words

# tool is the program's name without its folder.
tool := trim_suffix(regex.replace(command_words[0], `^.*[/\\]`, ""), ".exe")

# valued_options take the word behind them as their value. They are those that may stand before a verb; one written with = is
# one word.
valued_options := {
	"-n", "--namespace", "--context", "--kube-context", "--kubeconfig", "--cluster", "--user", "--as", "--as-group", "--as-uid",
	"-s", "--server", "--token", "--cache-dir", "--certificate-authority", "--client-certificate", "--client-key", "--tls-server-name",
	"--request-timeout", "--timeout", "--kube-token", "--kube-apiserver", "--kube-as-user", "--kube-as-group", "--kube-ca-file",
	"--kube-tls-server-name", "--registry-config", "--repository-cache", "--repository-config", "--argocd-context", "--auth-token",
	"--config", "-H", "--header", "--host", "-c", "--log-level", "-C", "--cwd", "--stack", "-e", "--environment", "-f", "--file", "-l",
	"--selector", "-o", "--output", "-p", "--profile", "--region", "--name", "--state", "--working-dir", "--terragrunt-working-dir",
}

# switches take no value.
switches := {
	"--debug", "--insecure", "--insecure-skip-tls-verify", "--kube-insecure-skip-tls-verify", "--plaintext", "--grpc-web", "--core",
	"--no-color", "-no-color", "--quiet", "-q", "--verbose", "--non-interactive", "--terragrunt-non-interactive", "-A",
	"--all-namespaces", "-y", "--yes",
}

# places are those of the words that are neither options nor values of options.
places := [i | some i, w in command_words; i > 0; not startswith(w, "-"); not command_words[i - 1] in valued_options]

# spoken are these words. The value of an option that nobody knows here may be among them, so a verb is looked for in all.
spoken := [command_words[i] | some i in places]

# perhaps_a_value tells that what stands before may be an option with a value. Such a word does not count as reading: a namespace
# may be called auth, and a cluster test.
perhaps_a_value(i) if {
	before := command_words[places[i] - 1]
	startswith(before, "-")
	not contains(before, "=")
	not before in switches
}

# said_at lists what the command may say at a place: one word, or two.
said_at(i) := {spoken[i], concat(" ", array.slice(spoken, i, i + 2))}

# mutation is the first thing the command says that changes something, unless it said before that it only reads.
mutation := said if {
	found := [i | some i, _ in spoken; count(said_at(i) & mutating) > 0]
	count(found) > 0
	first := found[0]
	not reads_before(first)
	said := sort(said_at(first) & mutating)[0]
}

mutating := {verb | some verb in params.imperative_commands[tool]}

reads_before(i) if {
	some j, _ in spoken
	j < i
	not perhaps_a_value(j)
	count(said_at(j) & {verb | some verb in params.reading_commands[tool]}) > 0
}

# own_words end at a "--": what follows are words of another program, whose options exempt nothing.
own_words := array.slice(command_words, 0, min({i | some i, "--" in command_words} | {count(command_words)}))

exempt if {
	some pattern in params.imperative_exceptions
	regex.match(pattern, concat(" ", own_words))
}

allowed(verb) if {
	some pattern in params.imperative_allowed
	regex.match(pattern, sprintf("%s: %s %s", [input.source.path, tool, verb]))
}

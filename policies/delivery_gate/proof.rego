package cdbgate.delivery_gate

# proof_flaws says why a commit does not prove that a human made it. With a list of signers only a signature proves it;
# without one, what the commit says of itself must at least not name an agent.
proof_flaws contains input.context.signature.problem if {
	input.context.signers.configured
	not input.context.signature.verified
}

proof_flaws contains sprintf("it is signed by %s, which no list of signers on the trusted revision has", [signing_key]) if {
	input.context.signers.configured
	input.context.signature.verified
	count(input.context.signature.signers) == 0
	not platform_key
}

proof_flaws contains sprintf("it is signed by %s, the key of a platform that signs for whoever is logged in", [signing_key]) if {
	input.context.signers.configured
	platform_key
}

# A part of the keyring that cannot be read may be what revokes the key.
proof_flaws contains sprintf("%s, and what cannot be read may revoke the key", [p]) if {
	input.context.signers.configured
	input.context.signature.verified
	input.context.signature.format == "openpgp"
	some p in input.context.signers.openpgp_problems
}

proof_flaws contains "the signature has expired" if {
	input.context.signers.configured
	input.context.signature.verified
	input.context.signature.expires != null
	input.context.signature.expires <= input.now
}

proof_flaws contains "its commit time cannot be read" if {
	input.context.signers.configured
	not readable_commit_time
}

proof_flaws contains flaw if {
	input.context.signers.configured
	input.context.signature.verified
	count(input.context.signature.signers) > 0
	not some_sound_signer
	some s in input.context.signature.signers
	some flaw in signer_flaws(s)
}

# Why a list does not have the key may be that its line cannot be read.
proof_flaws contains p if {
	input.context.signers.configured
	count(input.context.signature.signers) == 0
	some p in input.context.signers.problems
}

proof_flaws contains sprintf("its %s %s <%s> is an agent", [role, input.document[role].name, input.document[role].mail]) if {
	not input.context.signers.configured
	some role in ["author", "committer"]
	is_agent(input.document[role])
}

proof_flaws contains sprintf("its trailer %q names an agent", [sprintf("%s: %s", [t.key, t.value])]) if {
	not input.context.signers.configured
	some t in input.document.trailers
	agent_trailer(t)
}

signing_key := sprintf("%s key %s", [input.context.signature.format, input.context.signature.key])

# platform_key is a key that a hosting platform signs with: it vouches for a login, not for a person.
platform_key if {
	some key in params.platform_keys
	input.context.signature.key != ""
	endswith(upper(key), upper(input.context.signature.key))
}

readable_commit_time if {
	input.document.committed_at != null
	input.document.committed_at != ""
}

some_sound_signer if {
	some s in input.context.signature.signers
	count(signer_flaws(s)) == 0
}

# signer_flaws says why an entry of the signers' lists does not make a key that of a human who may sign now.
signer_flaws(s) := union({
	{sprintf("%s lists its key for other namespaces than git", [s.source]) | not s.for_git},
	{sprintf("%s lists a certificate authority: list the signer's own key", [s.source]) | s.cert_authority},
	{sprintf("its key is revoked (%s)", [s.revoked_why]) | s.revoked},
	{sprintf("%s lets its key count from %s on only", [s.source, s.valid_after]) | s.valid_after != null; earliest < s.valid_after},
	{sprintf("%s lets its key count until %s only", [s.source, s.valid_before]) | s.valid_before != null; latest > s.valid_before},
	{sprintf("%s gives the key to %q, which names no person", [s.source, p]) | some p in s.principals; regex.match(`[*?!]|^\s*$`, p)},
	{sprintf("%s gives the key to no one", [s.source]) | count(s.principals) == 0},
	{sprintf("%s gives the key to %s, who is an agent", [s.source, p]) | some p in s.principals; agent_principal(p)},
	{sprintf("%s gives the key to %s, a platform that signs for whoever is logged in", [s.source, p]) | some p in s.principals; platform_principal(p)},
})

# A commit's time is its maker's word, so the key must count at that time and now.
earliest := min({input.document.committed_at, input.now})

latest := max({input.document.committed_at, input.now})

is_agent(person) if agent_name(person.name)

is_agent(person) if agent_mail(person.mail)

agent_name(name) if {
	some pattern in params.agent_names
	regex.match(pattern, name)
}

agent_mail(mail) if {
	some pattern in params.agent_mails
	regex.match(pattern, mail)
}

agent_principal(p) if agent_mail(p)

agent_principal(p) if agent_name(p)

platform_principal(p) if {
	some pattern in params.platform_signers
	regex.match(pattern, p)
}

# Trailers that say who else made a commit name people as authors are named.
agent_trailer(t) if {
	some pattern in params.agent_trailers
	regex.match(pattern, sprintf("%s: %s", [t.key, t.value]))
}

agent_trailer(t) if {
	lower(t.key) in naming_trailers
	some match in regex.find_all_string_submatch_n(`<([^<>]*)>`, t.value, -1)
	agent_mail(match[1])
}

agent_trailer(t) if {
	lower(t.key) in naming_trailers
	agent_mail(t.value)
}

agent_trailer(t) if {
	lower(t.key) in naming_trailers
	agent_name(trim_space(regex.replace(t.value, `<.*$`, "")))
}

naming_trailers := {"co-authored-by", "co-developed-by", "signed-off-by", "authored-by", "committed-by", "on-behalf-of"}

# proof_violations is what keeps a change of paths of a class from being a human's: [{severity, message}]. A commit has the
# paths it touched in the given list.
proof_violations(list, class, what) := union({
	{{"severity": "error", "message": sprintf("commit %s changes %s (%s), and nothing proves that a human made it: %s", [short_id, what, concat(", ", input.document[list]), flaw])} |
		touches(list)
		some flaw in proof_flaws
	},
	{{"severity": "warning", "message": sprintf("commit %s changes %s (%s), and who made it is not proven: the trusted revision lists no signers in %s", [short_id, what, concat(", ", input.document[list]), input.context.signers.path])} |
		touches(list)
		count(proof_flaws) == 0
		not input.context.signers.configured
	},
	{{"severity": "error", "message": sprintf("%s, and no commit of the change answers for it", [what_happened])} |
		is_change
		is_class(class)
		not input.context.accounted
		not input.context.uncommitted
	},
	{{"severity": "warning", "message": sprintf("%s and not committed: whoever commits it must sign", [what_happened])} |
		is_change
		is_class(class)
		input.context.uncommitted
	},
})

touches(list) if {
	input.context.subject == "commit"
	count(input.document[list]) > 0
}

short_id := substring(input.document.id, 0, 12)

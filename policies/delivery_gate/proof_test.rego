package cdbgate.delivery_gate_test

import data.cdbgate.delivery_gate

proof_flaws(doc) := found if found := delivery_gate.proof_flaws with input as doc

test_proof if {
	every signers in [[signer], [a_signer({"principals": ["bob@example.org", "alice@example.org"]})]] {
		proof_flaws(signed_by(signers)) == set()
	}
}

test_proof_not_verified if {
	proof_flaws(unsigned) == {"the commit is not signed: sign it with git commit -S"}
	proof_flaws(signed({"verified": false, "problem": "the signature does not fit the commit"})) == {"the signature does not fit the commit"}
}

# Of a signature that does not hold, nothing else is told.
test_proof_not_verified_and_more if {
	proof_flaws(signed({"verified": false, "problem": "no", "expires": "2026-01-01T00:00:00Z", "signers": [a_signer({"for_git": false})]})) == {"no"}
}

test_proof_of_nobody_listed if {
	proof_flaws(signed_by([])) == {"it is signed by ssh key SHA256:k1, which no list of signers on the trusted revision has"}
}

# A platform signs for whoever is logged in, listed or not.
test_proof_of_a_platform if {
	said := "it is signed by openpgp key 968479A1AFF927E37D1A566BB5690EEEBB952194, the key of a platform that signs for whoever is logged in"
	by_platform := {"format": "openpgp", "key": "968479A1AFF927E37D1A566BB5690EEEBB952194"}
	proof_flaws(signed(object.union(by_platform, {"signers": []}))) == {said}
	proof_flaws(signed(by_platform)) == {said}
	proof_flaws(signed(object.union(by_platform, {"verified": false, "problem": "the key is not in the keyring", "signers": []}))) == {
		said,
		"the key is not in the keyring",
	}
}

test_platform_keys if {
	every key in ["5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23", "B5690EEEBB952194", "b5690eeebb952194"] {
		delivery_gate.platform_key with input as signed({"key": key})
	}
	every key in ["", "SHA256:k1", "0123456789ABCDEF"] {
		not delivery_gate.platform_key with input as signed({"key": key})
	}
	delivery_gate.platform_key with input as signed({}) with data.cdbgate.params.platform_keys as ["SHA256:k1"]
}

test_proof_of_an_expired_signature if {
	proof_flaws(signed({"expires": now})) == {"the signature has expired"}
	proof_flaws(signed({"expires": "2026-06-15T12:00:01Z"})) == set()
}

test_proof_without_a_time if {
	proof_flaws(a_commit({"committed_at": null})) == {"its commit time cannot be read"}
	proof_flaws(a_commit({"committed_at": ""})) == {"its commit time cannot be read"}
	proof_flaws(no_signers(a_commit({"committed_at": null}))) == set()
}

test_proof_by_the_entries_of_the_list if {
	every changes, flaw in {
		{"for_git": false}: "allowed signers line 3 lists its key for other namespaces than git",
		{"cert_authority": true}: "allowed signers line 3 lists a certificate authority: list the signer's own key",
		{"revoked": true, "revoked_why": "the key was revoked on 2026-06-01"}: "its key is revoked (the key was revoked on 2026-06-01)",
		{"valid_after": "2026-06-10T08:00:01Z"}: "allowed signers line 3 lets its key count from 2026-06-10T08:00:01Z on only",
		{"valid_before": "2026-06-15T11:59:59Z"}: "allowed signers line 3 lets its key count until 2026-06-15T11:59:59Z only",
		{"principals": ["*@example.org"]}: "allowed signers line 3 gives the key to \"*@example.org\", which names no person",
		{"principals": ["!alice@example.org"]}: "allowed signers line 3 gives the key to \"!alice@example.org\", which names no person",
		{"principals": ["alice?"]}: "allowed signers line 3 gives the key to \"alice?\", which names no person",
		{"principals": [" "]}: "allowed signers line 3 gives the key to \" \", which names no person",
		{"principals": []}: "allowed signers line 3 gives the key to no one",
		{"principals": ["alice@example.org", "bot@example.org"]}: "allowed signers line 3 gives the key to bot@example.org, who is an agent",
		{"principals": ["Claude Code"]}: "allowed signers line 3 gives the key to Claude Code, who is an agent",
		{"principals": ["noreply@github.com"]}: "allowed signers line 3 gives the key to noreply@github.com, a platform that signs for whoever is logged in",
	} {
		proof_flaws(signed_by([a_signer(changes)])) == {flaw}
	}
}

# A key counts at the commit's time and now, whatever that time is: it is its maker's word.
test_proof_in_time if {
	every changes in [
		{"valid_after": "2026-06-10T08:00:00Z"}, {"valid_before": "2026-06-15T12:00:00Z"},
		{"valid_after": "2026-01-01T00:00:00Z", "valid_before": "2027-01-01T00:00:00Z"},
	] {
		proof_flaws(signed_by([a_signer(changes)])) == set()
	}
}

test_proof_backdated if {
	backdated := object.union(signed_by([a_signer({"valid_before": "2026-06-12T00:00:00Z"})]), {"document": {"committed_at": "2020-01-01T00:00:00Z"}})
	proof_flaws(backdated) == {"allowed signers line 3 lets its key count until 2026-06-12T00:00:00Z only"}
	early := object.union(signed_by([a_signer({"valid_after": "2026-01-01T00:00:00Z"})]), {"document": {"committed_at": "2020-01-01T00:00:00Z"}})
	proof_flaws(early) == {"allowed signers line 3 lets its key count from 2026-01-01T00:00:00Z on only"}
}

test_proof_dated_ahead if {
	ahead := object.union(signed_by([a_signer({"valid_after": "2026-06-16T00:00:00Z"})]), {"document": {"committed_at": "2030-01-01T00:00:00Z"}})
	proof_flaws(ahead) == {"allowed signers line 3 lets its key count from 2026-06-16T00:00:00Z on only"}
	beyond := object.union(signed_by([a_signer({"valid_before": "2027-01-01T00:00:00Z"})]), {"document": {"committed_at": "2030-01-01T00:00:00Z"}})
	proof_flaws(beyond) == {"allowed signers line 3 lets its key count until 2027-01-01T00:00:00Z only"}
	proof_flaws(a_commit({"committed_at": "2030-01-01T00:00:00Z"})) == set()
}

# Of several entries for a key one sound one is enough; without any, all are told.
test_proof_by_one_of_several if {
	stale := a_signer({"source": "allowed signers line 4", "valid_before": "2026-06-12T00:00:00Z"})
	foreign := a_signer({"source": "allowed signers line 5", "for_git": false})
	proof_flaws(signed_by([stale, signer])) == set()
	proof_flaws(signed_by([stale, foreign])) == {
		"allowed signers line 4 lets its key count until 2026-06-12T00:00:00Z only",
		"allowed signers line 5 lists its key for other namespaces than git",
	}
}

test_proof_by_a_broken_list if {
	broken := knowing(signed({"verified": false, "problem": "no"}), {"signers": {"problems": ["governance/allowed_signers:2: the key is not base64"]}})
	proof_flaws(broken) == {"no"}
	unlisted := knowing(signed({"signers": []}), {"signers": {"problems": ["governance/allowed_signers:2: the key is not base64"]}})
	"governance/allowed_signers:2: the key is not base64" in proof_flaws(unlisted)
	sound := knowing(a_commit({}), {"signers": {"problems": ["governance/allowed_signers:2: the key is not base64"]}})
	proof_flaws(sound) == set()
}

# The part of a keyring that cannot be read may revoke any of its keys. It says nothing of SSH keys.
test_proof_by_a_damaged_keyring if {
	damaged := {"signers": {"openpgp_problems": ["governance/allowed_signers.asc:1: the block is damaged"]}}
	by_openpgp := signed({"format": "openpgp", "key": "0123456789ABCDEF"})
	proof_flaws(by_openpgp) == set()
	proof_flaws(knowing(by_openpgp, damaged)) == {"governance/allowed_signers.asc:1: the block is damaged, and what cannot be read may revoke the key"}
	proof_flaws(knowing(a_commit({}), damaged)) == set()
	proof_flaws(no_signers(knowing(by_openpgp, damaged))) == set()
	proof_flaws(knowing(signed({"format": "openpgp", "verified": false, "problem": "no"}), damaged)) == {"no"}
}

test_proof_without_signers if {
	every doc in [
		a_commit({}), unsigned, signed_by([]), signed_by([a_signer({"for_git": false})]), signed({"expires": now}),
		signed({"key": "968479A1AFF927E37D1A566BB5690EEEBB952194"}), knowing(unsigned, {"signers": {"problems": ["x"]}}),
	] {
		proof_flaws(no_signers(doc)) == set()
	}
}

test_proof_of_agents_without_signers if {
	proof_flaws(no_signers(a_commit({"author": claude}))) == {"its author Claude <noreply@anthropic.com> is an agent"}
	proof_flaws(no_signers(a_commit({"committer": {"name": "Release", "mail": "bot@example.org"}}))) == {
		"its committer Release <bot@example.org> is an agent",
	}
	proof_flaws(no_signers(a_commit({"trailers": [{"key": "Co-authored-by", "value": "Claude <noreply@anthropic.com>"}]}))) == {
		"its trailer \"Co-authored-by: Claude <noreply@anthropic.com>\" names an agent",
	}
}

# A signature of a human's key answers for the commit, whoever wrote it.
test_proof_of_agents_with_signers if {
	proof_flaws(a_commit({"author": claude, "trailers": [{"key": "Assisted-by", "value": "Claude"}]})) == set()
}

# The sets name who is taken for the wrong one.
test_agents_by_name if {
	{n | some n in names_of_agents; not delivery_gate.is_agent({"name": n, "mail": "x@example.org"})} == set()
	{n | some n in names_of_people; delivery_gate.is_agent({"name": n, "mail": "x@example.org"})} == set()
}

test_agents_by_mail if {
	{m | some m in mails_of_agents; not delivery_gate.is_agent({"name": "Alice", "mail": m})} == set()
	{m | some m in mails_of_people; delivery_gate.is_agent({"name": "Alice", "mail": m})} == set()
}

test_agents_by_parameters if {
	delivery_gate.is_agent({"name": "HAL 9000", "mail": ""}) with data.cdbgate.params.agent_names as ["^HAL "]
	delivery_gate.is_agent({"name": "", "mail": "hal@example.org"}) with data.cdbgate.params.agent_mails as ["^hal@"]
}

test_agents_as_principals if {
	delivery_gate.agent_principal("bot@example.org")
	delivery_gate.agent_principal("claude-code")
	not delivery_gate.agent_principal("alice@example.org")
}

trailer(text) := {"key": key, "value": trim_space(value)} if [key, value] := split(text, ": ")

test_agents_by_trailer if {
	{t | some t in trailers_of_agents; not delivery_gate.agent_trailer(trailer(t))} == set()
	{t | some t in other_trailers; delivery_gate.agent_trailer(trailer(t))} == set()
	delivery_gate.agent_trailer(trailer("Pair: HAL")) with data.cdbgate.params.agent_trailers as ["^Pair: HAL$"]
}

test_agents_as_co_authors if {
	every key in ["Co-authored-by", "CO-AUTHORED-BY", "Signed-off-by", "Authored-by", "Committed-by", "On-behalf-of"] {
		delivery_gate.agent_trailer({"key": key, "value": "Claude <claude@vendor.example.org>"})
		delivery_gate.agent_trailer({"key": key, "value": "Opus <noreply@anthropic.com>"})
		delivery_gate.agent_trailer({"key": key, "value": "bot@example.org"})
		delivery_gate.agent_trailer({"key": key, "value": "Copilot"})
		not delivery_gate.agent_trailer({"key": key, "value": "Bob Example <bob@example.org>"})
		not delivery_gate.agent_trailer({"key": key, "value": "Claude Dupont <claude.dupont@example.org>"})
	}
	not delivery_gate.agent_trailer({"key": "Reviewed-by", "value": "Claude <noreply@anthropic.com>"})
}

test_platforms_as_principals if {
	{p | some p in principals_of_platforms; not delivery_gate.platform_principal(p)} == set()
	{p | some p in other_principals; delivery_gate.platform_principal(p)} == set()
	delivery_gate.platform_principal("forge") with data.cdbgate.params.platform_signers as ["^forge$"]
}

names_of_agents := [
	"dependabot[bot]", "dependabot", "dependabot-preview[bot]", "renovate[bot]", "Renovate Bot", "renovate-bot",
	"github-actions[bot]", "github-actions", "gitlab-bot", "GitLab CI", "Mergify", "mergify[bot]", "Snyk bot", "snyk-bot",
	"imgbot", "fluxcdbot", "Flux", "flux-bot", "argocd-image-updater", "semantic-release-bot", "release-please[bot]",
	"Claude", "claude", "Claude Code", "claude-code", "Claude Opus 4.5", "Claude Sonnet 4", "Claude 3.5 Sonnet",
	"claude-3-5-sonnet", "Codex", "codex-cli", "Copilot", "copilot-swe-agent[bot]", "Copilot SWE Agent", "Cursor",
	"Cursor Agent", "cursor[bot]", "Devin AI", "devin-ai-integration[bot]", "google-labs-jules[bot]", "Jules", "Gemini",
	"Gemini CLI", "gemini-cli", "gemini-code-assist[bot]", "aider", "ChatGPT", "GPT-4", "gpt-4o", "GPT-5 Codex", "Amazon Q",
	"Amazon Q Developer", "amazon-q-developer[bot]", "Cline", "Roo Code", "opencode-agent[bot]", "kiro-agent", "Windsurf",
	"OpenHands", "openhands", "SWE-agent", "Sweep AI", "sweep-ai[bot]", "Sourcery AI", "Replit Agent", "factory-droid[bot]",
	"Grok", "Llama 3", "Qwen Coder", "DeepSeek", "deepseek-coder", "Mistral", "AI", "AI Agent", "KI", "KI Agent", "CI", "ci",
	"CI Bot", "ci-bot", "Release Bot", "release-bot", "Build Agent", "build-agent", "Jenkins CI", "Travis CI",
	"pre-commit-ci[bot]", "bors[bot]", "Automation", "deploy automation", "Service Account", "project_42_bot",
	"github-merge-queue[bot]", "allcontributors[bot]", "llm-agent",
]

names_of_people := [
	"Alice", "Alice Example", "Claude Dupont", "Claude Morel", "Claude-Michel Durand", "Jean-Claude Vidal",
	"Jean Claude", "Robert Bottger", "Devin Marsh", "Jules Vernet", "Gemini Rossi", "Gemini Larsen", "Ai Weiwei",
	"Ai Nguyen", "Ki Min", "Han Ki-woo", "Theodor Bott", "Talbot", "Emma Talbot", "Abbott", "Marci", "Luci",
	"Lena da Vinci", "Roo Larsen", "Goose Larsen", "Ryan Goslar", "Llamas Garcia", "Fernando Llamas", "Mistral Dupuis",
	"Anne Mistral", "Cursor Smith", "Fluxer", "Renovato Rossi", "Sweep Jones", "Aida Smith", "Aiden Smith",
	"Ailsa Bot-Jones", "Kim", "Kiran", "Maxim", "GPTaylor", "Botond Kovacs", "Agent Smith", "Smith", "Grokhovsky",
	"Alice (Ops)", "GitHub", "Alice Copilotti", "Emil Automat",
]

mails_of_agents := [
	"49699333+dependabot[bot]@users.noreply.github.com", "41898282+github-actions[bot]@users.noreply.github.com",
	"actions@github.com", "github-actions@github.com", "noreply@anthropic.com", "claude@anthropic.com", "codex@openai.com",
	"noreply@openai.com", "cursoragent@cursor.com", "noreply@aider.chat", "copilot@github.com", "bot@renovateapp.com",
	"renovate@whitesourcesoftware.com", "29139614+renovate[bot]@users.noreply.github.com", "snyk-bot@snyk.io",
	"fluxcdbot@users.noreply.github.com", "k8s-ci-robot@users.noreply.github.com", "release-bot@users.noreply.github.com",
	"12345+acme-bot@users.noreply.github.com", "ci@example.org", "bot@example.org", "agent@example.org",
	"automation@example.org", "deploy@proj.iam.gserviceaccount.com", "project_42_bot@noreply.gitlab.com",
	"openhands@all-hands.dev", "agent@warp.dev", "devin-ai-integration[bot]@users.noreply.github.com",
	"158243242+devin-ai-integration[bot]@users.noreply.github.com", "claude@example.org", "ai@example.org",
]

mails_of_people := [
	"alice@example.org", "alice+git@example.org", "12345+alice@users.noreply.github.com", "claude.dupont@example.org",
	"gemini.rossi@example.org", "ai.weiwei@example.org", "robot.hood@example.org", "noreply@github.com",
	"alice@ci.example.org", "alice@bot.example.org", "action.jackson@example.org", "renovate.rossi@example.org",
	"alice@cursor.example.org",
]

trailers_of_agents := [
	"Assisted-by: Claude", "assisted-with: Copilot", "Generated-by: Claude Code", "Generated-with: Codex",
	"Created-by: Codex", "Agent: codex", "Model: claude-opus", "AI-Agent: x", "AI-Assistant: x",
]

other_trailers := [
	"Signed-off-by: Alice <alice@example.org>", "Reviewed-by: Alice", "Fixes: #1", "Change-Id: I123", "Tested-by: Bob",
	"Helped-by: Bob",
]

principals_of_platforms := [
	"noreply@github.com", "noreply@gitlab.com", "noreply@gitlab.example.org", "noreply@bitbucket.org",
	"noreply@codeberg.org", "noreply@gitea.com", "web-flow", "GitHub", "web-flow@users.noreply.github.com",
	"github@github.com",
]

other_principals := [
	"alice@example.org", "12345+alice@users.noreply.github.com", "noreply@example.org", "githubber@example.org",
	"alice@github.com",
]

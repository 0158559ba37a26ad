package keymaterial

import (
	"regexp"
	"strings"
)

// Form is what a value is, without being it.
type Form string

// The forms of a value.
const (
	Literal     Form = "literal"     // stands for itself
	Reference   Form = "reference"   // names where the value is
	Placeholder Form = "placeholder" // is to be replaced
	Empty       Form = "empty"
)

var (
	// wholly are references that are all of a value.
	wholly = regexp.MustCompile(`^(?:` + strings.Join([]string{
		`\$[A-Za-z_]\w*|\$env:\w+`, // PowerShell
		`<secret[-_]?ref>|<(?:path|secret|vault):[^<>]+>`,
		`(?i:op|vault|secret|secrets|sm|akv|ref\+[a-z0-9]+|keyring|kms|awssm|gcpsm|ssm|secretsmanager)://?\S+`,
		`(?i:vault|ssm|secretsmanager|ref\+[a-z0-9]+|keyring):\S+`,
		`arn:aws[\w-]*:(?:secretsmanager|ssm|kms):\S+`,
		`projects/[^/\s]+/secrets/\S+`,
		`@Microsoft\.KeyVault\(.*\)`,
		`ENC\[.*\]|!(?:vault|Ref|GetAtt|Sub|ImportValue|reference|env|secret)\b.*|\$ANSIBLE_VAULT;[\s\S]*`,
		`%env\(.*\)%|%\([\w.]+\)s`,
	}, "|") + `)$`)

	// code are expressions that read a value from elsewhere.
	code = regexp.MustCompile(`^(?:` + strings.Join([]string{
		`(?:process\.env|import\.meta\.env|Deno\.env|Bun\.env|os\.environ|ENV|secrets|vars|inputs|env|var|local|data|module|each|settings|config|cfg|conf|self|this|args|options|opts|params|props|request|req|ctx)(?:\.[A-Za-z_]\w*|\[["']?[\w.-]+["']?\])+(?:\(.*\))?!?`,
		`(?:[A-Za-z_][\w.]*(?:\.|::))?(?:[gG]etenv|[lL]ookup_?[eE]nv|GetEnvironmentVariable|[eE]nv)\(.*\)`,
		`(?:ENV|os\.environ)\.(?:fetch|get)\(.*\)|(?:std::)?env::var\(.*\).*|env!\(.*\)`,
	}, "|") + `)`)

	computed = regexp.MustCompile(`^(?:await |new )?[A-Za-z_][\w.:]*\([^"'\x60]*\)[;,]?$`) // of names alone
	fallback = regexp.MustCompile(`(?:\|\||\?\?|,|\bor\b)\s*["']([^"']*)["']`)
	stands   = regexp.MustCompile(`\$\{\{.*?\}\}|\{\{.*?\}\}|\$\{[^{}]*\}|\$\([^()]*\)|\$\[[^\[\]]*\]|#\{[^{}]*\}|\$[A-Z_][A-Z0-9_]*\b|%[A-Za-z_]\w*%`)
	withElse = regexp.MustCompile(`^\$\{(?:[\w.-]+:[-=]?|[A-Z][A-Z0-9_]*[-=?])([^{}]*)\}$`)
	resolver = regexp.MustCompile(`^\$\{(?i:env|ssm|file|opt|self|cf|s3|secrets?|vault|sops|aws|azure|gcp|param|output|var|local|data|custom)[:.(]`)
	userinfo = regexp.MustCompile(`^[A-Za-z][\w+.-]*://[^:/@\s]*:([^/@\s]+)@`)
	small    = regexp.MustCompile(`^\$[A-Za-z]*[a-z]\w*$`)
	opaque   = regexp.MustCompile(`[A-Za-z0-9+/=_-]{16,}|[A-Za-z]*[0-9][A-Za-z0-9]{7,}`)
)

// FormOf tells the form of a value, which may still have its quotes. A reference that names a value for the case that nothing else is there,
// such as ${NAME:-value}, has the form of that value; so has a URL that of the password in it. In doubt a value is literal.
func FormOf(value string) Form {
	value = strings.TrimSpace(value)
	inner, quote := unquoted(value)
	inner = strings.TrimSpace(inner)
	switch inner {
	case "", "null", "~", "nil", "None", "undefined":
		return Empty
	}
	if quote == '\'' && small.MatchString(inner) {
		return Literal // a shell does not replace it there
	}
	if f := referenceForm(inner, quote != 0); f != "" {
		return f
	}
	if isPlaceholder(inner) {
		return Placeholder
	}
	return Literal
}

// referenceForm tells a reference, and "" for anything else.
func referenceForm(v string, quoted bool) Form {
	if m := withElse.FindStringSubmatch(v); m != nil && !resolver.MatchString(v) {
		if strings.HasPrefix(m[1], "?") {
			return Reference // a message
		}
		return orReference(m[1])
	}
	if m := userinfo.FindStringSubmatch(v); m != nil {
		if f := FormOf(m[1]); f != Literal {
			return f
		}
		return Literal
	}
	if wholly.MatchString(v) || !quoted && strings.Contains(v, "(") && computed.MatchString(v) {
		return Reference
	}
	if at := code.FindStringIndex(v); at != nil {
		if m := fallback.FindStringSubmatch(v); m != nil {
			return orReference(m[1])
		}
		if rest := strings.TrimSpace(v[at[1]:]); rest == "" || !quoted && strings.ContainsAny(rest[:1], ".|?,;)") {
			return Reference
		}
	}
	if !strings.ContainsAny(v, "$%{#") || strings.Contains(v, "$$") && !strings.ContainsAny(v, "{(") {
		return ""
	}
	if rest := stands.ReplaceAllString(v, " "); rest != v && !opaque.MatchString(rest) {
		return Reference
	}
	return ""
}

// orReference is the form of what counts when a reference leads nowhere.
func orReference(value string) Form {
	if f := FormOf(value); f == Literal {
		return Literal
	}
	return Reference
}

// unquoted takes the quotes off a value, and the letters that languages put before them.
func unquoted(v string) (string, byte) {
	for _, q := range []string{`"""`, `'''`} {
		if len(v) >= 6 && strings.HasPrefix(v, q) && strings.HasSuffix(v, q) {
			return v[3 : len(v)-3], q[0]
		}
	}
	body := strings.TrimLeft(v, "@$bBrRfFuUL")
	if len(v)-len(body) <= 2 && len(body) >= 2 && strings.IndexByte("\"'`", body[0]) >= 0 && body[len(body)-1] == body[0] {
		return body[1 : len(body)-1], body[0]
	}
	return v, 0
}

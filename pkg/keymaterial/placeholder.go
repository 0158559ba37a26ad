package keymaterial

import (
	"regexp"
	"strings"
)

// placeholders are what people write where a value goes. A word with digits or of more than 20 letters in it is taken for a value, and so is
// all that is longer than 64 bytes.
var placeholders = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`(?i:[a-z]{0,12}[-_ ]?(?:change|replace|set|fill|insert|enter|put)[-_ .]?(?:me|it|this|in|here|with|by|your)(?:[-_ .]?[a-z]{1,20})*!*)`,
	`(?i:x{3,}(?:[-_ .]x+)*)`,
	`(?i:<[^<>]*>|\[?(?:redacted|masked|omitted|hidden|removed)\]?|data\+omitted)`,
	`(?i:your(?:[-_ .]?[a-z]{1,20})+)`,
	`(?i:(?:an?[-_ ])?(?:example|dummy|todo|fixme|tbd|placeholder|sample|fake)(?:[-_ :.]+[a-z]{1,20})*[.!]*)`,
	`(?i:[a-z]{1,20}(?:[-_ ][a-z]{1,20})*[-_ ](?:example|dummy|placeholder|todo|here|tbd))`,
	`[A-Z0-9]{8,}EXAMPLE(?:KEY)?|[A-Za-z0-9/+]{20,}EXAMPLEKEY`, // of Amazon's documents
	`\*{3,}|\.{3,}|…|•{3,}|-{3,}|_{3,}|\?{3,}|#{3,}`,
	`__[A-Z_]+__|@@?[A-Z_]+@@?`,
}, "|") + `)$`)

func isPlaceholder(value string) bool { return len(value) <= 64 && placeholders.MatchString(value) }

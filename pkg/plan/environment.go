package plan

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// environment is what the tool gets. The library takes no TF_VAR_… and no TF_WORKSPACE, so those go under other names, and the
// launcher gives them their own: renamed tells which, from other name to own.
func (r Run) environment(scratch string) (env, renamed map[string]string, err error) {
	env = map[string]string{"HOME": scratch, "TMPDIR": scratch, "CHECKPOINT_DISABLE": "1"}
	renamed = map[string]string{}
	for i, entry := range r.Env {
		name, value, ok := strings.Cut(entry, "=")
		switch {
		case !ok || !variableName.MatchString(name):
			return nil, nil, fmt.Errorf("the environment's entry %d is not NAME=value with a name of letters, digits and _: leave it out, or set the variable in a file", i)
		case strings.HasPrefix(name, "TF_VAR_"), name == "TF_WORKSPACE":
			other := fmt.Sprintf("CDBGATE_ENV_%d", i)
			renamed[other], env[other] = name, value
		case len(tfexec.ProhibitedEnv(map[string]string{name: ""})) > 0:
			return nil, nil, fmt.Errorf("%s changes what the tool does: leave it out", name)
		default:
			env[name] = value
		}
	}
	env["PATH"] = r.Path
	return env, renamed, nil
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// harmless are the variables whose values an error may tell.
var harmless = regexp.MustCompile(`(?i)^(PATH|HOME|TMPDIR|TF_WORKSPACE|TF_CLI_CONFIG_FILE|no_proxy)$`)

// maxOutput is how much of the tool's messages an error holds, in bytes: their end.
const maxOutput = 4 << 10

// toolError is a failed call. Its cause is why it was interrupted, if it was.
type toolError struct {
	text  string
	cause error
}

func (e *toolError) Error() string { return e.text }

// Unwrap returns the cause, nil for a failure of the tool's own.
func (e *toolError) Unwrap() error { return e.cause }

// wrap words the error of a call.
func (s *session) wrap(command string, err error) error {
	if err == nil {
		return nil
	}
	cause := s.ctx.Err()
	var text string
	switch {
	case errors.Is(cause, context.DeadlineExceeded):
		text = fmt.Sprintf("it took longer than %v: raise the timeout", s.timeout)
	case cause != nil: // the library's error has no text then, and panics when asked for it
		text = "it was interrupted"
	default:
		text = s.redact(err.Error())
	}
	return &toolError{fmt.Sprintf("run %s %s: %s", s.run.Tool, command, strings.TrimSpace(text)), cause}
}

// redact hides the values of the environment in the tool's messages and keeps their end.
func (s *session) redact(text string) string {
	for _, entry := range s.run.Env {
		name, value, _ := strings.Cut(entry, "=")
		if utf8.RuneCountInString(value) >= minSecret && !harmless.MatchString(name) {
			text = strings.ReplaceAll(text, value, sensitiveValue)
		}
	}
	if len(text) > maxOutput {
		text = "…" + strings.ToValidUTF8(text[len(text)-maxOutput:], "")
	}
	return text
}

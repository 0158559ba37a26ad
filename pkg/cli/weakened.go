package cli

import (
	"fmt"
	"strings"
)

// weakened names every flag that lets a run judge less, or by other ground, than it would without. Whoever reads the report
// must see them: they are the word of whoever wrote the command, and so may be the change's.
func (v *view) weakened(s *Surroundings, p *parsed) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	from := func(value string) string {
		if v.base == nil {
			return value
		}
		if name, ok := v.trustedName(s.path(value)); ok {
			return name + " of the trusted revision"
		}
		return value + ", which is not kept in the repository"
	}
	if p.base != "" {
		say("--base %s names the revision to trust", p.base)
	}
	if p.head != "" {
		say("--head %s is judged, whatever is checked out", p.head)
	}
	if p.policy != "" {
		say("--policy replaces the embedded rules by %s", from(p.policy))
	}
	if p.config != "" {
		say("--config replaces .cdbgate.yaml by %s", from(p.config))
	}
	if sub := v.repository.Subdirectory(); sub != "" {
		say("--repo leaves out all but %s", sub)
	}
	if p.allowNetwork {
		say("--allow-network lets what is fetched take part, which no commit holds")
	}
	return out
}

// rulePaths are the places inside the repository that the command line has the gate's own rules read from.
func (v *view) rulePaths(s *Surroundings, p *parsed) []string {
	var out []string
	for _, flag := range []string{p.config, p.policy} {
		if flag == "" {
			continue
		}
		if name, ok := v.trustedName(s.path(flag)); ok {
			out = append(out, name)
		}
	}
	return out
}

// truthy reads an environment variable that says yes or no, as CI systems set CI.
func truthy(value string) bool {
	switch strings.ToLower(value) {
	case "", "0", "false", "no", "off":
		return false
	}
	return true
}

package cli

import (
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
)

// ciJob is the job that this runs in, by the variables of GitHub Actions and GitLab CI, nil outside of both. A variable that does not
// look like what it should hold is left out: anything may stand in the environment, and what is in the log stays there.
func ciJob(getenv func(string) string) *audit.CI {
	number := func(name string) string { return only(getenv(name), "0123456789", 20) }
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
	switch {
	case truthy(getenv("GITHUB_ACTIONS")) && number("GITHUB_RUN_ID") != "":
		return &audit.CI{
			System: "github", Repository: only(getenv("GITHUB_REPOSITORY"), letters+"/", 200), Run: number("GITHUB_RUN_ID"),
			Attempt: number("GITHUB_RUN_ATTEMPT"), Job: only(getenv("GITHUB_JOB"), letters, 200),
		}
	case truthy(getenv("GITLAB_CI")) && number("CI_PIPELINE_ID") != "":
		return &audit.CI{
			System: "gitlab", Repository: only(getenv("CI_PROJECT_PATH"), letters+"/", 200), Run: number("CI_PIPELINE_ID"), Job: number("CI_JOB_ID"),
		}
	}
	return nil
}

// only is a text that holds nothing but some characters and is no longer than so many bytes, else "".
func only(text, characters string, most int) string {
	if len(text) > most || strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(characters, r) }) {
		return ""
	}
	return text
}

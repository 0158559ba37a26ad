package report

import (
	"fmt"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// scopeLine is one statement about what was judged against what. Its text is not escaped.
type scopeLine struct{ label, text string }

// scope words the run's ground: what was judged, against which base, whose policy and config were believed, by which
// rules, in which mode, and what else the reader must know. A verdict means nothing without it.
func scope(r *finding.Report, verbose bool) []scopeLine {
	short := shortRevision
	if verbose {
		short = func(s string) string { return s }
	}
	repo := r.Repository
	var lines []scopeLine
	if repo.Head != "" {
		judged := describe(repo.Head, short)
		switch {
		case repo.Base == "":
			judged += ", without a base"
		case repo.BaseSource != "":
			judged += " against base " + named(repo, short) + " (from " + repo.BaseSource + ")"
		default:
			judged += " against base " + named(repo, short)
		}
		if repo.Subdirectory != "" {
			judged += ", only " + repo.Subdirectory
		}
		lines = append(lines, scopeLine{"judged", judged})
		if repo.HeadCommit != "" && repo.HeadCommit != repo.Head {
			lines = append(lines, scopeLine{"head", short(repo.HeadCommit)})
		}
	}
	if repo.Trusted != "" {
		lines = append(lines, scopeLine{"trusted", describe(repo.Trusted, short) + " (policy, config, ignore lists, approvals)"})
	}
	if pol := r.Policy; pol.Source != "" || pol.Digest != "" {
		text := fmt.Sprintf("%s, %s", pol.Source, plural(pol.Rules, "rule"))
		if pol.Digest != "" {
			text += ", " + short(pol.Digest)
		}
		lines = append(lines, scopeLine{"policy", text})
	}
	if r.Config.Digest != "" {
		lines = append(lines, scopeLine{"config", r.Config.Source + ", " + short(r.Config.Digest)})
	}
	if r.Mode != "" {
		lines = append(lines, scopeLine{"mode", string(r.Mode)})
	}
	for _, flag := range r.Weakened {
		lines = append(lines, scopeLine{"weakened", flag})
	}
	for _, note := range repo.Notes {
		lines = append(lines, scopeLine{"note", note})
	}
	return lines
}

// named is the base's commit, and the name it was found by when that is not the commit's own.
func named(repo finding.Repository, short func(string) string) string {
	if repo.BaseRef == "" || repo.BaseRef == repo.Base {
		return short(repo.Base)
	}
	return repo.BaseRef + " " + short(repo.Base)
}

// describe words a revision or one of the names that stand for something other than a commit.
func describe(revision string, short func(string) string) string {
	switch revision {
	case "worktree":
		return "the working tree"
	case "index":
		return "the index"
	case "files":
		return "plain files, no repository"
	}
	return short(revision)
}

// shortRevision cuts a commit's id or a digest to twelve digits, the length git itself settles for in large repositories.
func shortRevision(id string) string {
	algorithm, digits, ok := strings.Cut(id, ":")
	if !ok {
		algorithm, digits = "", id
	} else {
		algorithm += ":"
	}
	if len(digits) < 40 || strings.Trim(digits, hexDigits) != "" {
		return id
	}
	return algorithm + digits[:12]
}

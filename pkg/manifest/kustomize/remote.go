package kustomize

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	scheme = regexp.MustCompile(`(?i)^[a-z][a-z0-9+.-]*://`)
	// userAt is how kustomize recognizes the user of an SCP-style address, git@host:path.
	userAt = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*@`)
)

// remoteFile reports whether kustomize would fetch name over HTTP where it expects a file. It takes anything with an http
// scheme for remote, with or without slashes; an address of any other scheme is no file either.
func remoteFile(name string) bool {
	if u, err := url.Parse(name); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return true
	}
	return scheme.MatchString(strings.TrimSpace(name))
}

// remoteBase reports whether kustomize would fetch name over HTTP or clone it with git where it expects a base. It errs
// on the side of remote: kustomize looks at the shape of the address only, and so does this.
func remoteBase(name string) bool {
	lower := strings.ToLower(strings.TrimSpace(name))
	switch {
	case remoteFile(name):
		return true
	case strings.HasPrefix(lower, "git::"), strings.HasPrefix(lower, "github.com/"), strings.HasPrefix(lower, "github.com:"):
		return true
	case strings.HasPrefix(lower, "/"):
		return false
	}
	user := userAt.FindString(name)
	return user != "" && strings.ContainsAny(name[len(user):], ":/")
}

// remoteSource is remoteFile for the "[key=]path" entries of generators.
func remoteSource(entry string) bool {
	if remoteFile(entry) {
		return true
	}
	for rest := entry; ; {
		_, after, ok := strings.Cut(rest, "=")
		if !ok {
			return false
		}
		if remoteFile(after) {
			return true
		}
		rest = after
	}
}

var (
	userinfo = regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*://)([^/?#@\s]*)@`)
	query    = regexp.MustCompile(`([?&])([^=&\s]+)=([^&\s]*)`)
)

// mask removes credentials from an address: the password, a token in the place of the user, and query parameters other
// than those kustomize itself defines.
func mask(address string) string {
	address = userinfo.ReplaceAllStringFunc(address, func(s string) string {
		m := userinfo.FindStringSubmatch(s)
		user, _, password := strings.Cut(m[2], ":")
		switch {
		case password:
			return m[1] + user + ":***@"
		case user == "git":
			return s
		}
		return m[1] + "***@"
	})
	return query.ReplaceAllStringFunc(address, func(s string) string {
		m := query.FindStringSubmatch(s)
		switch m[2] {
		case "ref", "version", "timeout", "submodules", "depth":
			return s
		}
		return m[1] + m[2] + "=***"
	})
}

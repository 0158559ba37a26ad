package deliverygate

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

// Where signers are looked for when the configuration does not say.
const (
	defaultApproval = "knowledge/governance/DELIVERY_APPROVED.yaml"
	defaultSigners  = "governance/allowed_signers"
	defaultOpenPGP  = "governance/allowed_signers.asc"
	defaultRevoked  = "governance/revoked_signers"
)

// files are the paths that the gate takes its own ground from.
type files struct{ approval, signers, openpgp, revoked string }

func filesOf(c config.Delivery) files {
	or := func(configured, otherwise string) string {
		if configured == "" {
			return otherwise
		}
		return configured
	}
	return files{
		or(c.ApprovalFile, defaultApproval), or(c.AllowedSigners, defaultSigners),
		or(c.OpenPGPSigners, defaultOpenPGP), or(c.RevokedSigners, defaultRevoked),
	}
}

// signers is whose signatures count, as the trusted snapshot says.
type signers struct {
	trust      *signing.Trust
	configured bool     // there is a list, or there should be one: whoever is not proven is refused
	problems   []string // what of it could not be read, and why
	openpgp    []string // those of the problems that may hide that an OpenPGP key was revoked
}

// readSigners reads the lists of the trusted snapshot. A list that the configuration names and that is not there proves
// nobody; it is never taken for none being wanted.
func readSigners(s *repo.Snapshot, c config.Delivery) signers {
	out := signers{trust: &signing.Trust{}}
	f := filesOf(c)
	out.read(s, f.signers, c.AllowedSigners != "", func(text []byte) []signing.Problem {
		out.configured = true
		allowed, problems := signing.ParseAllowedSigners(text)
		out.trust.Allowed = allowed
		return problems
	})
	out.read(s, f.openpgp, c.OpenPGPSigners != "", func(text []byte) []signing.Problem {
		out.configured = true
		keyring, problems := signing.ParseKeyring(text)
		out.trust.Keyring = keyring
		for _, p := range problems {
			out.openpgp = append(out.openpgp, fmt.Sprintf("%s:%d: %s", f.openpgp, p.Line, p.Message))
		}
		return problems
	})
	out.read(s, f.revoked, c.RevokedSigners != "", func(text []byte) []signing.Problem {
		revoked, problems := signing.ParseRevokedKeys(text)
		out.trust.Revoked = revoked
		if len(problems) > 0 {
			// Nobody knows which key that line takes back.
			out.configured, out.trust = true, &signing.Trust{}
		}
		return problems
	})
	return out
}

func (out *signers) read(s *repo.Snapshot, name string, asked bool, parse func([]byte) []signing.Problem) {
	text, err := s.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return
	}
	if err != nil {
		out.configured = true
		out.problems = append(out.problems, fmt.Sprintf("%s cannot be read from the trusted revision: %s", name, reason(err)))
		return
	}
	for _, p := range parse(text) {
		out.problems = append(out.problems, fmt.Sprintf("%s:%d: %s", name, p.Line, p.Message))
	}
}

// reason is an error's text without the path in front.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

func (out *signers) facts(f files) map[string]any {
	return map[string]any{
		"configured": out.configured, "problems": out.problems, "openpgp_problems": out.openpgp,
		"path": f.signers, "openpgp_path": f.openpgp,
	}
}

// signatureFacts is what is known of who signed a commit.
func signatureFacts(s signing.Signature) map[string]any {
	entries := []any{}
	for _, e := range s.Signers {
		entries = append(entries, map[string]any{
			"source": e.Source, "principals": e.Principals, "for_git": e.ForGit, "cert_authority": e.CertAuthority,
			"revoked": e.Revoked, "revoked_why": e.RevokedWhy, "valid_after": bound(e.ValidAfter.IsZero(), gate.Stamp(e.ValidAfter)),
			"valid_before": bound(e.ValidBefore.IsZero(), gate.Stamp(e.ValidBefore)),
		})
	}
	return map[string]any{
		"format": s.Format, "key": s.Key, "verified": s.Verified, "code": s.Code, "problem": s.Problem,
		"expires": bound(s.Expires.IsZero(), gate.Stamp(s.Expires)), "signers": entries,
	}
}

// bound is a time that limits something, nil for no limit.
func bound(none bool, at string) any {
	if none {
		return nil
	}
	return at
}

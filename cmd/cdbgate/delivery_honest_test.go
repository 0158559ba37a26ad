package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// honest is a change that must pass.
type honest struct {
	name string
	make func(c *clone)
	mode finding.Mode // "" means analysis
	warn int          // how many warnings there are
	args []string
}

var honestChanges = []honest{
	{name: "nothing"},
	{name: "documentation", make: func(c *clone) { c.write("docs/guide.md", "# Guide\n\nMore.\n"); c.commit() }},
	{name: "sources", make: func(c *clone) { c.write("src/app.go", "package app // 2\n"); c.remove("docs/guide.md"); c.commit() }},
	{name: "sources that are not committed", make: func(c *clone) { c.write("src/app.go", "package app // 2\n") }},
	{name: "sources that are staged", make: func(c *clone) { c.write("src/app.go", "package app // 2\n"); c.git("add", "-A") }, args: []string{"--staged"}},
	{name: "notes in a watched folder", make: func(c *clone) { c.write("k8s/README.md", "# Web\n\nMore.\n"); c.commit() }},
	{name: "notes that quote a manifest", make: func(c *clone) {
		c.write("docs/howto.md", "# How\n\n```yaml\n"+manifest+"```\n")
		c.commit()
	}},
	{name: "YAML that is no manifest", make: func(c *clone) {
		c.write("mkdocs.yml", "site_name: x\nnav: [a.md]\n", "src/openapi.yaml", "openapi: 3.0.0\ninfo: {title: x, version: '1'}\npaths: {}\n")
		c.commit()
	}},
	{name: "a catalogue that only looks like Kubernetes", make: func(c *clone) {
		c.write("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: web}\n")
		c.commit()
	}},
	{name: "a workflow that neither deploys nor gates", make: func(c *clone) {
		c.write(".github/workflows/lint.yml", "on: pull_request\njobs:\n  lint:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - run: terraform fmt -check && helm lint apps/web && kubectl version --client\n")
		c.commit()
	}},
	{name: "what the base's configuration excludes", make: func(c *clone) { c.write("examples/pod.yaml", manifest+"# more\n"); c.commit() }},
	{name: "infrastructure in Delivery Mode", make: func(c *clone) { c.approve(); c.write("k8s/web.yaml", manifest+"# more\n"); c.commit() }, mode: finding.Delivery},
	{name: "infrastructure added, renamed and deleted in Delivery Mode", make: func(c *clone) {
		c.approve()
		c.write("docs/x.txt", manifest)
		c.git("mv", "k8s/web.yaml", "k8s/site.yaml")
		c.remove("conf")
		c.commit()
	}, mode: finding.Delivery},
	{name: "infrastructure within the scope", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, approved+"  scope:\n    paths: [k8s, \"terraform/**\"]\n") })
		c.write("k8s/web.yaml", manifest+"# more\n", "terraform/a/main.tf", "")
		c.commit()
	}, mode: finding.Delivery},
	{name: "an approval in force", make: func(c *clone) {
		c.base(func() {
			c.write(approvalFile, "delivery: {approved: true, approved_at: 2024-01-01, expires_at: 2099-01-01}\n")
		})
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, mode: finding.Delivery},
	{name: "an approval with all keys, comments, CR LF and a mark", make: func(c *clone) {
		c.base(func() {
			c.write(approvalFile, "\ufeff# Approval\r\nmeta: {version: 1, owner: alice}\r\ndelivery:\r\n  \"approved\": True # yes\r\n  approved_by: 'alice'\r\n  approved_at: \"2024-01-01T00:00:00+01:00\"\r\n  expires_at: null\r\n  reason: >\r\n    because\r\nrules: [one]\r\nhistory:\r\n  - {approved: false, at: 2023-01-01}\r\n")
		})
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, mode: finding.Delivery},
	{name: "turned on, signed with Ed25519", make: func(c *clone) { c.write(approvalFile, approved); c.sshSigned("alice") }},
	{name: "turned on, signed with RSA within its time", make: func(c *clone) { c.write(approvalFile, approved); c.sshSigned("rsa") }},
	{name: "turned on, signed with ECDSA", make: func(c *clone) { c.write(approvalFile, approved); c.sshSigned("ecdsa") }},
	{name: "turned on, signed with OpenPGP", make: func(c *clone) { c.write(approvalFile, approved); c.gpgSigned("carol") }},
	{name: "turned off, signed", make: func(c *clone) { c.approve(); c.write(approvalFile, notApproved); c.sshSigned("alice") }, mode: finding.Delivery},
	{name: "deleted, signed", make: func(c *clone) { c.approve(); c.remove(approvalFile); c.sshSigned("alice") }, mode: finding.Delivery},
	{name: "a broken approval is repaired, signed", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, "delivery: {approved: \"true\"}\n") })
		c.write(approvalFile, approved)
		c.sshSigned("alice")
	}},
	{name: "turned on in several signed commits among others", make: func(c *clone) {
		c.write(approvalFile, approved)
		c.sshSigned("alice")
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.write(approvalFile, approved+"# until Friday\n")
		c.gpgSigned("carol")
	}},
	{name: "own rules, signed", make: func(c *clone) {
		c.write(".cdbgate.yaml", "version: 1\n", ".gitleaksignore", "a:b:c:1\n", signersFile, c.signers+"# nobody else\n")
		c.remove(gateWorkflow)
		c.sshSigned("alice")
	}},
	{name: "the base's change of the approval merged in", make: func(c *clone) {
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.git("checkout", "-q", "main")
		c.write(approvalFile, approved)
		c.commit()
		c.git("checkout", "-q", "topic")
		c.git("merge", "-q", "--no-ff", "-m", "merge", "main")
	}, mode: finding.Delivery},
	{name: "the platform's trial merge", make: func(c *clone) {
		c.write(approvalFile, approved)
		c.sshSigned("alice")
		c.git("checkout", "-q", "main")
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
		c.git("checkout", "-q", "--detach", "main")
		c.as("GitHub", "noreply@github.com")
		c.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
	}},
	{name: "the base went on with infrastructure", make: func(c *clone) {
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.git("checkout", "-q", "main")
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
		c.git("checkout", "-q", "topic")
	}},
	{name: "what the base already has, picked", make: func(c *clone) {
		c.git("checkout", "-q", "main")
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
		c.write("docs/guide.md", "# Guide 2\n")
		c.commit()
		c.git("checkout", "-q", "topic")
		c.git("cherry-pick", "main~1")
	}},
	{name: "a conflict about the approval, resolved and signed", make: func(c *clone) {
		c.write(approvalFile, notApproved+"  reason: mine\n")
		c.sshSigned("alice")
		c.git("checkout", "-q", "main")
		c.write(approvalFile, notApproved+"  reason: theirs\n")
		c.commit()
		c.git("checkout", "-q", "topic")
		if _, err := c.try("merge", "-q", "--no-ff", "main"); err == nil {
			c.Fatal("no conflict")
		}
		c.write(approvalFile, notApproved+"  reason: both\n")
		c.sshSigned("alice")
	}},
	{name: "without signers, by a human", make: func(c *clone) {
		c.base(func() { c.remove("governance") })
		c.write(approvalFile, approved)
		c.commit()
	}, warn: 1},
	{name: "the first approval and the first signers", make: func(c *clone) {
		c.base(func() { c.remove("governance"); c.remove("knowledge") })
		c.write(approvalFile, approved, signersFile, c.signers)
		c.sshSigned("alice")
	}, warn: 2},
	{name: "an approval that is not committed", make: func(c *clone) { c.write(approvalFile, approved) }, warn: 1},
	{name: "an approval that is staged", make: func(c *clone) { c.write(approvalFile, approved); c.git("add", "-A") }, warn: 1, args: []string{"--staged"}},
	{name: "a detached head", make: func(c *clone) {
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.git("checkout", "-q", "--detach")
	}},
	{name: "another commit than the one checked out", make: func(c *clone) {
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, args: []string{"--head", "topic~1"}},
	{name: "packed objects and references", make: func(c *clone) {
		c.approve()
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
		c.git("gc", "-q")
		c.git("pack-refs", "--all")
	}, mode: finding.Delivery},
	{name: "a worktree of its own", make: func(c *clone) {
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.git("checkout", "-q", "main")
		to := c.dir + "2"
		c.git("worktree", "add", "-q", to, "topic")
		c.dir = to
	}},
	{name: "a bare repository", make: func(c *clone) {
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		to := filepath.Join(filepath.Dir(c.dir), "bare.git")
		c.git("clone", "-q", "--bare", c.dir, to)
		c.dir = to
	}, args: []string{"--head", "topic"}},
	{name: "a partial clone that lacks what nobody needs", make: func(c *clone) {
		c.base(func() { c.write("docs/old.md", "old\n") })
		old := c.git("rev-parse", "main:docs/old.md")
		c.base(func() { c.write("docs/old.md", "new\n") })
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.lose(old)
	}},
	{name: "without a base, among all gates", make: func(c *clone) { c.write("src/app.go", "package app // 2\n"); c.commit() }, warn: 2, args: []string{"check", "no-base"}},
	{name: "no repository, among all gates", make: func(c *clone) { c.remove(".git") }, mode: "none", warn: 2, args: []string{"check", "no-base"}},
	{name: "a submodule outside of the watched folders", make: func(c *clone) {
		c.git("update-index", "--add", "--cacheinfo", "160000,"+c.git("rev-parse", "main")+",third_party/lib")
		c.git("commit", "-qm", "bump")
	}, args: []string{"--head", "topic"}},
	{name: "a link to a folder", make: func(c *clone) { c.link("src", "lib"); c.commit() }},
	{name: "a stale branch, since then approval withdrawn", make: func(c *clone) {
		c.approve()
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.git("checkout", "-q", "main")
		c.write(approvalFile, notApproved)
		c.commit()
		c.git("checkout", "-q", "topic")
	}},
	{name: "a stale branch, since then approval repaired", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, "delivery: {approved: \"true\"}\n") })
		c.write("src/app.go", "package app // 2\n")
		c.commit()
		c.git("checkout", "-q", "main")
		c.write(approvalFile, approved)
		c.commit()
		c.git("checkout", "-q", "topic")
	}, mode: finding.Delivery},
	{name: "a link that leads nowhere", make: func(c *clone) {
		c.link("nowhere", "src/link.yaml")
		c.commit()
	}},
	{name: "a large file that is no text", make: func(c *clone) {
		c.write("docs/film.mp4", "")
		if err := os.Truncate(c.path("docs/film.mp4"), 70<<20); err != nil {
			c.Fatal(err)
		}
	}},
}

func TestDeliveryHonest(t *testing.T) {
	if len(honestChanges) < 20 {
		t.Fatalf("only %d honest changes", len(honestChanges))
	}
	for _, h := range honestChanges {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newClone(t)
			if h.make != nil {
				h.make(c)
			}
			r, status := c.runIn(nil, arguments(h.args)...)
			want := h.mode
			switch want {
			case "":
				want = finding.Analysis
			case "none":
				want = ""
			}
			if status != 0 || r.Mode != want || r.Summary.Warning != h.warn {
				t.Errorf("exit status %d, mode %q, %d warnings; want 0, %q, %d", status, r.Mode, r.Summary.Warning, want, h.warn)
				for _, f := range r.Findings {
					t.Logf("%s %s: %s", f.Rule, f.Severity, f.Message)
				}
			}
			c.compareWithGit(r)
		})
	}
}

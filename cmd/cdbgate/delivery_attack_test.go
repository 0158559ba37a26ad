package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// attack is a change that must not pass, and the rules that must say so.
type attack struct {
	name   string
	make   func(c *clone)
	rules  string // of severity error, all of them, by blanks
	status int    // 0 means 1
	says   string // in some message
	args   []string
	env    map[string]string
}

const signedBy = "nothing proves that a human made it"

var attacks = slices.Concat([]attack{
	// What is infrastructure, in Analysis Mode.
	{name: "a manifest is changed", make: func(c *clone) { c.write("k8s/web.yaml", manifest+"# more\n"); c.commit() }, rules: "DEL001", says: "k8s/web.yaml is changed"},
	{name: "a manifest is added elsewhere under another name", make: func(c *clone) { c.write("docs/x.txt", manifest); c.commit() }, rules: "DEL001", says: "it holds v1 Service web"},
	{name: "a manifest moves out of the watched folders", make: func(c *clone) { c.git("mv", "k8s/web.yaml", "docs/web.txt"); c.commit() }, rules: "DEL001", says: "is renamed from k8s/web.yaml"},
	{name: "a manifest moves out and becomes something else", make: func(c *clone) {
		c.remove("k8s/web.yaml")
		c.write("docs/web.md", "# Nothing\n")
		c.commit()
	}, rules: "DEL001", says: "k8s/web.yaml is deleted"},
	{name: "a manifest is deleted", make: func(c *clone) { c.remove("k8s/web.yaml"); c.commit() }, rules: "DEL001", says: "is deleted"},
	{name: "a manifest becomes executable", make: func(c *clone) { c.git("update-index", "--chmod=+x", "k8s/web.yaml"); c.git("commit", "-qm", "x") }, rules: "DEL001", args: []string{"--head", "topic"}},
	{name: "a manifest becomes a link", make: func(c *clone) { c.link("../docs/guide.md", "k8s/web.yaml"); c.commit() }, rules: "DEL001", says: "becomes a symbolic link"},
	{name: "a watched folder in other case", make: func(c *clone) { c.write("K8S/limits.conf", "a\n"); c.commit() }, rules: "DEL001", says: "its path fits k8s/**"},
	{name: "a watched folder with an invisible letter", make: func(c *clone) { c.write("k8s\u200c/limits.conf", "a\n"); c.commit() }, rules: "DEL001"},
	{name: "a watched folder with a dot behind it", make: func(c *clone) { c.write("k8s./limits.conf", "a\n"); c.commit() }, rules: "DEL001"},
	{name: "a Dockerfile under another name", make: func(c *clone) {
		c.write("src/build.txt", "FROM alpine\nRUN apk add curl\n")
		c.commit()
	}, rules: "DEL001", says: "it builds an image"},
	{name: "a Compose file under another name", make: func(c *clone) {
		c.write("src/stack.yml", "services:\n  web:\n    image: example/web:1\n")
		c.commit()
	}, rules: "DEL001", says: "Compose"},
	{name: "Terraform deep in the sources", make: func(c *clone) { c.write("src/a/b/main.tf", "resource \"x\" \"y\" {}\n"); c.commit() }, rules: "DEL001"},
	{name: "a workflow that deploys", make: func(c *clone) {
		c.write(".github/workflows/release.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          set -e\n          sudo kubectl --context prod apply -f out/\n")
		c.commit()
	}, rules: "DEL001", says: "it deploys"},
	{name: "a workflow with an environment", make: func(c *clone) {
		c.write(".github/workflows/release.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    environment: production\n    steps:\n      - run: ./go\n")
		c.commit()
	}, rules: "DEL001", says: "environment production"},
	{name: "a chart's values", make: func(c *clone) { c.write("apps/web/values.yaml", "replicas: 9\n"); c.commit() }, rules: "DEL001", says: "chart apps/web"},
	{name: "a file that a kustomization reads", make: func(c *clone) { c.write("conf/app.properties", "a=2\n"); c.commit() }, rules: "DEL001", says: "kustomization conf/kustomization.yaml"},
	{name: "a chart's notes become its values", make: func(c *clone) {
		c.base(func() { c.write("apps/web/notes.md", "replicas: 3\n") })
		c.git("mv", "apps/web/notes.md", "apps/web/values-prod.yaml")
		c.commit()
	}, rules: "DEL001", says: "chart apps/web"},
	{name: "a manifest becomes an object that reaches no cluster", make: func(c *clone) {
		c.base(func() { c.write("src/web.yaml", manifest) })
		c.write("src/web.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: web}\n")
		c.commit()
	}, rules: "DEL001", says: "it holds v1 Service web"},
	{name: "a workflow no longer deploys", make: func(c *clone) {
		c.base(func() {
			c.write(".github/workflows/release.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    environment: production\n    steps: []\n")
		})
		c.write(".github/workflows/release.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n")
		c.commit()
	}, rules: "DEL001", says: "environment production"},
	{name: "a chart's values are deleted", make: func(c *clone) { c.remove("apps/web/values.yaml"); c.commit() }, rules: "DEL001", says: "chart apps/web"},
	{name: "a chart's values move away", make: func(c *clone) { c.git("mv", "apps/web/values.yaml", "docs/values.txt"); c.commit() }, rules: "DEL001", says: "chart apps/web"},
	{name: "a file that a kustomization reads is deleted", make: func(c *clone) { c.remove("conf/app.properties"); c.commit() }, rules: "DEL001", says: "kustomization conf/kustomization.yaml"},
	{name: "a kustomization comes to read another file", make: func(c *clone) {
		c.write("conf/kustomization.yaml", "configMapGenerator:\n  - name: app\n    files: [../src/app.go]\n", "src/app.go", "package app // 2\n")
		c.commit()
	}, rules: "DEL001", says: "src/app.go is changed"},
	{name: "a manifest in UTF-16", make: func(c *clone) { c.write("docs/x.yaml", utf16(manifest)); c.commit() }, rules: "DEL001"},
	{name: "a list in JSON", make: func(c *clone) {
		c.write("src/data.json", `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"}}]}`)
		c.commit()
	}, rules: "DEL001", says: "Service web"},
	{name: "a template of a manifest", make: func(c *clone) {
		c.write("src/web.tpl", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Name }}\nspec:\n{{- if .x }}\n  a: b\n{{- end }}\n")
		c.commit()
	}, rules: "DEL001"},
	{name: "a submodule in a watched folder", make: func(c *clone) {
		c.git("update-index", "--add", "--cacheinfo", "160000,"+c.git("rev-parse", "main")+",k8s/vendor")
		c.git("commit", "-qm", "bump")
	}, rules: "DEL001", args: []string{"--head", "topic"}},
	{name: "a merge that adds a manifest of its own", make: func(c *clone) {
		c.base(func() { c.write("src/other.go", "package app\n") })
		c.git("reset", "-q", "--hard", "main~1")
		c.write("src/mine.go", "package app\n")
		c.commit()
		c.git("merge", "-q", "--no-commit", "--no-ff", "main")
		c.write("src/evil.yaml", manifest)
		c.commit()
	}, rules: "DEL001", says: "src/evil.yaml is added"},
	{name: "an untracked manifest", make: func(c *clone) { c.write("src/new.yaml", manifest) }, rules: "DEL001", says: "src/new.yaml is added"},
	{name: "a staged manifest that the working tree lacks", make: func(c *clone) {
		c.write("src/new.yaml", manifest)
		c.git("add", "-A")
		c.remove("src/new.yaml")
	}, rules: "DEL001", args: []string{"--staged"}},
	{name: "the change excludes itself", make: func(c *clone) {
		c.write(".cdbgate.yaml", "exclude: [\"**\"]\n", "k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, rules: "DEL001 DEL006"},
	{name: "the change forgets what infrastructure is", make: func(c *clone) {
		c.write(".cdbgate.yaml", "params: {infrastructure_paths: [nothing]}\n", "k8s/limits.conf", "a\n")
		c.commit()
	}, rules: "DEL001 DEL006"},
	{name: "the change moves the approval", make: func(c *clone) {
		c.write(".cdbgate.yaml", "delivery: {approval_file: ok.yaml}\n", "ok.yaml", approved, "k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, rules: "DEL001 DEL006"},
	{name: "criss-cross merges", make: func(c *clone) {
		// Either side merges what the other was before its last step, so that there are two merge bases.
		c.write("src/t.go", "package app\n")
		c.commit()
		c.git("checkout", "-q", "main")
		c.write("k8s/limits.conf", "from main\n")
		c.commit()
		c.git("branch", "m1")
		c.git("merge", "-q", "--no-ff", "-m", "m", "topic")
		c.write("k8s/limits.conf", "main moved on\n")
		c.commit()
		c.git("checkout", "-q", "topic")
		c.git("merge", "-q", "--no-ff", "-m", "m", "m1")
		c.write("k8s/limits.conf", "the change's\n")
		c.commit()
	}, rules: "DEL001"},
	{name: "labels do not open the gate", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, "delivery:\n  approved: false\nexceptions:\n  labels: [emergency]\n") })
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, rules: "DEL001"},

	// The approval.
	{name: "the change approves itself", make: func(c *clone) {
		c.write(approvalFile, approved, "k8s/web.yaml", manifest+"# more\n")
		c.sshSigned("alice")
	}, rules: "DEL001 DEL003", says: "in the same change that approves it"},
	{name: "withdrawn on the base since", make: func(c *clone) {
		c.approve()
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
		c.git("checkout", "-q", "main")
		c.write(approvalFile, notApproved)
		c.commit()
		c.git("checkout", "-q", "topic")
	}, rules: "DEL001", says: "delivery.approved is false"},
	{name: "a merge that takes back the withdrawal", make: func(c *clone) {
		c.approve()
		c.write("src/mine.go", "package app\n")
		c.commit()
		c.git("checkout", "-q", "main")
		c.write(approvalFile, notApproved)
		c.commit()
		c.git("checkout", "-q", "topic")
		c.git("merge", "-q", "-s", "ours", "--no-ff", "-m", "merge", "main")
	}, rules: "DEL004", says: signedBy},
	{name: "expired", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, approved+"  expires_at: 2024-02-01\n") })
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, rules: "DEL001 DEL005", says: "expired at 2024-02-01T00:00:00Z"},
	{name: "approved in the future", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, "delivery: {approved: true, approved_at: 2099-01-01T00:00:00Z}\n") })
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, rules: "DEL001 DEL005", says: "still to come"},
	{name: "outside of the scope", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, approved+"  scope: {paths: [\"terraform/**\"]}\n") })
		c.write("k8s/web.yaml", manifest+"# more\n")
		c.commit()
	}, rules: "DEL005", says: "outside of the approval's scope.paths"},
	{name: "from outside into the scope", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, approved+"  scope: {paths: [\"terraform/**\"]}\n") })
		if err := os.MkdirAll(c.path("terraform"), 0o755); err != nil {
			c.Fatal(err)
		}
		c.git("mv", "k8s/web.yaml", "terraform/web.yaml")
		c.commit()
	}, rules: "DEL005"},
	{name: "the change widens the scope for itself", make: func(c *clone) {
		c.base(func() { c.write(approvalFile, approved+"  scope: {paths: [\"terraform/**\"]}\n") })
		c.write(approvalFile, approved, "k8s/web.yaml", manifest+"# more\n")
		c.sshSigned("alice")
	}, rules: "DEL003 DEL005"},
	{name: "the change deletes the approval unsigned", make: func(c *clone) { c.approve(); c.remove(approvalFile); c.commit() }, rules: "DEL004"},
}, unclear(), signatures(), ownRules(), histories())

// unclear are approvals of the base that must not open the gate.
func unclear() []attack {
	in := func(name, text, says string) attack {
		return attack{name: "approval: " + name, make: func(c *clone) {
			c.base(func() { c.write(approvalFile, text) })
			c.write("k8s/web.yaml", manifest+"# more\n")
			c.commit()
		}, rules: "DEL001 DEL002", says: says}
	}
	special := func(name, says string, base func(c *clone)) attack {
		return attack{name: "approval: " + name, make: func(c *clone) {
			c.base(func() { base(c) })
			c.write("k8s/web.yaml", manifest+"# more\n")
			c.commit()
		}, rules: "DEL001 DEL002", says: says}
	}
	return []attack{
		in("a text", "delivery:\n  approved: \"true\"\n", `the text "true"`),
		in("yes", "delivery:\n  approved: yes\n", `the text "yes"`),
		in("on", "delivery:\n  approved: on\n", `the text "on"`),
		in("one", "delivery:\n  approved: 1\n", "delivery.approved is 1"),
		in("a list", "delivery:\n  approved: [true]\n", "a list"),
		in("a directive", "%YAML 1.1\n---\ndelivery:\n  approved: yes\n", `the text "yes"`),
		in("nothing", "delivery:\n  approved:\n", "nothing"),
		in("missing", "delivery:\n  approve: true\n", "delivery.approved is missing"),
		in("another letter", "delivery:\n  \u0430pproved: true\n", "delivery.approved is missing"),
		in("empty file", "", "no documents"),
		in("twice", "delivery:\n  approved: false\n  approved: true\n", "line 3"),
		in("twice at the top", "delivery: {approved: false}\ndelivery: {approved: true}\n", "line 2"),
		in("twice in other case", "delivery: {approved: true, Approved: false}\n", "line 1"),
		in("an alias", "meta: &yes true\ndelivery:\n  approved: *yes\n", "an alias"),
		in("an anchor", "delivery: &d\n  approved: true\n", "an anchor"),
		in("a merge key", "meta: &m {approved: true}\ndelivery:\n  <<: *m\n", "a merge key"),
		in("a tag", "delivery:\n  approved: !!bool \"true\"\n", "a tag"),
		in("two documents", approved+"---\n"+notApproved, "several documents"),
		in("an empty second document", approved+"---\n", "several documents"),
		in("cut short", approved+"  scope: {paths: [\"x\"\n", ""),
		in("UTF-16", utf16(approved), "UTF-16"),
		in("10 MB", bigFile(), "more than 65535"),
		in("expiry at the wrong place", approved+"expires_at: 2024-01-01\n", "move it below delivery"),
		in("expiry that is no time", approved+"  expires_at: never\n", "is no time"),
		in("scope that is no list", approved+"  scope: {paths: \"**\"}\n", "no list of globs"),
		in("a limit that nobody reads", "delivery:\n  approved: true\n  expires: 2024-01-01\n", "looks as if it limited the approval"),
		in("scope without paths", approved+"  scope: {}\n", "no list of globs"),
		special("a link", "a symbolic link", func(c *clone) { c.write("ok.yaml", approved); c.link("../../ok.yaml", approvalFile) }),
		special("behind a link", "a symbolic link", func(c *clone) {
			c.write("other/governance/DELIVERY_APPROVED.yaml", approved)
			c.remove("knowledge")
			c.link("other", "knowledge")
		}),
		special("a folder", "a directory", func(c *clone) { c.remove(approvalFile); c.write(approvalFile+"/x", approved) }),
		special("a submodule", "a submodule", func(c *clone) {
			c.git("rm", "-q", "--cached", approvalFile)
			c.remove(approvalFile)
			c.git("update-index", "--add", "--cacheinfo", "160000,"+c.git("rev-parse", "main")+","+approvalFile)
			if err := os.Mkdir(c.path(approvalFile), 0o755); err != nil {
				c.Fatal(err)
			}
		}),
		special("two of nearly one name", "differs from the approval's name only in case", func(c *clone) {
			c.write(approvalFile, approved, strings.ToLower(approvalFile), notApproved)
		}),
	}
}

// signatures are commits that nothing proves a human made.
func signatures() []attack {
	turn := func(name, says string, commit func(c *clone)) attack {
		return attack{name: "approval " + name, make: func(c *clone) { c.write(approvalFile, approved); commit(c) }, rules: "DEL004", says: says}
	}
	forged := func(name, says string, forge func(c *clone, raw string) string) attack {
		return turn(name, says, func(c *clone) {
			c.sshSigned("alice")
			raw := forge(c, c.git("cat-file", "commit", "HEAD")+"\n")
			file := filepath.Join(c.TempDir(), "object")
			if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
				c.Fatal(err)
			}
			c.git("reset", "-q", "--hard", c.git("hash-object", "-t", "commit", "-w", file))
		})
	}
	header := func(raw string) string { // the signature header of a raw commit, continuation lines and all
		i := strings.Index(raw, "gpgsig ")
		return raw[i : i+strings.Index(raw[i:], "-----END")+len("-----END SSH SIGNATURE-----\n")]
	}
	noSigners := func(name, says string, commit func(c *clone)) attack {
		return attack{name: "without signers, approval " + name, make: func(c *clone) {
			c.base(func() { c.remove("governance") })
			c.write(approvalFile, approved)
			commit(c)
		}, rules: "DEL004", says: says}
	}
	return []attack{
		turn("unsigned", "not signed", func(c *clone) { c.commit() }),
		turn("by a key nobody listed", "which no list of signers", func(c *clone) { c.sshSigned("mallory") }),
		turn("by an agent's key", "an agent", func(c *clone) { c.sshSigned("agent") }),
		turn("by a key of a human and a bot", "an agent", func(c *clone) { c.sshSigned("bot") }),
		turn("by an expired key", "until", func(c *clone) { c.sshSigned("expired") }),
		turn("by an expired key, backdated", "until", func(c *clone) { c.at("2019-06-01T00:00:00Z"); c.sshSigned("expired") }),
		turn("by a key not yet valid", "from", func(c *clone) { c.sshSigned("future") }),
		turn("by a key not yet valid, postdated", "from", func(c *clone) { c.at("2099-06-01T00:00:00Z"); c.sshSigned("future") }),
		turn("by a key for files", "other namespaces", func(c *clone) { c.sshSigned("files") }),
		turn("by a certificate authority", "certificate authority", func(c *clone) { c.sshSigned("ca") }),
		turn("by a key of everyone", "names no person", func(c *clone) { c.sshSigned("wild") }),
		turn("by a revoked key", "revoked", func(c *clone) { c.sshSigned("revoked") }),
		turn("by a platform's key", "platform", func(c *clone) { c.sshSigned("platform") }),
		turn("by a key on a line that cannot be read", signersFile+":13", func(c *clone) { c.sshSigned("broken") }),
		turn("by an OpenPGP key nobody listed", "", func(c *clone) { c.gpgSigned("mallory") }),
		turn("by an expired OpenPGP key", "until", func(c *clone) {
			program := filepath.Join(c.TempDir(), "gpg")
			if err := os.WriteFile(program, []byte("#!/bin/sh\nexec gpg --faked-system-time 20200110T000000 \"$@\"\n"), 0o755); err != nil {
				c.Fatal(err)
			}
			c.at("2020-01-10T00:00:00Z")
			c.commit(append(c.openpgp2("expired"), "-c", "gpg.program="+program)...)
		}),
		turn("by a revoked OpenPGP key", "revoked", func(c *clone) { c.gpgSigned("revoked") }),
		turn("by an agent's OpenPGP key", "an agent", func(c *clone) { c.gpgSigned("agent") }),
		forged("changed after it was signed", "", func(_ *clone, raw string) string { return strings.Replace(raw, "\n\nchange", "\n\nother", 1) }),
		forged("signed twice", "2 signatures", func(_ *clone, raw string) string {
			return strings.Replace(raw, "gpgsig ", header(raw)+"gpgsig ", 1)
		}),
		forged("signed for another hash function", "2 signatures", func(_ *clone, raw string) string {
			return strings.Replace(raw, "gpgsig ", strings.Replace(header(raw), "gpgsig ", "gpgsig-sha256 ", 1)+"gpgsig ", 1)
		}),
		forged("with another commit's signature", "", func(c *clone, raw string) string {
			c.write("src/innocent.go", "package app\n")
			c.sshSigned("alice")
			other := c.git("cat-file", "commit", "HEAD") + "\n"
			return strings.Replace(raw, header(raw), header(other), 1)
		}),
		turn("by a first commit unsigned, a second signed", signedBy, func(c *clone) {
			c.commit()
			c.write(approvalFile, approved+"# looks good\n")
			c.sshSigned("alice")
		}),
		turn("turned on and off again", signedBy, func(c *clone) { c.commit(); c.write(approvalFile, notApproved); c.commit() }),
		{name: "approval under nearly the same name", make: func(c *clone) {
			c.write("Knowledge/governance/delivery_approved.YAML", approved)
			c.commit()
		}, rules: "DEL002 DEL004"},
		turn("by an evil merge", signedBy, func(c *clone) {
			c.git("stash", "-q")
			c.write("src/mine.go", "package app\n")
			c.commit()
			c.git("checkout", "-q", "main")
			c.write("src/theirs.go", "package app\n")
			c.commit()
			c.git("checkout", "-q", "topic")
			c.git("merge", "-q", "--no-commit", "--no-ff", "main")
			c.write(approvalFile, approved)
			c.commit()
		}),
		noSigners("by a bot", "is an agent", func(c *clone) { c.as("release[bot]", "release@example.org"); c.commit() }),
		noSigners("by an agent's mail", "is an agent", func(c *clone) { c.as("Alice", "noreply@anthropic.com"); c.commit() }),
		noSigners("with an agent as co-author", "names an agent", func(c *clone) {
			c.git("add", "-A")
			c.git("commit", "-q", "-m", "approve\n\nCo-authored-by: Claude <noreply@anthropic.com>")
		}),
		{name: "signers that the configuration names are missing", make: func(c *clone) {
			c.base(func() {
				c.remove("governance")
				c.write(".cdbgate.yaml", "delivery: {allowed_signers: governance/allowed_signers}\n")
			})
			c.write(approvalFile, approved)
			c.commit()
		}, rules: "DEL004"},
	}
}

// ownRules are changes of what later changes are judged by.
func ownRules() []attack {
	own := func(name string, change func(c *clone)) attack {
		return attack{name: "own rules: " + name, make: func(c *clone) { change(c); c.commit() }, rules: "DEL006", says: signedBy}
	}
	return []attack{
		own("configuration", func(c *clone) { c.write(".cdbgate.yaml", "version: 1\n") }),
		own("configuration in other case", func(c *clone) { c.write(".CDBGATE.yaml", "version: 1\n") }),
		own("ignore list", func(c *clone) { c.write(".gitleaksignore", "abc:file:rule:1\n") }),
		own("signers deleted", func(c *clone) { c.remove(signersFile) }),
		own("signers moved", func(c *clone) { c.git("mv", signersFile, "governance/old") }),
		own("revoked keys", func(c *clone) { c.write(revokedFile, "") }),
		own("the workflow is deleted", func(c *clone) { c.remove(gateWorkflow) }),
		own("the workflow no longer runs it", func(c *clone) { c.write(gateWorkflow, "on: pull_request\njobs: {}\n") }),
		own("the workflow shrugs", func(c *clone) {
			c.write(gateWorkflow, "on: pull_request\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - run: cdbgate check || true\n")
		}),
		own("a script runs it", func(c *clone) { c.write("scripts/gate.sh", "cdbgate check || exit 0\n") }),
		{name: "own rules: the change lists its own key", make: func(c *clone) {
			public, err := os.ReadFile(c.ssh("mallory") + ".pub")
			if err != nil {
				c.Fatal(err)
			}
			c.write(signersFile, c.signers+"alice@example.org "+string(public), approvalFile, approved)
			c.sshSigned("mallory")
		}, rules: "DEL004 DEL006"},
		{name: "own rules: the bundle in the repository", make: func(c *clone) {
			c.base(func() { c.policyExport("rules") })
			c.write("rules/delivery_gate/words.rego", "package cdbgate.delivery_gate\n")
			c.commit()
		}, rules: "DEL006", args: []string{"--policy", "rules"}},
	}
}

// policyExport writes the embedded bundle.
func (c *clone) policyExport(dir string) {
	c.Helper()
	if status := c.plain("policy", "export", dir); status != 0 {
		c.Fatalf("policy export: exit status %d", status)
	}
}

func TestDeliveryAttacks(t *testing.T) {
	if len(attacks) < 40 {
		t.Fatalf("only %d attacks", len(attacks))
	}
	seen := map[string]bool{}
	for _, a := range attacks {
		if seen[a.name] {
			t.Errorf("two attacks are called %q", a.name)
		}
		seen[a.name] = true
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			c := newClone(t)
			a.make(c)
			r, status := c.runIn(a.env, arguments(a.args)...)
			want := max(a.status, 1)
			if status != want {
				t.Errorf("exit status %d, want %d", status, want)
			}
			if got := errorsOf(r); strings.Join(got, " ") != a.rules {
				t.Errorf("errors of %v, want %s", got, a.rules)
			}
			said := false
			for _, f := range r.Findings {
				said = said || strings.Contains(f.Message, a.says)
			}
			if !said {
				t.Errorf("no finding says %q", a.says)
			}
			if t.Failed() {
				for _, f := range r.Findings {
					t.Logf("%s %s: %s", f.Rule, f.Severity, f.Message)
				}
			}
			if strings.HasPrefix(a.name, "approval ") || strings.HasPrefix(a.name, "own rules") {
				c.compareWithGit(r)
			}
		})
	}
}

package main

import (
	"strings"
	"testing"
)

// anApplication syncs by itself, corrects drift and tells of it.
const anApplication = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: x
  namespace: argocd
  annotations:
    notifications.argoproj.io/subscribe.on-sync-succeeded.slack: audit
spec:
  project: default
  source:
    repoURL: https://git.example.org/all
    path: k8s
  syncPolicy:
    automated:
      selfHeal: true
      prune: true
`

// ofSet is an application's text as an ApplicationSet has it: two steps deeper, in a template.
func ofSet(application string) string {
	head, body, _ := strings.Cut(application, "metadata:\n")
	head = with(head, "kind: Application\n", "kind: ApplicationSet\n") + "metadata:\n  name: x\n  namespace: argocd\nspec:\n  generators: []\n  template:\n"
	for line := range strings.Lines("metadata:\n" + body) {
		head += "    " + line
	}
	return head
}

// TestDriftOfReleases and the next ones go through what says whether drift is corrected.
func TestDriftOfReleases(t *testing.T) {
	t.Parallel()
	const mode = "    mode: enabled"
	slow := func(why string) []string { return []string{"2m | never: drift detection is " + why} }
	judgeFields(t, []fields{
		{what: "enabled", text: aRelease, bounds: []string{"2m | 5m"}},
		{what: "warn", text: with(aRelease, mode, "    mode: warn # GIT004"), says: "driftDetection.mode is warn", bounds: slow("warn")},
		{what: "disabled", text: with(aRelease, mode, "    mode: disabled # GIT004"), says: "driftDetection.mode is disabled", bounds: slow("disabled")},
		{what: "other letters", text: with(aRelease, mode, "    mode: Enabled # GIT004"), says: "driftDetection.mode is Enabled", bounds: slow("Enabled")},
		{what: "null", text: with(aRelease, mode, "    mode: # GIT004"), says: "disabled, the default", bounds: slow("disabled")},
		{what: "no mode", text: with(aRelease, "  driftDetection:\n"+mode, "  driftDetection: {} # GIT004"), says: "disabled, the default", bounds: slow("disabled")},
		{what: "no drift detection", text: with(aRelease, "  driftDetection:\n"+mode, "", "\nspec:", "\nspec: # GIT004"), says: "disabled, the default", bounds: slow("disabled")},
		{what: "true", text: with(aRelease, mode, "    mode: true # GIT004"), says: "driftDetection.mode is true"},
		{what: "a variable", text: with(aRelease, mode, "    mode: ${MODE} # GIT004"), says: "cannot be proven", bounds: []string{"2m | unknown: spec.driftDetection.mode is a variable"}},
		{what: "ignores", text: aRelease + "    ignore: # GIT005\n      - paths: [/spec/replicas]\n", says: "driftDetection.ignore exempts fields", bounds: []string{"2m | 5m"}},
		{what: "ignores nothing", text: aRelease + "    ignore: []\n"},
		{what: "slow, suspended and blind", text: with(aRelease, mode, "    mode: warn # GIT004", "interval: 5m", "interval: 1h # GIT003", "suspend: false", "suspend: true # GIT002"), bounds: []string{"never: suspended | never: suspended"}},
	})
}

func TestPruning(t *testing.T) {
	t.Parallel()
	const prune, says = "  prune: true", "prune is not true"
	judgeFields(t, []fields{
		{what: "true", text: aKustomization, bounds: []string{"1m | 5m"}},
		{what: "false", text: with(aKustomization, prune, "  prune: false # GIT004"), says: says, bounds: []string{"1m | 5m"}},
		{what: "absent", text: with(aKustomization, prune+"\n", "", "\nspec:", "\nspec: # GIT004"), says: says},
		{what: "null", text: with(aKustomization, prune, "  prune: # GIT004"), says: says},
		{what: "a text", text: with(aKustomization, prune, `  prune: "true" # GIT004`), says: says},
		{what: "a variable", text: with(aKustomization, prune, "  prune: ${PRUNE} # GIT004"), says: "cannot be proven"},
		{what: "spelt otherwise", text: with(aKustomization, prune, "  Prune: true", "\nspec:", "\nspec: # GIT004"), says: says},
		{what: "ignores", text: aKustomization + "  ignore: # GIT005\n    - paths: [/spec/replicas]\n", says: "spec.ignore exempts fields"},
	})
}

// TestPatchesOfKustomizations has a Kustomization whose patches, which Flux lays over what it applies, switch off what the
// manifests say.
func TestPatchesOfKustomizations(t *testing.T) {
	t.Parallel()
	for what, patch := range map[string]string{
		"suspends": "suspend: true", "slows down": "interval: 1h", "corrects no drift": "driftDetection: {mode: disabled}", "labels": "",
	} {
		c := &clone{T: t, dir: t.TempDir()}
		text := with(aKustomization, "path: ./", "path: ./apps", "name: x", "name: apps") + "  patches:\n    - target: {kind: HelmRelease}\n      patch: |\n" +
			"        apiVersion: helm.toolkit.fluxcd.io/v2\n        kind: HelmRelease\n        metadata: {name: all, labels: {team: web}}\n        spec: {" + patch + "}\n"
		c.write("apps/x.yaml", aRelease, "clusters/apps.yaml", text, "clusters/around.yaml", surroundings)
		r, status := c.runIn(nil, "iac-diff")
		if want := min(len(patch), 1); status != want {
			t.Errorf("a patch that %s: status %d, want %d; %v", what, status, want, boundsOf(t, r, "apps/x.yaml", aRelease))
		}
	}
}

func TestReferencesOfReconcilers(t *testing.T) {
	t.Parallel()
	const elsewhere = "unknown: its source is not in the repository"
	own := with(aKustomization, "name: all", "name: x") + "---\n"
	there := with(aSource("OCIRepository"), "name: x, namespace: flux-system", "name: oci, namespace: sources") + "---\n" + surroundings
	judgeFields(t, []fields{
		{what: "there", text: aKustomization, bounds: []string{"1m | 5m"}},
		{what: "gone", text: with(aKustomization, "  sourceRef:", "  sourceRef: # GIT007:warning", "name: all", "name: gone"), says: "GitRepository flux-system/gone is not in the repository", bounds: []string{elsewhere + " | 5m"}},
		{what: "another kind", text: with(aKustomization, "  sourceRef:", "  sourceRef: # GIT007:warning", "kind: GitRepository", "kind: Bucket"), says: "Bucket flux-system/all is not in the repository", bounds: []string{elsewhere + " | 5m"}},
		{what: "another namespace", text: with(aKustomization, "  sourceRef:", "  sourceRef: # GIT007:warning", "name: all", "name: all\n    namespace: other"), says: "GitRepository other/all is not in the repository", bounds: []string{elsewhere + " | 5m"}},
		{what: "there in another namespace", text: with(aKustomization, "kind: GitRepository", "kind: OCIRepository", "name: all", "name: oci\n    namespace: sources"), around: there, bounds: []string{"5m | 5m"}},
		{what: "not in its own namespace", text: with(aKustomization, "  sourceRef:", "  sourceRef: # GIT007:warning", "kind: GitRepository", "kind: OCIRepository", "name: all", "name: oci"), around: there, says: "OCIRepository flux-system/oci", bounds: []string{elsewhere + " | 5m"}},
		{what: "what it waits for is gone", text: aKustomization + "  dependsOn:\n    - name: x\n    - name: crds # GIT007:warning\n", says: "Kustomization flux-system/crds is not in the repository"},
		{what: "the chart's source is gone", text: with(aRelease, "      sourceRef:", "      sourceRef: # GIT007:warning", "name: charts", "name: gone"), says: "HelmRepository flux-system/gone", bounds: []string{elsewhere + " | 5m"}},
		{what: "suspended", text: own + with(aSource("GitRepository"), "suspend: false", "suspend: true # GIT002"), bounds: []string{"never: its source is suspended | 5m", "never: its source is suspended"}},
		{what: "slow", text: own + with(aSource("GitRepository"), "interval: 5m", "interval: 1h # GIT003"), bounds: []string{"1h | 5m", "1h"}},
		{what: "pinned", text: own + aSource("GitRepository") + "  ref:\n    commit: 0123456789abcdef # GIT005\n", bounds: []string{"never: its source is pinned to a commit | 5m", "never: its source is pinned to a commit"}},
		{what: "no source at all", text: with(aKustomization, "  sourceRef:\n    kind: GitRepository\n    name: all\n", ""), bounds: []string{elsewhere + " | 5m"}},
		{what: "a branch", text: aSource("GitRepository") + "  ref:\n    branch: main\n", bounds: []string{"5m"}},
	})
}

// TestSyncOfArgoCD goes through an application's sync policy, and the same in a set's template.
func TestSyncOfArgoCD(t *testing.T) {
	t.Parallel()
	const policy = "  syncPolicy:\n    automated:\n      selfHeal: true\n      prune: true\n"
	const manual, blind = "never: syncing is not automated | never: syncing is not automated", "3m | never: selfHeal is off"
	var cases []fields
	for _, test := range []fields{
		{what: "all on", text: policy, bounds: []string{"3m | 3m"}},
		{what: "enabled", text: with(policy, "automated:", "automated:\n      enabled: true"), bounds: []string{"3m | 3m"}},
		{what: "not enabled", text: with(policy, "automated:", "automated: # GIT004\n      enabled: false"), says: "syncing is not automated", bounds: []string{manual}},
		{what: "enabled is null", text: with(policy, "automated:", "automated:\n      enabled: null"), bounds: []string{"3m | 3m"}},
		// A text is neither on nor off: the cluster refuses it, and what was there before stays.
		{what: "enabled is a text", text: with(policy, "automated:", "automated: # GIT004\n      enabled: \"false\""), bounds: []string{manual}},
		{what: "null", text: "  syncPolicy:\n    automated: null # GIT004\n", says: "syncing is not automated", bounds: []string{manual}},
		{what: "empty", text: "  syncPolicy:\n    automated: {} # GIT004 GIT004\n", says: "selfHeal is not true", bounds: []string{blind}},
		{what: "enabled alone", text: "  syncPolicy:\n    automated: {enabled: true} # GIT004 GIT004\n", says: "prune is not true", bounds: []string{blind}},
		{what: "absent", text: "  syncPolicy: # GIT004\n    syncOptions: [CreateNamespace=true]\n", says: "syncing is not automated", bounds: []string{manual}},
		{what: "selfHeal false", text: with(policy, "selfHeal: true", "selfHeal: false # GIT004"), says: "selfHeal is not true: drift stays", bounds: []string{blind}},
		{what: "selfHeal absent", text: with(policy, "      selfHeal: true\n", "", "automated:", "automated: # GIT004"), says: "selfHeal is not true", bounds: []string{blind}},
		{what: "selfHeal a text", text: with(policy, "selfHeal: true", `selfHeal: "true" # GIT004`), says: "selfHeal is not true", bounds: []string{blind}},
		{what: "prune false", text: with(policy, "prune: true", "prune: false # GIT004"), says: "prune is not true: what Git no longer has stays", bounds: []string{"3m | 3m"}},
		{what: "prune absent", text: with(policy, "      prune: true\n", "", "automated:", "automated: # GIT004"), says: "prune is not true", bounds: []string{"3m | 3m"}},
		{what: "ignores differences", text: policy + "  ignoreDifferences: # GIT005\n    - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}\n", says: "ignoreDifferences exempts fields", bounds: []string{"3m | 3m"}},
		{what: "ignores no differences", text: policy + "  ignoreDifferences: []\n", bounds: []string{"3m | 3m"}},
	} {
		// An application, and a set of the like.
		test.text = with(anApplication, policy, test.text)
		test.text += "---\n" + ofSet(test.text)
		test.bounds = append(test.bounds, test.bounds...)
		cases = append(cases, test)
	}
	set := ofSet(anApplication)
	cases = append(
		cases,
		fields{what: "no policy", text: with(anApplication, policy, "", "\nspec:", "\nspec: # GIT004"), says: "syncing is not automated", bounds: []string{manual}},
		fields{what: "set: no policy", text: ofSet(with(anApplication, policy, "", "\nspec:", "\nspec: # GIT004")), says: "syncing is not automated", bounds: []string{manual}},
		fields{what: "not reconciled", text: with(anApplication, "  annotations:\n", "  annotations:\n    argocd.argoproj.io/skip-reconcile: \"true\" # GIT005\n"), says: "takes the object out of reconciliation"},
		fields{what: "set: people may change it", text: set + "  ignoreApplicationDifferences:\n    - jsonPointers: [/spec/source]\n    - jsonPointers: [/spec/syncPolicy] # GIT004\n", says: "people may switch it off"},
		fields{what: "set: creates only", text: set + "  syncPolicy:\n    applicationsSync: create-only # GIT004\n", says: "applicationsSync is create-only"},
		fields{what: "set: syncs", text: set + "  syncPolicy:\n    applicationsSync: sync\n", bounds: []string{"3m | 3m"}},
	)
	judgeFields(t, cases)
}

func TestProjectsOfArgoCD(t *testing.T) {
	t.Parallel()
	project := "---\napiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata:\n  name: shop\n  namespace: argocd\nspec:\n  sourceRepos: ['*']\n"
	of := with(anApplication, "project: default", "project: shop")
	judgeFields(t, []fields{
		{what: "there", text: of + project},
		{what: "gone", text: with(of, "project: shop", "project: shop # GIT007:warning"), says: "AppProject argocd/shop is not in the repository"},
		{what: "a window that allows", text: of + project + "  syncWindows:\n    - {kind: allow, schedule: '* * * * *', duration: 24h}\n"},
		{what: "a window that denies", text: of + project + "  syncWindows:\n    - kind: allow\n      schedule: '* * * * *'\n    - kind: deny # GIT005\n      schedule: '0 1 * * *'\n", says: "a deny window"},
	})
}

// TestSettingsOfArgoCD goes through how often Argo CD looks: the time that argocd-cm sets, and a jitter of 60s unless it says.
func TestSettingsOfArgoCD(t *testing.T) {
	t.Parallel()
	var cases []fields
	for _, v := range []struct{ what, data, bound, says string }{
		{"60s", "timeout.reconciliation: 60s", "2m", ""},
		{"240s", "timeout.reconciliation: 240s", "5m", ""},
		{"241s", "timeout.reconciliation: 241s", "5m1s", "every 5m1s, jitter included, longer than 5m"},
		{"300s", "timeout.reconciliation: 300s", "6m", "every 6m, jitter included, longer than 5m"},
		{"300s without jitter", "timeout.reconciliation: 300s\n  timeout.reconciliation.jitter: \"0\"", "5m", ""},
		{"300s with little jitter", "timeout.reconciliation: 300s\n  timeout.reconciliation.jitter: 1s", "5m1s", "every 5m1s"},
		{"3600s", "timeout.reconciliation: 3600s", "1h1m", "every 1h1m"},
		{"0", `timeout.reconciliation: "0"`, "never: timeout.reconciliation is 0", "Argo CD looks for commits never"},
		{"0s", "timeout.reconciliation: 0s", "never: timeout.reconciliation is 0", "Argo CD looks for commits never"},
		{"-60s", "timeout.reconciliation: -60s", "never: timeout.reconciliation is 0", "Argo CD looks for commits never"},
		{"no unit", `timeout.reconciliation: "300"`, "unknown: timeout.reconciliation is no duration", "is unknown"},
		{"no duration", "timeout.reconciliation: often", "unknown: timeout.reconciliation is no duration", "is unknown"},
		{"absent", "url: https://argocd.example.org", "3m", ""},
		{"a long jitter", "timeout.reconciliation.jitter: 1h", "1h2m", "every 1h2m"},
	} {
		mark := ""
		if v.says != "" {
			mark = " # GIT003"
		}
		cases = append(cases, fields{
			what: "timeout " + v.what, says: v.says, bounds: []string{v.bound + " | " + v.bound},
			text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata:" + mark + "\n  " + v.data + "\n---\n" + anApplication,
		})
	}
	// Two Argo CDs, each with settings of its own: only the slow one is at fault. Which one syncs the application, nobody knows.
	settings := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata:\n  timeout.reconciliation: 60s\n---\n"
	cases = append(cases, fields{
		what: "two settings", text: settings + with(settings, "namespace: argocd", "namespace: other", "\ndata:", "\ndata: # GIT003", "60s", "1h") + anApplication,
		says: "every 1h1m, jitter included", bounds: []string{"1h1m | 1h1m"},
	})
	cases = append(cases, fields{what: "no settings", text: anApplication, bounds: []string{"3m | 3m"}})
	judgeFields(t, cases)
}

// TestRecords goes through who is told of repairs.
func TestRecords(t *testing.T) {
	t.Parallel()
	source, _, _ := strings.Cut(surroundings, toldSomewhere)
	told, untold := aKustomization, with(aKustomization, "  name: x", "  name: x # GIT006:warning")
	unheard := with(anApplication, "  annotations:\n    notifications.argoproj.io/subscribe.on-sync-succeeded.slack: audit\n", "")
	unheardNamed := with(unheard, "  name: x", "  name: x # GIT006:warning")
	_, alert, _ := strings.Cut(toldSomewhere, "---\napiVersion: notification.toolkit.fluxcd.io/v1beta3\nkind: Provider")
	_, alert, _ = strings.Cut(alert, "---\n")
	const flux, argo = "no Alert of severity info with a Provider watches it", "no notification is subscribed to it"
	judgeFields(t, []fields{
		{what: "told", text: told},
		{what: "no Alert and no Provider", text: untold, around: source, says: flux},
		{what: "an Alert without its Provider", text: untold + "---\n" + with(alert, "providerRef: {name: audit}", "providerRef: {name: audit} # GIT007:warning"), around: source, says: flux},
		{what: "an Alert of errors", text: untold, around: with(surroundings, "eventSeverity: info", "eventSeverity: error"), says: flux},
		{what: "an Alert of no severity", text: told, around: with(surroundings, "  eventSeverity: info\n", "")},
		{what: "an Alert that is suspended", text: untold, around: with(surroundings, "  eventSeverity: info\n", "  suspend: true\n"), says: flux},
		{what: "an Alert of another", text: untold, around: with(surroundings, `{kind: Kustomization, name: "*"}`, `{kind: Kustomization, name: y}`), says: flux},
		{what: "an Alert of it by name", text: told, around: with(surroundings, `{kind: Kustomization, name: "*"}`, `{kind: Kustomization, name: x}`)},
		{what: "an Alert of another namespace", text: untold, around: with(surroundings, `{kind: Kustomization, name: "*"}`, `{kind: Kustomization, name: "*", namespace: other}`), says: flux},
		{what: "an older Alert", text: told, around: strings.ReplaceAll(surroundings, "v1beta3", "v1beta1")},
		{what: "no notification", text: unheardNamed, says: argo},
		{what: "subscribed", text: anApplication},
		{what: "set: no notification", text: with(ofSet(unheard), "metadata:\n  name: x", "metadata:\n  name: x # GIT006:warning"), says: argo},
		{what: "subscribed for all", text: unheard + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-notifications-cm, namespace: argocd}\ndata: {subscriptions: '- recipients: [slack:audit]'}\n"},
	})
}

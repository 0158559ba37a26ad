package gitops_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/claire-de-binare/cdbgate/pkg/gate/iacdiff/gitops"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// graph reads the files of a txtar archive.
func graph(t testing.TB, archive string) *gitops.Graph {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := repo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Worktree(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	set, err := manifest.Collect(context.Background(), s, manifest.Options{Scope: func(string) bool { return true }, Jobs: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range set.Faults {
		t.Errorf("%s: %s", f.Path, f.Message)
	}
	return gitops.New(set, func(name string) bool {
		if name == "" {
			return true
		}
		_, err := s.Stat(name)
		return err == nil
	})
}

// flux is a Flux object: kind, name and the lines of its spec.
func flux(kind, name string, spec ...string) string {
	group := map[string]string{
		"Kustomization": "kustomize.toolkit.fluxcd.io/v1", "HelmRelease": "helm.toolkit.fluxcd.io/v2", "ArtifactGenerator": "source.extensions.fluxcd.io/v1beta1",
		"Alert": "notification.toolkit.fluxcd.io/v1beta3", "Provider": "notification.toolkit.fluxcd.io/v1beta3",
		"Application": "argoproj.io/v1alpha1", "ApplicationSet": "argoproj.io/v1alpha1", "ConfigMap": "v1",
	}[kind]
	if group == "" {
		group = "source.toolkit.fluxcd.io/v1"
	}
	return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: flux-system}\nspec:\n  %s\n---\n", group, kind, name, strings.Join(spec, "\n  "))
}

const service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {}\n"

func (c coverage) archive() string {
	var b strings.Builder
	for name, text := range c.files {
		fmt.Fprintf(&b, "-- %s --\n%s\n", name, text)
	}
	return b.String()
}

type coverage struct {
	files     map[string]string
	uncovered []string
}

func TestUncovered(t *testing.T) {
	const git = "sourceRef: {kind: GitRepository, name: flux-system}"
	for name, c := range map[string]coverage{
		"nothing reconciles":           {map[string]string{"k8s/web.yaml": service}, []string{"k8s"}},
		"folders below one another":    {map[string]string{"k8s/web.yaml": service, "k8s/a/web.yaml": service, "z/web.yaml": service}, []string{"k8s", "z"}},
		"a Kustomization":              {map[string]string{"k8s/web.yaml": service, "c.yaml": flux("Kustomization", "a", git, "path: ./k8s")}, nil},
		"the whole repository":         {map[string]string{"k8s/web.yaml": service, "c.yaml": flux("Kustomization", "a", git)}, nil},
		"another folder":               {map[string]string{"k8s/web.yaml": service, "o/web.yaml": service, "c.yaml": flux("Kustomization", "a", git, "path: o")}, []string{"k8s"}},
		"a path that is not here":      {map[string]string{"k8s/web.yaml": service, "c.yaml": flux("Kustomization", "a", git, "path: ./elsewhere")}, []string{"k8s"}},
		"a path with a variable":       {map[string]string{"k8s/web.yaml": service, "c.yaml": flux("Kustomization", "a", git, "path: ./${DIR}")}, []string{"k8s"}},
		"a path out of the repository": {map[string]string{"k8s/web.yaml": service, "c.yaml": flux("Kustomization", "a", git, "path: ../k8s")}, []string{"k8s"}},
		"a name that begins alike":     {map[string]string{"k8s-old/web.yaml": service, "k8s/web.yaml": service, "c.yaml": flux("Kustomization", "a", git, "path: k8s")}, []string{"k8s-old"}},
		"an overlay and its base":      {map[string]string{"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": service, "prod/kustomization.yaml": "resources: [../base]\n", "c.yaml": flux("Kustomization", "a", git, "path: prod")}, nil},
		"a chart of a HelmRelease":     {map[string]string{"charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "charts/web/templates/s.yaml": service, "c.yaml": flux("HelmRelease", "a", "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: x}}}")}, nil},
		"a chart from elsewhere":       {map[string]string{"charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "charts/web/templates/s.yaml": service, "c.yaml": flux("HelmRelease", "a", "chart: {spec: {chart: charts/web, sourceRef: {kind: HelmRepository, name: x}}}")}, []string{"charts/web"}},
		"an Application":               {map[string]string{"k8s/web.yaml": service, "c.yaml": flux("Application", "a", "source: {path: k8s}")}, nil},
		"several sources":              {map[string]string{"k8s/web.yaml": service, "l/web.yaml": service, "c.yaml": flux("Application", "a", "sources: [{path: k8s}, {path: l}]")}, nil},
		"an ApplicationSet's folders":  {map[string]string{"apps/a/web.yaml": service, "apps/b/web.yaml": service, "c.yaml": flux("ApplicationSet", "a", "generators: [{git: {directories: [{path: apps/*}]}}]", "template: {spec: {source: {path: '{{path}}'}}}")}, nil},
		"an artifact": {map[string]string{
			"apps/prod/web.yaml": service, "apps/staging/web.yaml": service,
			"c.yaml": flux("ArtifactGenerator", "g", "sources: [{alias: repo, kind: GitRepository, name: flux-system}]", "artifacts: [{name: apps, copy: [{from: '@repo/apps/prod/**', to: '@artifact/live/'}]}]") +
				flux("Kustomization", "a", "sourceRef: {kind: ExternalArtifact, name: apps}", "path: ./live"),
		}, []string{"apps/staging"}},
		"two clusters of the same names": {map[string]string{
			"apps/prod/web.yaml": service, "apps/staging/web.yaml": service,
			"clusters/prod/c.yaml": flux("ArtifactGenerator", "g", "artifacts: [{name: apps, copy: [{from: '@repo/apps/prod/**', to: '@artifact/'}]}]") +
				flux("Kustomization", "a", "sourceRef: {kind: ExternalArtifact, name: apps}"),
			"clusters/staging/c.yaml": flux("ArtifactGenerator", "g", "artifacts: [{name: apps, copy: [{from: '@repo/apps/staging/**', to: '@artifact/'}]}]") +
				flux("Kustomization", "a", "sourceRef: {kind: ExternalArtifact, name: apps}"),
		}, nil},
		"only what reconciles":      {map[string]string{"c.yaml": flux("Kustomization", "a", "sourceRef: {kind: OCIRepository, name: x}", "path: elsewhere")}, nil},
		"another tool's settings":   {map[string]string{".x.yaml": "apiVersion: tool.example.org/v1\nkind: Config\na: 1\n"}, nil},
		"Flux's names, other group": {map[string]string{"k8s/x.yaml": "apiVersion: example.org/v1\nkind: HelmRelease\nmetadata: {name: a}\nspec: {}\n"}, []string{"k8s"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, u := range graph(t, c.archive()).Uncovered() {
				got = append(got, u.Folder)
			}
			if !slices.Equal(got, c.uncovered) {
				t.Errorf("uncovered: %q, want %q", got, c.uncovered)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	const app = "automated: {selfHeal: true, prune: true}"
	argo := func(policy string) string {
		return flux("Application", "r", "source: {path: a}", "syncPolicy: {"+policy+"}")
	}
	settings := func(data string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata: {" + data + "}\n---\n"
	}
	const git = "sourceRef: {kind: GitRepository, name: s}"
	for _, c := range []struct{ what, objects, commit, repair string }{
		{"Kustomization", flux("GitRepository", "s", "interval: 1m") + flux("Kustomization", "r", git, "interval: 5m"), "1m", "5m"},
		{"source elsewhere", flux("Kustomization", "r", git, "interval: 90s"), "unknown: its source is not in the repository", "1m30s"},
		{"no interval", flux("GitRepository", "s", "url: x") + flux("Kustomization", "r", git), "unknown: spec.interval is not set", "unknown: spec.interval is not set"},
		{"a number", flux("GitRepository", "s", "interval: 60") + flux("Kustomization", "r", git, "interval: '5'"), "unknown: spec.interval is no duration", "unknown: spec.interval is no duration"},
		{"suspended", flux("Kustomization", "r", git, "interval: 5m", "suspend: true"), "never: suspended", "never: suspended"},
		{"suspended source", flux("GitRepository", "s", "interval: 1m", "suspend: true") + flux("Kustomization", "r", git, "interval: 1h"), "never: its source is suspended", "1h"},
		{"pinned", flux("GitRepository", "s", "interval: 1m", "ref: {commit: abc}") + flux("Kustomization", "r", git, "interval: 5m"), "never: its source is pinned to a commit", "5m"},
		{"variable", flux("Kustomization", "r", git, "interval: ${EVERY}"), "unknown: its source is not in the repository", "unknown: spec.interval is a variable"},
		{"release", flux("HelmRepository", "s", "interval: 2m") + flux("HelmRelease", "r", "interval: 4m", "driftDetection: {mode: enabled}", "chart: {spec: {chart: c, sourceRef: {kind: HelmRepository, name: s}}}"), "2m", "4m"},
		{"release that warns", flux("OCIRepository", "s", "interval: 24h") + flux("HelmRelease", "r", "interval: 4m", "driftDetection: {mode: warn}", "chartRef: {kind: OCIRepository, name: s}"), "24h", "never: drift detection is warn"},
		{"release by default", flux("HelmRepository", "s", "interval: 1m") + flux("HelmRelease", "r", "interval: 50m", "chart: {spec: {chart: c, interval: 3m, sourceRef: {kind: HelmRepository, name: s}}}"), "3m", "never: drift detection is disabled"},
		{"release from a registry", flux("HelmRepository", "s", "type: oci") + flux("HelmRelease", "r", "interval: 4m", "driftDetection: {mode: enabled}", "chart: {spec: {chart: c, sourceRef: {kind: HelmRepository, name: s}}}"), "4m", "4m"},
		{"artifact", flux("GitRepository", "g", "interval: 2m") + flux("ArtifactGenerator", "x", "sources: [{alias: a, kind: GitRepository, name: g}]", "artifacts: [{name: s}]") + flux("Kustomization", "r", "sourceRef: {kind: ExternalArtifact, name: s}", "interval: 5m"), "2m", "5m"},
		{"Argo CD", argo(app), "3m", "3m"},
		{"Argo CD by hand", argo(""), "never: syncing is not automated", "never: syncing is not automated"},
		{"Argo CD, null is off", argo("automated: null"), "never: syncing is not automated", "never: syncing is not automated"},
		{"suspended by a text", flux("Kustomization", "r", git, "interval: 5m", "suspend: 'true'"), "never: suspended", "never: suspended"},
		{"no interval at all", flux("Kustomization", "r", git, "interval: 0s"), "unknown: its source is not in the repository", "never: spec.interval is 0"},
		{"release from a slow repository", flux("GitRepository", "s", "interval: 1h") + flux("HelmRelease", "r", "interval: 4m", "driftDetection: {mode: enabled}", "chart: {spec: {chart: c, interval: 5m, sourceRef: {kind: GitRepository, name: s}}}"), "1h", "4m"},
		{"two settings of Argo CD", settings("timeout.reconciliation: 60s") + strings.Replace(settings("timeout.reconciliation: 1h"), "namespace: argocd", "namespace: other", 1) + argo(app), "1h1m", "1h1m"},
		{"Argo CD, far too long", settings("timeout.reconciliation: 2562047h") + argo(app), "never: timeout.reconciliation is longer than ten years", "never: timeout.reconciliation is longer than ten years"},
		{"Argo CD, empty is on", argo("automated: {}"), "3m", "never: selfHeal is off"},
		{"Argo CD, switched off", argo("automated: {enabled: false, selfHeal: true}"), "never: syncing is not automated", "never: syncing is not automated"},
		{"Argo CD's settings", settings("timeout.reconciliation: 60s, timeout.reconciliation.jitter: '0'") + argo(app), "1m", "1m"},
		{"Argo CD never looks", settings("timeout.reconciliation: '0'") + argo(app), "never: timeout.reconciliation is 0", "never: timeout.reconciliation is 0"},
		{"Argo CD's settings are broken", settings("timeout.reconciliation: soon") + argo(app), "unknown: timeout.reconciliation is no duration", "unknown: timeout.reconciliation is no duration"},
		{"application set", flux("ApplicationSet", "r", "template: {spec: {syncPolicy: {"+app+"}}}"), "3m", "3m"},
	} {
		t.Run(c.what, func(t *testing.T) {
			g := graph(t, "-- a.yaml --\n"+c.objects)
			r := g.Reconcilers()
			if len(r) != 1 {
				t.Fatalf("%d reconcilers", len(r))
			}
			commit, repair := g.Bounds(r[0])
			if commit.String() != c.commit || repair.String() != c.repair {
				t.Errorf("commit %q, repair %q; want %q, %q", commit, repair, c.commit, c.repair)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	g := graph(t, "-- a.yaml --\n"+
		flux("Kustomization", "a", "sourceRef: {kind: GitRepository, name: gone}", "dependsOn: [{name: b}, {name: c, namespace: other}]")+
		flux("Kustomization", "b", "sourceRef: {kind: OCIRepository, name: oci}")+flux("OCIRepository", "oci", "interval: 1m")+
		flux("Alert", "x", "providerRef: {name: gone}", "eventSources: [{kind: Kustomization, name: '*'}, {kind: Kustomization, name: b}]")+
		flux("Application", "p", "project: gone")+flux("Application", "q", "project: default"))
	var got []string
	for _, o := range g.Objects {
		for _, r := range o.References() {
			got = append(got, fmt.Sprintf("%s %v -> %s %s/%s %v", o.Name, r.At, r.Kind, r.Namespace, r.Name, r.Found))
		}
	}
	want := []string{
		"a [spec sourceRef] -> GitRepository flux-system/gone false",
		"a [spec dependsOn 0] -> Kustomization flux-system/b true",
		"a [spec dependsOn 1] -> Kustomization other/c false",
		"b [spec sourceRef] -> OCIRepository flux-system/oci true",
		"x [spec providerRef] -> Provider flux-system/gone false",
		"x [spec eventSources 1] -> Kustomization flux-system/b true",
		"p [spec project] -> AppProject flux-system/gone false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRecorded(t *testing.T) {
	reconciler := flux("Kustomization", "r", "interval: 5m")
	provider := flux("Provider", "p", "type: generic")
	alert := func(spec ...string) string {
		return reconciler + provider + flux("Alert", "a", append([]string{"providerRef: {name: p}"}, spec...)...)
	}
	for _, c := range []struct {
		what, objects string
		want          bool
	}{
		{"nothing", reconciler, false},
		{"all", alert("eventSources: [{kind: Kustomization, name: '*'}]"), true},
		{"by name", alert("eventSeverity: info", "eventSources: [{kind: Kustomization, name: r, namespace: flux-system}]"), true},
		{"another", alert("eventSources: [{kind: Kustomization, name: s}, {kind: HelmRelease, name: '*'}]"), false},
		{"another namespace", alert("eventSources: [{kind: Kustomization, name: '*', namespace: x}]"), false},
		{"by labels it lacks", alert("eventSources: [{kind: Kustomization, name: '*', matchLabels: {a: b}}]"), false},
		{"with exclusions", alert("eventSources: [{kind: Kustomization, name: '*'}]", "exclusionList: [.*]"), false},
		{"errors only", alert("eventSeverity: error", "eventSources: [{kind: Kustomization, name: '*'}]"), false},
		{"suspended", alert("suspend: true", "eventSources: [{kind: Kustomization, name: '*'}]"), false},
		{"no provider", reconciler + flux("Alert", "a", "providerRef: {name: p}", "eventSources: [{kind: Kustomization, name: '*'}]"), false},
		{"Argo CD, subscribed", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: r, annotations: {notifications.argoproj.io/subscribe.on-sync-succeeded.slack: x}}\nspec: {}\n", true},
		{"Argo CD, not subscribed", flux("Application", "r", "project: default"), false},
		{"Argo CD, for all", flux("Application", "r", "project: default") + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-notifications-cm}\ndata: {subscriptions: x}\n", true},
	} {
		g := graph(t, "-- a.yaml --\n"+c.objects)
		if got := g.Recorded(g.Reconcilers()[0]); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

func TestResolve(t *testing.T) {
	const git = "sourceRef: {kind: GitRepository, name: s}"
	cover := func(post string) string {
		return "-- c.yaml --\n" + flux("Kustomization", "a", git, "path: apps", post) +
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {EVERY: 2m}\n" +
			"-- apps/r.yaml --\n" + flux("HelmRelease", "r", "interval: 5m")
	}
	for _, c := range []struct {
		post, text, want string
		known            bool
	}{
		{"postBuild: {}", "5m", "5m", true},
		{"postBuild: {substitute: {EVERY: 3m}}", "${EVERY}", "3m", true},
		{"postBuild: {substitute: {EVERY: 3m}}", "${OTHER}", "${OTHER}", false},
		{"postBuild: {substitute: {EVERY: 3m}}", "${OTHER:=7m}", "7m", true},
		{"postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}", "${EVERY}", "2m", true},
		{"postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}], substitute: {EVERY: 1m}}", "${EVERY}", "1m", true},
		{"postBuild: {substituteFrom: [{kind: Secret, name: vars}]}", "${EVERY:=7m}", "${EVERY:=7m}", false},
		{"postBuild: {substituteFrom: [{kind: ConfigMap, name: gone}]}", "${EVERY}", "${EVERY}", false},
		{"prune: true", "${EVERY:-7m}", "${EVERY:-7m}", true},
		{"postBuild: {substitute: {EVERY: ''}}", "${EVERY:=7m}", "7m", true},
		{"postBuild: {substitute: {EVERY: ''}}", "${EVERY}", "", true},
	} {
		g := graph(t, cover(c.post))
		for _, o := range g.Objects {
			if o.Name != "r" {
				continue
			}
			if got := g.Resolve(o, c.text); got.Text != c.want || got.Known != c.known {
				t.Errorf("%s: %s is %+v, want %q, %v", c.post, c.text, got, c.want, c.known)
			}
		}
	}
	// What nothing of the repository covers may be given any value.
	g := graph(t, "-- r.yaml --\n"+flux("HelmRelease", "r", "interval: 5m"))
	if got := g.Resolve(g.Objects[0], "${EVERY:=7m}"); got.Known {
		t.Errorf("a default counts where nobody knows the substitutions: %+v", got)
	}
}

package isolate

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestCaches(t *testing.T) {
	home := t.TempDir()
	for _, dir := range []string{"go/pkg/mod", ".cargo", ".npm", "elsewhere/mod", "cache/go-build", ".cache/go-build", "Library/Caches/go-build", ".m2/repository"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"goenv", "nofolder"} {
		if err := os.WriteFile(filepath.Join(home, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(home, filepath.FromSlash(name)) }
	for _, tt := range []struct {
		name    string
		env     map[string]string
		want    []string
		without []string
	}{
		{
			"usual", nil,
			[]string{"GOPATH=" + in("go"), "GOMODCACHE=" + in("go/pkg/mod"), "CARGO_HOME=" + in(".cargo"), "npm_config_cache=" + in(".npm")},
			[]string{"GOROOT", "JAVA_HOME", "GOENV", "GOPROXY", "RUSTUP_HOME"},
		},
		{"set", map[string]string{"GOMODCACHE": in("elsewhere/mod"), "CARGO_HOME": in("missing")}, []string{"GOMODCACHE=" + in("elsewhere/mod")}, []string{"CARGO_HOME"}},
		{"a file", map[string]string{"CARGO_HOME": in("nofolder")}, nil, []string{"CARGO_HOME"}},
		{"relative", map[string]string{"GOPATH": ".", "GOCACHE": "."}, nil, []string{"GOPATH", "GOCACHE"}},
		{
			"list",
			map[string]string{"GOPATH": in("go") + string(filepath.ListSeparator) + in("elsewhere")},
			[]string{"GOPATH=" + in("go") + string(filepath.ListSeparator) + in("elsewhere"), "GOMODCACHE=" + in("go/pkg/mod")},
			nil,
		},
		{"settings", map[string]string{"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOENV": "off"}, []string{"GOTOOLCHAIN=local", "GOFLAGS=-mod=mod", "GOENV=off"}, nil},
		{"settings' file", map[string]string{"GOENV": in("goenv")}, []string{"GOENV=" + in("goenv")}, nil},
		{"settings' file missing", map[string]string{"GOENV": in("missing")}, nil, []string{"GOENV"}},
		{
			"credentials",
			map[string]string{"GOPROXY": "https://user:p@ss@a.example/x@v1,https://b.example|http://user@c.example,direct"},
			[]string{"GOPROXY=https://a.example/x@v1,https://b.example|http://c.example,direct"},
			nil,
		},
		{"no home", map[string]string{"HOME": ""}, nil, []string{"GOPATH", "GOMODCACHE", "GOCACHE", "CARGO_HOME", "npm_config_cache", "MAVEN_OPTS"}},
		{"others", map[string]string{"AWS_PROFILE": "x", "PATH": "/bin"}, nil, []string{"AWS_PROFILE", "PATH", "HOME"}},
	} {
		got := Caches(func(name string) string {
			if value, ok := tt.env[name]; ok || name != "HOME" {
				return value
			}
			return home
		})
		for _, entry := range tt.want {
			if !slices.Contains(got, entry) {
				t.Errorf("%s: no %s in %q", tt.name, entry, got)
			}
		}
		for _, name := range tt.without {
			if slices.ContainsFunc(got, func(entry string) bool { return strings.HasPrefix(entry, name+"=") }) {
				t.Errorf("%s: %s in %q", tt.name, name, got)
			}
		}
		if err := checkEnvironment(got); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if runtime.GOOS != "linux" {
		return
	}
	got := Caches(func(name string) string { return map[string]string{"HOME": home, "XDG_CACHE_HOME": in("cache")}[name] })
	if !slices.Contains(got, "GOCACHE="+in("cache/go-build")) || !slices.Contains(got, "MAVEN_OPTS=-Dmaven.repo.local="+in(".m2/repository")) {
		t.Errorf("%q", got)
	}
}

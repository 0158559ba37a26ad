package isolate

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// cacheFolder is a variable that names a folder, and where the folder is when the variable is not set.
type cacheFolder struct{ name, usual string }

// cacheFolders are those of common tools. $CACHE is where the system keeps caches, $DATA where Linux keeps an application's data.
var cacheFolders = []cacheFolder{
	{"GOPATH", "$HOME/go"},
	{"GOMODCACHE", "$GOPATH/pkg/mod"},
	{"GOCACHE", "$CACHE/go-build"},
	{"GOROOT", ""},
	{"CARGO_HOME", "$HOME/.cargo"},
	{"RUSTUP_HOME", "$HOME/.rustup"},
	{"npm_config_cache", "$HOME/.npm"},
	{"PNPM_HOME", "$DATA/pnpm"},
	{"YARN_CACHE_FOLDER", "$CACHE/yarn"},
	{"NVM_DIR", "$HOME/.nvm"},
	{"VOLTA_HOME", "$HOME/.volta"},
	{"DENO_DIR", "$CACHE/deno"},
	{"PIP_CACHE_DIR", "$CACHE/pip"},
	{"POETRY_CACHE_DIR", "$CACHE/pypoetry"},
	{"UV_CACHE_DIR", "$CACHE/uv"},
	{"VIRTUAL_ENV", ""},
	{"PYENV_ROOT", "$HOME/.pyenv"},
	{"RBENV_ROOT", "$HOME/.rbenv"},
	{"GEM_HOME", ""},
	{"COMPOSER_CACHE_DIR", "$CACHE/composer"},
	{"JAVA_HOME", ""},
	{"GRADLE_USER_HOME", "$HOME/.gradle"},
	{"DOTNET_ROOT", "$HOME/.dotnet"},
	{"NUGET_PACKAGES", "$HOME/.nuget/packages"},
	{"ASDF_DATA_DIR", "$HOME/.asdf"},
	{"MISE_DATA_DIR", "$DATA/mise"},
}

// cacheSettings are passed on when they are set: how Go gets toolchains and modules.
var cacheSettings = []string{"GOTOOLCHAIN", "GOFLAGS", "GOPROXY", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "GOINSECURE"}

func isCacheFolder(name string) bool {
	return slices.ContainsFunc(cacheFolders, func(f cacheFolder) bool { return f.name == name })
}

// Caches are the entries for Command.Env with which common tools find their toolchains and filled caches although HOME is an
// empty folder. Folders are named only where they exist. Credentials in addresses are not passed on.
//
// The folders are the user's own, with what the tools keep there, and the command may write to them, as it may without being told
// where they are.
func Caches(getenv func(string) string) []string {
	places := cachePlaces(getenv)
	var out []string
	for _, f := range cacheFolders {
		value := getenv(f.name)
		if value == "" {
			value = places.expand(f.usual)
		}
		// The variable may hold a list, as GOPATH does; tools write to the first of it.
		if first, _, _ := strings.Cut(value, string(filepath.ListSeparator)); exists(first, true) {
			out = append(out, f.name+"="+value)
		}
	}
	for _, name := range cacheSettings {
		if value := getenv(name); value != "" {
			out = append(out, name+"="+withoutCredentials(value))
		}
	}
	if file := getenv("GOENV"); file == "off" {
		out = append(out, "GOENV=off")
	} else if file = firstOf(file, places.expand("$CONFIG/go/env")); exists(file, false) {
		out = append(out, "GOENV="+file)
	}
	// Maven splits the variable at blanks, whatever is around them.
	if local := places.expand("$HOME/.m2/repository"); exists(local, true) && !strings.ContainsAny(local, " \t\n") {
		out = append(out, "MAVEN_OPTS=-Dmaven.repo.local="+local)
	}
	return out
}

// places are the folders that others lie in, "" where they are not known.
type places map[string]string

func cachePlaces(getenv func(string) string) places {
	home := getenv("HOME")
	p := places{"HOME": home}
	for name, of := range map[string][3]string{
		"CACHE":  {"XDG_CACHE_HOME", ".cache", "Library/Caches"},
		"DATA":   {"XDG_DATA_HOME", ".local/share", "Library"},
		"CONFIG": {"XDG_CONFIG_HOME", ".config", "Library/Application Support"},
	} {
		switch {
		case runtime.GOOS == "darwin":
			p[name] = join(home, of[2])
		default:
			p[name] = firstOf(getenv(of[0]), join(home, of[1]))
		}
	}
	p["GOPATH"], _, _ = strings.Cut(firstOf(getenv("GOPATH"), join(home, "go")), string(filepath.ListSeparator))
	return p
}

// expand is a path of the table, "" when it begins with a place that is not known.
func (p places) expand(path string) string {
	first, rest, _ := strings.Cut(path, "/")
	return join(p[strings.TrimPrefix(first, "$")], rest)
}

func join(dir, name string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// exists reports whether there is such a folder, or file. A relative name could be one of the repository that is judged.
func exists(name string, folder bool) bool {
	info, err := os.Stat(name)
	return filepath.IsAbs(name) && err == nil && info.IsDir() == folder
}

// userInfo matches the user and password of an address, up to the last @ before its path.
var userInfo = regexp.MustCompile(`://[^/,|\s]*@`)

func withoutCredentials(value string) string { return userInfo.ReplaceAllString(value, "://") }

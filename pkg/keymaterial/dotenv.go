package keymaterial

import (
	"path"
	"strings"
)

// isDotenv tells the files that set an environment by their name: .env, .env.local, prod.env, env and .envrc.
func isDotenv(name string) bool {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	return base == "env" || base == ".envrc" || strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env")
}

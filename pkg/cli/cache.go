package cli

import (
	"path/filepath"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
)

// newCache is the user's cache of results: below XDG_CACHE_HOME, else below HOME. Without either, or without knowing
// which build of the program this is, there is none.
func newCache(s *Surroundings, p *parsed) *gate.Cache {
	dir := s.Getenv("XDG_CACHE_HOME")
	if dir == "" && s.Getenv("HOME") != "" {
		dir = filepath.Join(s.Getenv("HOME"), ".cache")
	}
	if p.noCache || !filepath.IsAbs(dir) || s.Build == "" {
		return nil
	}
	return &gate.Cache{Dir: filepath.Join(dir, "cdbgate", "results"), Build: s.Build}
}

package secrets

import "sync"

// maxPaths bounds how many paths are remembered; when there are more, all are forgotten.
const maxPaths = 16384

// pathVerdicts remembers which paths are skipped: the expressions for that are dear, and a path has many fragments.
type pathVerdicts struct {
	mu    sync.RWMutex
	known map[[2]string]bool
}

func (p *pathVerdicts) of(r *Rules, f *Fragment) bool {
	if f.Path == "" && f.WindowsPath == "" {
		return false
	}
	key := [2]string{f.Path, f.WindowsPath}
	p.mu.RLock()
	skips, ok := p.known[key]
	p.mu.RUnlock()
	if ok {
		return skips
	}
	skips = r.skipsPath(f)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= maxPaths {
		p.known = map[[2]string]bool{}
	}
	p.known[key] = skips
	return skips
}

package deliverygate

import (
	"context"
	"path"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// parts tells which files are infrastructure for what deploys them: those of a chart, those that a kustomization or a
// Compose file names.
type parts map[*repo.Snapshot]map[string]string

// findParts reads what names files, when there is a change left to ask about. What of it is broken is k8s-readiness' to
// report. The old side is read only when something that names files changed, or when a file went: otherwise both sides name
// the same.
func (c *collector) findParts(ctx context.Context) parts {
	left, changed := false, map[*repo.Snapshot]bool{}
	for _, ch := range c.changes {
		switch {
		case !ch.is(classInfrastructure) && !ch.inScope:
		case !ch.is(classInfrastructure):
			left = true
			if ch.Kind == repo.Deleted || ch.Kind == repo.Renamed {
				changed[ch.before] = true
			}
		case ch.old() != "" && ch.namesFiles():
			changed[ch.before] = true
		}
	}
	p := parts{}
	if !left {
		return p
	}
	p[c.run.Snapshot], _ = manifest.Parts(ctx, c.run.Snapshot)
	for before := range changed {
		p[before], _ = manifest.Parts(ctx, before)
	}
	return p
}

// namesFiles reports whether a changed file may be one that names others.
func (ch *change) namesFiles() bool {
	name := strings.ToLower(path.Base(ch.old()))
	if name == "chart.yaml" || strings.HasPrefix(name, "kustomization") || strings.Contains(name, "compose") {
		return true
	}
	return ch.content != nil && ch.content["compose"] == true
}

// of is what a change's file belongs to, on either side.
func (p parts) of(ch *change) string {
	for _, s := range ch.sides() {
		if part := p[s.snapshot][s.name]; part != "" {
			return part
		}
	}
	return ""
}

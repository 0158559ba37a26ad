package kustomize

import (
	"regexp"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// patchText returns the documents of a patch, with positions in the file it is written in: its own, or the kustomization
// file when it is inline. It returns nil when the text cannot be read or, inline, not be found again.
func (g *graph) patchText(k *kustomization, p patch) *document.File {
	if p.file != "" {
		return g.tree.parse(p.file)
	}
	return g.inline(k, p)
}

var blockHeader = regexp.MustCompile(`\|[+-]?[0-9]?[+-]?\s*(?:#.*)?$`)

// inline reads a literal block of a kustomization file as a document of its own. Everything before the block is replaced
// by empty lines and the block keeps its indentation, which YAML allows, so the positions are those of the file.
func (g *graph) inline(k *kustomization, p patch) *document.File {
	data, err := g.tree.read(k.path)
	if err != nil {
		return nil
	}
	lines := strings.Split(string(data), "\n")
	header := k.place(p.text).Start.Line // counts from 1, so it is the index of the line behind
	if header < 1 || header >= len(lines) || !blockHeader.MatchString(strings.TrimRight(lines[header-1], "\r")) {
		return nil
	}
	indent := -1
	end := header
	for ; end < len(lines); end++ {
		trimmed := strings.TrimLeft(lines[end], " ")
		if strings.TrimSpace(trimmed) == "" {
			continue
		}
		depth := len(lines[end]) - len(trimmed)
		if indent < 0 {
			indent = depth
		}
		if depth < indent {
			break
		}
	}
	padded := strings.Repeat("\n", header) + strings.Join(lines[header:end], "\n")
	there := document.Parse(k.path, []byte(padded), document.Options{})
	meant := document.Parse(k.path, []byte(p.inline), document.Options{})
	if len(there.Errors) > 0 || len(there.Docs) != len(meant.Docs) {
		return nil
	}
	for i := range there.Docs {
		if !render.Equal(there.Docs[i].Root, meant.Docs[i].Root) {
			return nil
		}
	}
	return there
}

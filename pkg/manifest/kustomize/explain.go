package kustomize

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// maxDepth bounds how deep kustomizations nest, for a symbolic link can make a path without end.
const maxDepth = 64

// explain turns the failure of a build into faults at the lines that cause it. Kustomize says what is wrong in the words
// of its inner workings and never where, so each entry that it reads is looked at again.
func (g *graph) explain(ctx context.Context, root *kustomization, closure []*kustomization, failure error, omitted bool) []render.Fault {
	switch {
	case errors.Is(failure, context.DeadlineExceeded):
		return []render.Fault{*root.fault(nil, "the build took too long and was given up", "split the kustomization")}
	case errors.Is(failure, context.Canceled):
		return []render.Fault{*root.fault(nil, "the build was interrupted", "")}
	case errors.Is(failure, errTooMuch):
		return []render.Fault{*root.fault(nil, "the build reads too many files", "look for bases that are included over and over")}
	}
	e := explainer{graph: g, seen: map[*kustomization]bool{}}
	e.visit(root, nil)
	if len(e.faults) > 0 {
		return e.faults
	}
	message := clean(failure.Error())
	remedy := "run `kustomize build " + root.dir + "` to see it in full"
	if omitted {
		message = "cannot be built without what was left out: " + message
		remedy = "make the remote parts part of the repository"
	}
	if f := g.blamePatch(closure, failure.Error()); f != nil {
		f.Message, f.Remedy = message, remedy
		return []render.Fault{*f}
	}
	k, at := g.blame(root, closure, failure.Error())
	return []render.Fault{*k.fault(at, message, remedy)}
}

type explainer struct {
	graph  *graph
	seen   map[*kustomization]bool
	faults []render.Fault
}

func (e *explainer) add(k *kustomization, at []any, remedy, format string, args ...any) {
	e.faults = append(e.faults, *k.fault(at, fmt.Sprintf(format, args...), remedy))
}

// visit looks at every entry of a kustomization and of those it includes. The stack holds the kustomizations above.
func (e *explainer) visit(k *kustomization, stack []*kustomization) {
	if k.err != nil {
		e.faults = append(e.faults, *k.err)
		return
	}
	if e.seen[k] || len(stack) > maxDepth {
		return
	}
	e.seen[k] = true
	if found := e.graph.filesIn(k.dir); len(found) > 1 {
		e.add(k, nil, "keep one of them", "the folder holds more than one kustomization file: %s", strings.Join(found, ", "))
		return
	}
	stack = append(stack, k)
	for _, entry := range k.resources {
		e.resource(k, entry, stack)
	}
	for _, entry := range k.comps {
		e.folder(k, entry, stack, true)
	}
	for _, entry := range k.others {
		e.file(k, entry)
	}
}

// resource checks an entry that may name a manifest or another kustomization.
func (e *explainer) resource(k *kustomization, entry entry, stack []*kustomization) {
	name, problem := k.resolve(entry.text)
	if problem == "" && e.graph.tree.isFile(name) {
		if e.file(k, entry) {
			e.manifest(k, entry, name)
		}
		return
	}
	e.folder(k, entry, stack, false)
}

// folder checks an entry that names another kustomization.
func (e *explainer) folder(k *kustomization, entry entry, stack []*kustomization, component bool) {
	name, problem := k.resolve(entry.text)
	switch {
	case problem != "":
		e.add(k, entry.at, "kustomizations refer to files of the repository, relative to their own folder", "%s %s", entry.what, problem)
		return
	case entry.text == "":
		e.add(k, entry.at, "remove the entry", "empty %s entry", entry.what)
		return
	case component && e.graph.tree.isFile(name):
		e.add(k, entry.at, "list the folder that holds the component", "component %q is a file", entry.text)
		return
	case !e.graph.tree.isDir(name):
		e.add(k, entry.at, "add the file or remove the entry", "%s %q does not exist", entry.what, entry.text)
		return
	}
	for _, above := range stack {
		if name == above.dir || name == "." || strings.HasPrefix(above.dir+"/", name+"/") {
			e.add(k, entry.at, "a base must not lie at or above a kustomization that includes it",
				"%s %q closes a circle: it leads back to %s", entry.what, entry.text, above.path)
			return
		}
	}
	found := e.graph.filesIn(name)
	other := e.graph.in(name)
	switch {
	case len(found) > 1:
		e.add(k, entry.at, "keep one of them", "%s %q holds more than one kustomization file: %s", entry.what, entry.text, strings.Join(found, ", "))
	case other == nil:
		e.add(k, entry.at, "add a kustomization.yaml there, or list the files", "%s %q is a folder without a kustomization file", entry.what, entry.text)
	case other.component() && !component:
		e.add(k, entry.at, "list it under components", "%s %q is a Component", entry.what, entry.text)
	case !other.component() && other.err == nil && component:
		e.add(k, entry.at, "list it under resources", "component %q is not of kind Component", entry.text)
	default:
		e.visit(other, stack)
	}
}

// file checks an entry that names a file.
func (e *explainer) file(k *kustomization, entry entry) bool {
	name, problem := k.resolve(entry.text)
	switch {
	case problem != "":
		e.add(k, entry.at, "kustomizations refer to files of the repository, relative to their own folder", "%s %s", entry.what, problem)
	case !e.graph.tree.isFile(name):
		e.add(k, entry.at, "add the file or remove the entry", "%s %q does not exist", entry.what, entry.text)
	case k.dir != "." && !strings.HasPrefix(name, k.dir+"/"):
		e.add(k, entry.at, "move it below the kustomization's folder, or give it a kustomization.yaml of its own and list that folder",
			"%s %q lies outside of %s; kustomize reads files below a kustomization's own folder only", entry.what, entry.text, k.dir)
	default:
		if _, err := e.graph.tree.read(name); err != nil {
			e.add(k, entry.at, "", "%s %q cannot be read: %s", entry.what, entry.text, err)
			return false
		}
		if entry.what == "patch" {
			if file := e.graph.tree.parse(name); len(file.Errors) > 0 {
				e.add(k, entry.at, file.Errors[0].Remedy, "patch %q is not valid: line %d: %s", entry.text, file.Errors[0].Range.Start.Line, file.Errors[0].Message)
				return false
			}
		}
		return true
	}
	return false
}

// manifest checks that a file holds objects.
func (e *explainer) manifest(k *kustomization, entry entry, name string) {
	file := e.graph.tree.parse(name)
	for _, err := range file.Errors {
		e.add(k, entry.at, err.Remedy, "%s %q is not valid: line %d: %s", entry.what, entry.text, err.Range.Start.Line, err.Message)
	}
	for _, doc := range file.Docs {
		if len(doc.Root.Pairs) == 0 && doc.Root.Text == "" && len(doc.Root.Items) == 0 {
			continue
		}
		r := doc.Range(doc.Root)
		switch root := doc.Root; {
		case root.Get("kind").Str() == "":
			e.add(k, entry.at, "list only Kubernetes manifests", "%s %q: the document at line %d has no kind", entry.what, entry.text, r.Start.Line)
		case root.Lookup("metadata", "name") == nil && root.Get("items") == nil && !strings.HasSuffix(root.Get("kind").Str(), "List"):
			e.add(k, entry.at, "give it a name", "%s %q: the %s at line %d has no metadata.name", entry.what, entry.text, root.Get("kind").Str(), r.Start.Line)
		}
	}
}

// blamePatch finds the patch that an error is about: by the object it is for, or by the path of its operation.
func (g *graph) blamePatch(closure []*kustomization, message string) *render.Fault {
	_, id, unmatched := strings.Cut(message, "no matches for Id ")
	kind, name := splitID(id)
	for _, k := range closure {
		for _, p := range k.patches {
			file := g.patchText(k, p)
			if file == nil {
				continue
			}
			for _, doc := range file.Docs {
				if unmatched && p.target == nil && doc.Root.Get("kind").Str() == kind && doc.Root.Lookup("metadata", "name").Str() == name {
					return k.fault(p.at, "", "")
				}
				for i, op := range doc.Root.Items {
					if at := op.Get("path").Str(); at != "" && strings.Contains(message, "operation does not apply") && strings.Contains(message, " "+at+":") {
						r, _ := doc.Locate(i)
						return &render.Fault{Path: doc.Path, Range: r, Kind: render.Kustomize}
					}
				}
			}
		}
	}
	return nil
}

// blame finds the entry that an error is about: the one it quotes, in the innermost kustomization it mentions.
func (g *graph) blame(root *kustomization, closure []*kustomization, message string) (*kustomization, []any) {
	where := root
	for _, k := range closure {
		if k != root && strings.Contains(message, "'"+path.Join(mount, k.dir)+"'") {
			where = k
			break
		}
	}
	for _, k := range append([]*kustomization{where}, closure...) {
		var best entry
		for _, list := range [][]entry{k.others, k.resources, k.comps} {
			for _, e := range list {
				if len(e.text) > len(best.text) && (strings.Contains(message, "'"+e.text+"'") || strings.Contains(message, `"`+e.text+`"`) || strings.Contains(message, "("+e.text+")")) {
					best = e
				}
			}
		}
		if best.text != "" {
			return k, best.at
		}
	}
	return where, nil
}

var (
	configBlock = regexp.MustCompile("(?s)trouble configuring builtin (\\S+) with config: `.*`:?\\s*")
	patchQuoted = regexp.MustCompile(`(?s)\[patch: ".*"\]`)
	notAFile    = regexp.MustCompile(`(?s)accumulation err='.*?' must resolve to a file': `)
	asFile      = regexp.MustCompile(`(?s)^.*accumulation err='(.*)': must build at directory.*$`)
	prefixes    = regexp.MustCompile(`^(?:accumulating resources: |accumulating components: |accumulateDirectory: \\?"|recursed accumulation of path '[^']*': |recursed merging from path '[^']*': |(?:accumulating|merging) resources from '[^']*': |loader\.New )+`)
)

// clean makes an error of kustomize's fit to be shown: no path of the mount, no layers of how it got there, and none of
// what it quotes from the files, for that may be a secret.
func clean(message string) string {
	message = configBlock.ReplaceAllString(message, "$1: ")
	message = patchQuoted.ReplaceAllString(message, "an inline patch")
	message = notAFile.ReplaceAllString(message, "")
	// Kustomize tries every resource as a file first and as a folder then, and reports both.
	message = asFile.ReplaceAllString(message, "$1")
	message = prefixes.ReplaceAllString(message, "")
	if _, id, ok := strings.Cut(message, "no matches for Id "); ok {
		id, _, _ = strings.Cut(id, ";")
		message = "a patch is for " + id + ", which does not exist here"
	}
	message, _, _ = strings.Cut(message, "node contents:")
	message, _, _ = strings.Cut(message, "\n")
	message = strings.ReplaceAll(message, mount+"/", "")
	message = strings.ReplaceAll(message, mount, "the repository's root")
	const most = 400
	if len(message) > most {
		message = strings.ToValidUTF8(message[:most], "") + "…"
	}
	return strings.TrimRight(strings.TrimSpace(message), `:;\"`)
}

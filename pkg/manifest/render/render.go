// Package render holds what the Kubernetes, Kustomize, Helm and Compose readers have in common: the objects they find or
// render, where each came from, and what they could not read. It reads nothing itself.
package render

import "github.com/claire-de-binare/cdbgate/pkg/document"

// Kind tells how an object came to be.
type Kind string

// The kinds of input.
const (
	YAML      Kind = "yaml"
	JSON      Kind = "json"
	Kustomize Kind = "kustomize"
	Helm      Kind = "helm"
	Compose   Kind = "compose"
)

// Source says where an object came from. All paths are slash-separated and relative to the repository's root.
type Source struct {
	Path    string // the file the object is written in as far as that is known: a manifest, a chart template, a Compose file
	Kind    Kind
	Root    string // what was rendered: the kustomization.yaml, the chart's folder, the first Compose file; "" for plain manifests
	Variant string // which variant was rendered: the values file of a chart; "" for the default
}

// Object is one Kubernetes object, or one Compose service.
type Object struct {
	Node    *document.Node // the object as the cluster (or Docker) would see it
	Source  Source
	Locator Locator
	Name    string                    // Compose: the service's name; Kubernetes objects carry theirs in Node
	Context map[string]*document.Node // facts around it: Compose gives the project's "volumes", "configs", "secrets", "networks"
}

// Locator leads from a path into an object back to the file it was written in.
type Locator interface {
	// Locate returns the place of the deepest node that exists on path.
	Locate(path []any) Place
}

// Place is a range in a file of the repository.
type Place struct {
	Path  string
	Range document.Range // the zero range: the file as a whole
	Note  string         // set when the place is not exact: what it stands for, e.g. "rendered by Helm; set in values.yaml"
}

// Fault is something that could not be read or rendered.
type Fault struct {
	Path    string // the file to look at
	Range   document.Range
	Kind    Kind
	Message string // what is wrong; never the value of a secret
	Remedy  string // what to do about it, may be empty
}

// Result is what a reader found.
type Result struct {
	Objects []Object
	Faults  []Fault
	// Consumed holds the files that are part of what was rendered and so are not judged a second time on their own.
	Consumed map[string]bool
}

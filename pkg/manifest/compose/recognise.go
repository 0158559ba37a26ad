package compose

import "github.com/claire-de-binare/cdbgate/pkg/document"

// Named reports whether Docker, or somebody who follows its conventions, takes a file for Compose by its name.
func Named(name string) bool { return roleOf(name) != otherRole }

// MayHaveServices is a quick look at a file before it is parsed: without services it is not Compose, unless its name says
// so.
func MayHaveServices(src []byte) bool { return mayHaveServices(src) }

// Is tells whether a document is Compose: its content says so, or its name does and the content does not say otherwise.
func Is(name string, root *document.Node) bool {
	switch shapeOf(root) {
	case whole, fragment:
		return true
	case legacy:
		return Named(name)
	}
	return Named(name) && mayBeProject(root)
}

// mayBeProject tells, of a file that has the name of a Compose file and the shape of none, whether Docker would still read
// it as one.
func mayBeProject(root *document.Node) bool {
	return root != nil && (root.Get("services") != nil || root.Get("include") != nil) &&
		(root.Get("apiVersion") == nil || root.Get("kind") == nil)
}

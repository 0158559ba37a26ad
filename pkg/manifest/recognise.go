package manifest

import (
	"bytes"
	"fmt"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/pipeline"
)

// Content is what a file says it is, whatever its name. The zero value: nothing that deploys.
type Content struct {
	// Objects are the Kubernetes objects in it, those of Flux and Argo included, lists expanded. A Kustomization or
	// Component of kustomize is one, also when the file is a kustomization by its name and leaves kind and apiVersion out.
	Objects    []Identity
	Compose    bool      // Compose services
	Dockerfile bool      // build instructions
	Terraform  bool      // blocks of Terraform's language or its JSON form, or values for its variables
	Chart      bool      // a Chart.yaml of Helm
	Pipeline   *Pipeline // a CI workflow, nil when it is none
	Unreadable string    // it was meant as a manifest and could not be parsed: what is wrong and in which line, never a value
}

// Identity is what an object says it is.
type Identity struct {
	APIVersion, Kind, Namespace, Name string
	Line                              int // where it begins, counted from 1
}

// Pipeline is a CI system's workflow.
type Pipeline = pipeline.Pipeline

// Recognise tells by a file's content what it is. The path helps where the content alone does not say: in a Markdown page
// or a source file that quotes a manifest, in a Dockerfile with nothing but a base image, in a workflow that is broken.
//
// A manifest counts under every name, as kubectl would take it. So does a Dockerfile. A page or source file is a manifest
// only when all of it is; a template, which no parser reads, is one when apiVersion and kind begin lines of it.
func Recognise(path string, text []byte) Content {
	s := &subject{name: nameOf(path), text: narrow(text)}
	s.name.quotes = s.name.quotes || bytes.HasPrefix(s.text, []byte("#!")) // a script
	var c Content
	switch {
	case blank(s.text):
	case pipeline.System(path) == pipeline.Jenkins:
		c.Pipeline = pipeline.ReadJenkins(string(s.text))
	case s.dockerfile():
		c.Dockerfile = true
	default:
		if c.Terraform, c.Unreadable = s.terraform(); !c.Terraform {
			s.documents(&c)
		}
	}
	return c
}

// subject is the file at hand.
type subject struct {
	name name
	text []byte // in UTF-8
}

// message words why a document could not be read.
func message(e *document.Error) string {
	if line := e.Range.Start.Line; line > 0 {
		return fmt.Sprintf("line %d: %s", line, e.Message)
	}
	return e.Message
}

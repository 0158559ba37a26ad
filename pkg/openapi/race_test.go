//go:build race

package openapi

// raced says that the race detector watches, with which the libraries take ten times as long: long tests take a sample.
const raced = true

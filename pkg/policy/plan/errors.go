package plan

import "errors"

// ErrUnsupported marks a plan that this package does not execute. It comes from Of and Compile only, so that a caller
// decides for another evaluator once, before anything is judged.
var ErrUnsupported = errors.New("not supported by the plan evaluator")

package plan

import "errors"

// ErrUnsupported marks what this package does not execute. Of and Compile return it for a whole plan, Eval for an input on
// which a plan and topdown are known to part, such as a text for the index of an array among the base documents. Another
// evaluator then has to judge.
var ErrUnsupported = errors.New("not supported by the plan evaluator")

package plan

import (
	"fmt"
	"strings"
)

// Error says why bytes are not taken for a plan. No value of the plan is in it.
type Error struct {
	Name    string // the file
	Offset  int64  // in the JSON, in bytes; -1 when it has no place
	Message string // without name and place
	Remedy  string
}

// Error returns name, place, message and remedy.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Name != "" {
		b.WriteString(e.Name + ": ")
	}
	if e.Offset >= 0 {
		fmt.Fprintf(&b, "byte %d: ", e.Offset)
	}
	b.WriteString(e.Message)
	if e.Remedy != "" {
		b.WriteString(": " + e.Remedy)
	}
	return b.String()
}

// What to do about most of it.
const (
	showPlan  = "write the plan with terraform show -json FILE (tofu show -json FILE)"
	showAgain = "write the plan again with terraform show -json FILE"
)

func refuse(at int, remedy, format string, args ...any) *Error {
	return &Error{Offset: int64(at), Message: fmt.Sprintf(format, args...), Remedy: remedy}
}

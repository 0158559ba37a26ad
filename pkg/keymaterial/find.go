package keymaterial

import (
	"regexp"
	"sync"
)

// whole keeps the expressions that were made to fit a whole name. A policy has a handful of them.
var whole sync.Map

// wholeName is an expression that fits only all of a name.
func wholeName(name *regexp.Regexp) *regexp.Regexp {
	if re, ok := whole.Load(name); ok {
		return re.(*regexp.Regexp)
	}
	re, err := regexp.Compile(`^(?:` + name.String() + `)$`)
	if err != nil {
		re = name // written in the syntax of POSIX
	}
	whole.Store(name, re)
	return re
}

package keymaterial

import (
	"regexp"
	"sync"
)

// whole keeps the expressions that were made to fit a whole name. A policy has a handful of them.
var whole sync.Map

type wanted struct {
	name *regexp.Regexp
	hint hint
}

// wholeName is an expression that fits only all of a name, and what tells quickly that there is none.
func wholeName(name *regexp.Regexp) *wanted {
	if w, ok := whole.Load(name); ok {
		return w.(*wanted)
	}
	re, err := regexp.Compile(`^(?:` + name.String() + `)$`)
	if err != nil {
		re = name // written in the syntax of POSIX
	}
	w := &wanted{re, newHint(name)}
	whole.Store(name, w)
	return w
}

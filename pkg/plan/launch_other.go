//go:build !unix

package plan

import (
	"context"
	"errors"
)

// launcher says that there is none: a tool that cannot be killed whole is not started.
func (s *session) launcher(string) (string, map[string]string, error) {
	return "", nil, errors.New("not supported on this system: give the plan's JSON made elsewhere")
}

func (s *session) call(command string, do func(context.Context) error) error {
	return s.wrap(command, do(s.ctx))
}

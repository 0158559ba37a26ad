//go:build !unix

package patch

import "os/exec"

func ownGroup(*exec.Cmd) {}

func (c *child) kill() { _ = c.cmd.Process.Kill() }

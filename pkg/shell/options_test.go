package shell

import (
	"strings"
	"testing"
)

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name, script string
		opt          Options
		want         string
	}{
		{"known", "$K apply", Options{Known: map[string]string{"K": "kubectl"}}, "kubectl|apply"},
		{"hole", "a '<<x>>' b<<x>>", Options{Holes: [][2]int{{3, 8}, {11, 16}}}, "a||"},
		{"hole in a script within", "bash -c 'a <<x>>; b'", Options{Holes: [][2]int{{11, 16}}}, "bash|-c|\na| < bash -c\nb < bash -c"},
		{"hole behind the end", "a", Options{Holes: [][2]int{{0, 9}}}, ""},
		{"zsh", "print ${(f)a} =b", Options{Dialect: Zsh}, "print||=b"},
		{"POSIX with what only Bash has", "a=(b); c", Options{Dialect: POSIX}, "c"},
		{"bats", "@test 'x' {\n  run kubectl apply\n}", Options{Dialect: Bats}, "run|kubectl|apply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := show(Commands(c.script, c.opt)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestInterpreter(t *testing.T) {
	for line, want := range map[string]Dialect{
		"#!/bin/sh": Bash, "#! /usr/bin/env bash": Bash, "#!/usr/bin/env -S A=b zsh -e": Zsh, "bash -e {0}": Bash,
		"/bin/mksh": Mksh, "busybox sh": Bash, `C:\x\bash.exe`: Bash, "bats": Bats,
	} {
		if got, ok := Interpreter(line); got != want || !ok {
			t.Errorf("%q is %v, %v, want %v", line, got, ok, want)
		}
	}
	for _, line := range []string{"", "#!", "#!/usr/bin/env", "#!/usr/bin/python3", "pwsh"} {
		if _, ok := Interpreter(line); ok {
			t.Errorf("%q is a shell", line)
		}
	}
}

// TestLimits says what happens where a script is too long, or runs too much.
func TestLimits(t *testing.T) {
	many := strings.Repeat("a\n", MaxCommands+1)
	for _, c := range []struct {
		name, script string
		commands     int
		want         string
	}{
		{"size", strings.Repeat(" ", MaxSize+1), 0, "line 1, column 1: the script has 1048577 bytes, more than the limit of 1048576"},
		{"commands", many, MaxCommands, "line 20001, column 1: there are too many commands in the script, the rest is not read"},
		{"scripts within scripts", nested(20), 9, "there are too many scripts within scripts, the rest is not read"},
		{"depth", strings.Repeat("(", 5_000) + "a" + strings.Repeat(")", 5_000), 1, "it is nested too deeply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			commands, err := Commands(c.script, Options{})
			if err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("the error is %v", err)
			}
			if len(commands) != c.commands {
				t.Errorf("%d commands", len(commands))
			}
		})
	}
}

// nested is a script that gives a script to a shell, and so on.
func nested(levels int) string {
	s := "a"
	for range levels {
		s = "eval " + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), " ", `\ `)
		if len(s) > MaxSize/4 {
			break
		}
	}
	return s
}

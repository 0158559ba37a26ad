package scripts

import (
	"strings"
	"testing"
)

func TestMakefile(t *testing.T) {
	check(t, []fileCase{
		{"recipe", "Makefile", "deploy: build # x\n\t@echo kubectl apply\n\t-@kubectl apply -f k8s\n\n\thelm list\n", `
2:3-2:21 makefile (target deploy): echo|kubectl|apply
3:4-3:24 makefile (target deploy): kubectl|apply|-f|k8s
5:2-5:11 makefile (target deploy): helm|list`},
		{"variables", "Makefile", "KUBECTL ?= kubectl\nNS := --namespace=$(X)\nCMD = $(KUBECTL) $(NS) apply && helm\nx:\n\t$(CMD) list\n\t${KUBECTL} get $(MISSING) $@ $$HOME $K\nK = q\n", `
5:2-5:8 makefile (target x): kubectl||apply
5:2-5:13 makefile (target x): helm|list
6:2-6:40 makefile (target x): kubectl|get||||q`},
		{"quoted variable", "Makefile", "K = kubectl\nx:\n\tbash -c '$(K) apply'\n", `
3:2-3:22 makefile (target x): bash|-c|kubectl apply
3:11-3:21 makefile (target x): kubectl|apply < bash -c`},
		{"continued", "Makefile", "a:\n\tif true; then \\\n\t  kubectl apply \\\n\t    -f x; \\\n\tfi\n", `
2:5-2:9 makefile (target a): true
3:4-4:10 makefile (target a): kubectl|apply|-f|x`},
		{"shell", "Makefile", "V := $(shell git describe)\nW != kubectl get\na:\n\techo $(shell helm list) $(call f,$(shell x y))\nifeq ($(shell uname),L)\nendif\n", `
1:14-1:26 makefile (variable V): git|describe
2:6-2:17 makefile (variable W): kubectl|get
4:2-4:48 makefile (target a): echo||
4:15-4:24 makefile (target a): helm|list
4:43-4:46 makefile (target a): x|y
5:15-5:20 makefile (a condition or an include): uname`},
		{"inline", "x.mk", "a: b; kubectl apply\n\nc := $(a)\n\tkubectl no\n", `
1:7-1:20 makefile (target a): kubectl|apply`},
		{"prefix", "GNUmakefile", ".RECIPEPREFIX = >\na:\n>kubectl apply\n", `
3:2-3:15 makefile (target a): kubectl|apply`},
		{"one shell", "Makefile", ".ONESHELL:\na:\n\t@K=kubectl\n\t$$K apply\n", `
4:2-4:11 makefile (target a): kubectl|apply`},
		{"each line its own", "Makefile", "a:\n\tK=kubectl\n\t$$K apply\n", `
3:2-3:11 makefile (target a): |apply`},
		{"exported", "Makefile", "export K = kubectl\na:\n\t$$K apply\n", `
3:2-3:11 makefile (target a): kubectl|apply`},
		{"of a target", "Makefile", "a: K = helm\na:\n\t$(K) upgrade\n", `
3:2-3:14 makefile (target a): helm|upgrade`},
		{"define and make", "Makefile", "define X\n\tkubectl apply\nendef\na: ; $(X)\nb:\n\t$(MAKE) a\n", `
2:2-2:15 makefile (define X): kubectl|apply
4:6-4:10 makefile (target a): 
6:2-6:11 makefile (target b): make|a`},
		{"loop of variables", "Makefile", "A = $(B)\nB = $(A)\na:\n\t$(A) x\n", `
4:2-4:8 makefile (target a): |x`},
		{"python", "Makefile", "SHELL = python3\na:\n\tprint(1)\n", ""},
		{"open quote", "Makefile", "a:\n\techo 'x\n\tkubectl apply\n", "~2:2-2:9 makefile (target a): raw echo|'x\n3:2-3:15 makefile (target a): kubectl|apply\nfault 2:7 target a: reached EOF without closing quote `'`"},
	})
}

func TestDockerfile(t *testing.T) {
	check(t, []fileCase{
		{"shell form", "Dockerfile", "# kubectl\nFROM a\nARG K=kubectl\nENV H=helm X=\"a b\"\nRUN --mount=type=x $K apply && \\\n  # note\n  ${H} list \\\n\n  \"$X\"\nCMD kubectl get\n", `
5:20-5:28 dockerfile (RUN): kubectl|apply
7:3-9:7 dockerfile (RUN): helm|list|a b
10:5-10:16 dockerfile (CMD): kubectl|get`},
		{"exec form", "Dockerfile", "FROM a\nRUN [\"sh\", \"-c\", \"kubectl apply\"]\nENTRYPOINT [\"kubectl\"]\nCMD [\"apply\", \"-f\"]\nFROM b\nCMD [\"x\"]\n", `
~2:5-2:34 dockerfile (RUN): sh|-c|kubectl apply
~2:5-2:34 dockerfile (RUN): kubectl|apply < sh -c
~3:12-3:23 dockerfile (ENTRYPOINT and CMD): kubectl|apply|-f
~6:5-6:10 dockerfile (CMD): x`},
		{"health check", "Dockerfile", "FROM a\nHEALTHCHECK --interval=5s CMD curl -f x || exit 1\nHEALTHCHECK NONE\n", `
2:31-2:40 dockerfile (HEALTHCHECK CMD): curl|-f|x
2:44-2:50 dockerfile (HEALTHCHECK CMD): exit|1`},
		{"on build", "x.dockerfile", "FROM a\nONBUILD RUN kubectl apply\n", `
2:13-2:26 dockerfile (ONBUILD RUN): kubectl|apply`},
		{"here document", "Containerfile", "FROM a\nRUN <<EOF\nset -e\nkubectl apply\nEOF\nCOPY <<X /x\nkubectl no\nX\nRUN bash <<-'E' && y\n\thelm list\n\tE\nRUN x\n", `
3:1-3:7 dockerfile (RUN): set|-e
4:1-4:14 dockerfile (RUN): kubectl|apply
9:5-9:9 dockerfile (RUN): bash
9:20-9:21 dockerfile (RUN): y
10:2-10:11 dockerfile (RUN): helm|list < bash <<
12:5-12:6 dockerfile (RUN): x`},
		{"another language", "Dockerfile", "FROM a\nRUN <<EOF\n#!/usr/bin/env python\nprint()\nEOF\nSHELL [\"powershell\", \"-Command\"]\nRUN kubectl (apply\nFROM b\nRUN c\n", `
~7:5-7:19 dockerfile (RUN): raw kubectl|(apply
9:5-9:6 dockerfile (RUN): c`},
		{"escape", "Dockerfile.win", "# escape=`\nFROM a\nRUN kubectl `\n apply\n", `
3:5-4:7 dockerfile (RUN): kubectl|apply`},
		{"lower case and no end", "Dockerfile", "from a\nrun kubectl \\\n", `
2:5-2:12 dockerfile (RUN): kubectl`},
		{"env of one", "Dockerfile", "FROM a\nENV K kubectl\nENV L=$K\nRUN $K apply; $L x\n", `
4:5-4:13 dockerfile (RUN): kubectl|apply
4:15-4:19 dockerfile (RUN): |x`},
	})
}

// FuzzFiles holds the readers of files that are no YAML to what callers rely on: they end, and places are in the file.
func FuzzFiles(f *testing.F) {
	f.Add("A = $(B)\nB ?= $(shell x $(A))\nt: ; $(A)\n\t@a \\\n\tb $$c\ndefine D\nx\nendef\n")
	f.Add("FROM a\nARG A=b C=\"d\nRUN --x=y <<E cat\nb\nE\nCMD [\"a\", \"b\"]\nHEALTHCHECK CMD x\nONBUILD RUN \\\n# c\n y\n")
	f.Add("a := `b {{c}}`\nx y='z': w\n  @a {{{{ {{ b }}\n  #!x\n")
	f.Add("sh \"\"\"a ${b {c}} $d.e \\$f\"\"\"\nsh(script: 'x' + y)\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, read := range []func(*file){makefile, dockerfile, justfile, jenkins, shellScript} {
			f := &file{path: "x"}
			f.setText([]byte(text))
			read(f)
			for _, c := range f.commands {
				r := c.Range
				if r.Start.Line < 1 || r.Start.Column < 1 || r.End.Line < r.Start.Line || r.End.Line > lines || r.End.Line == r.Start.Line && r.End.Column < r.Start.Column {
					t.Fatalf("%s: %q stands at %v", f.kind, c.Words, r)
				}
			}
		}
	})
}

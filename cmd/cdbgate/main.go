// Command cdbgate turns a written infrastructure policy into gates.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/claire-de-binare/cdbgate/pkg/cli"
)

func main() {
	heap := newHeap()
	// Libraries that render log on their own account; what matters of it reaches the report as a finding.
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	dir, _ := os.Getwd()
	status := cli.Run(ctx, cli.Surroundings{
		Args: os.Args[1:], Getenv: os.Getenv, Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Dir: dir,
		Build: build(), Frugal: heap.frugal,
	})
	stop()
	os.Exit(status)
}

// build identifies this binary by its file: a version alone does not tell two builds of a checkout apart.
func build() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(name)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", name, info.Size(), info.ModTime().UnixNano())
}

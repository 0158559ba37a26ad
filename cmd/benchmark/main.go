// Command benchmark measures cdbgate against the tools people would otherwise run, in paired runs on one machine, and
// writes what it measured as Markdown. It installs the peers at pinned versions through the Go module proxy; a tool that
// does not come that way is taken from PATH when it is there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == planFlag {
		if err := writePlan(os.Args[2]); err != nil {
			log.Fatal(err)
		}
		return
	}
	var o options
	flag.StringVar(&o.gate, "gate", "bin/cdbgate", "the binary to measure")
	flag.StringVar(&o.manifests, "manifests", "", "a folder of real manifests; default: the ones that ship")
	flag.StringVar(&o.out, "out", "", "write the table to this file as well")
	flag.IntVar(&o.runs, "runs", 9, "counted runs of each command")
	flag.IntVar(&o.files, "files", 4720, "at least so many manifests, made by renaming every object")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.Fatal(err)
	}
}

type options struct {
	gate, manifests, out string
	runs, files          int
}

func run(ctx context.Context, o options) error {
	gate, err := filepath.Abs(o.gate)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "cdbgate-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	peers, err := install(ctx, filepath.Join(work, "bin"))
	if err != nil {
		return err
	}
	source := o.manifests
	if source == "" {
		source = "testdata/benchmark"
	}
	corpus := filepath.Join(work, "manifests")
	rules, err := rulesDir(work, "manifests")
	if err != nil {
		return err
	}
	made, err := multiply(ctx, source, corpus, o.files, func(file string) bool { return readable(ctx, peers, file, rules, work) })
	if err != nil {
		return err
	}
	if made.files == 0 {
		return fmt.Errorf("%s holds no manifest that every tool reads", source)
	}
	var table strings.Builder
	head(&table, source, made, o.runs)

	cold := command{name: "cdbgate, cold, all rules", args: []string{gate, "k8s-readiness", "--quiet", "--no-cache"}, dir: corpus}
	for _, p := range peers {
		pair, err := measure(ctx, cold, p.judge(corpus, made.list, rules), o.runs)
		if err != nil {
			return err
		}
		pair.row(&table)
	}
	// Its cache is its own, and the files have been left alone for a while.
	home := "XDG_CACHE_HOME=" + filepath.Join(work, "cache")
	warm := command{name: "cdbgate, warm", args: []string{gate, "k8s-readiness", "--quiet"}, dir: corpus, env: []string{home}}
	pair, err := measure(ctx, warm, cold, o.runs)
	if err != nil {
		return err
	}
	pair.row(&table)
	start, err := measure(ctx, command{name: "cdbgate version", args: []string{gate, "version"}, dir: corpus}, cold, o.runs)
	if err != nil {
		return err
	}
	start.row(&table)
	fmt.Fprintf(&table, "\nPeak memory of cdbgate, cold: %d MB. Start (`cdbgate version`): %d ms.\n", pair.b.peak>>20, start.a.median.Milliseconds())
	if err := infrastructure(ctx, &table, gate, work, peers, o.runs); err != nil {
		return err
	}
	if err := leaks(ctx, &table, gate, work, o.runs); err != nil {
		return err
	}
	if err := delivery(ctx, &table, gate, work, o.runs); err != nil {
		return err
	}
	if err := descriptions(ctx, &table, gate, work, o.runs); err != nil {
		return err
	}

	fmt.Print(table.String())
	if o.out == "" {
		return nil
	}
	tmp := o.out + ".tmp"
	return errors.Join(os.WriteFile(tmp, []byte(table.String()), 0o644), os.Rename(tmp, o.out))
}

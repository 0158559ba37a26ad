package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// corpus is what was made.
type corpus struct {
	base, skipped, files int
	list                 []string // relative paths
}

// multiply copies the YAML files of source until there are enough, every object under a new name, so that no two
// documents are equal. Files that some tool cannot read are left out.
func multiply(ctx context.Context, source, dir string, enough int, readable func(file string) bool) (*corpus, error) {
	made := &corpus{}
	texts := map[string]string{}
	var names []string
	err := filepath.WalkDir(source, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || (filepath.Ext(name) != ".yaml" && filepath.Ext(name) != ".yml") {
			return err
		}
		full, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		if !readable(full) {
			made.skipped++
			return ctx.Err()
		}
		rel, err := filepath.Rel(source, name)
		if err != nil {
			return err
		}
		names, texts[rel] = append(names, rel), string(text)
		return ctx.Err()
	})
	if err != nil || len(names) == 0 {
		return made, err
	}
	made.base = len(names)
	for copy := 0; made.files < enough; copy++ {
		for _, name := range names {
			target := filepath.Join(fmt.Sprintf("copy%d", copy), name)
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, target)), 0o755); err != nil {
				return nil, err
			}
			if err := os.WriteFile(filepath.Join(dir, target), []byte(rename(texts[name], copy)), 0o644); err != nil {
				return nil, err
			}
			made.list = append(made.list, target)
			made.files++
		}
	}
	return made, nil
}

var (
	metadata = regexp.MustCompile(`^(\s*(?:- )?)metadata:\s*$`)
	nameLine = regexp.MustCompile(`^(\s+)name:\s*("?)([^"\s#]+)("?)(.*)$`)
)

// rename gives every object of a text the copy's number.
func rename(text string, copy int) string {
	lines := strings.Split(text, "\n")
	within, margin := false, 0
	for i, line := range lines {
		if m := metadata.FindStringSubmatch(line); m != nil {
			within, margin = true, len(m[1])
			continue
		}
		if !within {
			continue
		}
		if m := nameLine.FindStringSubmatch(line); m != nil && len(m[1]) > margin {
			lines[i] = fmt.Sprintf("%sname: %s%s-%d%s%s", m[1], m[2], m[3], copy, m[4], m[5])
			within = false
		} else if line != "" && line[0] != ' ' {
			within = false
		}
	}
	return strings.Join(lines, "\n")
}

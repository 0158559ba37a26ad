package patch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

var errNoGit = errors.New("git is not installed, or not in PATH: install git 2.25 or newer")

// findGit looks git up. Relative entries of PATH are passed over: they would run what lies in the repository.
func (o Options) findGit() (string, error) {
	if o.Git != "" {
		if !filepath.IsAbs(o.Git) {
			return "", fmt.Errorf("git at %s: give its absolute path", o.Git)
		}
		if !executable(o.Git) {
			return "", fmt.Errorf("git at %s: no such program: correct the path", o.Git)
		}
		return o.Git, nil
	}
	name := "git"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, dir := range filepath.SplitList(o.path()) {
		if file := filepath.Join(dir, name); filepath.IsAbs(dir) && executable(file) {
			return file, nil
		}
	}
	return "", errNoGit
}

func (o Options) path() string {
	if o.Path == "" {
		return os.Getenv("PATH")
	}
	return o.Path
}

func executable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}

// probe makes sure that git runs at all and is new enough, so that one error says so and not one for each commit.
func (s *sandbox) probe(ctx context.Context) error {
	c, err := s.start(ctx, nil, "version")
	if err != nil {
		return err
	}
	var b [256]byte
	n, _ := readFull(c.out, b[:])
	if n == len(b) {
		c.kill()
	}
	line, _, _ := strings.Cut(string(b[:n]), "\n")
	if complaint, ended := c.wait(); ctx.Err() != nil {
		return ctx.Err()
	} else if ended != "" {
		return fmt.Errorf("%s does not work: %s: install git 2.25 or newer", s.git, cmp.Or(complaint, ended))
	}
	version, ok := strings.CutPrefix(line, "git version ")
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	x, err1 := strconv.Atoi(major)
	y, err2 := strconv.Atoi(strings.TrimSpace(minor))
	if !ok || err1 != nil || err2 != nil {
		return fmt.Errorf("%s does not say its version as git does: install git 2.25 or newer", s.git)
	}
	if x < 2 || x == 2 && y < 25 {
		return fmt.Errorf("git %d.%d is too old: install git 2.25 or newer", x, y)
	}
	return nil
}

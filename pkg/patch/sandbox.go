package patch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// sandbox is a git directory that shares nothing with a repository but its objects.
type sandbox struct {
	git     string // the program
	dir     string
	objects string // the repository's
	env     []string
}

// The commit graph is a copy of what the commits say, which nothing vouches for.
const sandboxConfig = `[core]
	repositoryFormatVersion = 0
	bare = true
	commitGraph = false
	attributesFile = ` + os.DevNull + `
	excludesFile = ` + os.DevNull + `
	hooksPath = ` + os.DevNull + `
`

func newSandbox(ctx context.Context, r *repo.Repository, opt Options) (*sandbox, error) {
	if r.Plain() {
		return nil, fmt.Errorf("%s: %w: run in a clone", r.Root(), repo.ErrPlain)
	}
	git, err := opt.findGit()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "cdbgate-patch-")
	if err != nil {
		return nil, fmt.Errorf("make a private git directory: %w: set TMPDIR to a folder that can be written", err)
	}
	s := &sandbox{git: git, dir: dir, objects: filepath.Join(r.CommonDir(), "objects")}
	s.environment(opt.path())
	if err = s.fill(r); err != nil {
		err = fmt.Errorf("make a private git directory: %w", err)
	} else {
		err = s.probe(ctx)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *sandbox) close() { _ = os.RemoveAll(s.dir) }

func (s *sandbox) gitDir() string { return filepath.Join(s.dir, "git") }

// fill writes what git wants to see in a git directory. The boundary of a shallow clone goes in, so that its commits can be
// compared with nothing instead of with parents that are not there.
func (s *sandbox) fill(r *repo.Repository) error {
	for _, d := range []string{"home", "git/refs", "git/objects"} {
		if err := os.MkdirAll(filepath.Join(s.dir, filepath.FromSlash(d)), 0o700); err != nil {
			return err
		}
	}
	for name, content := range map[string]string{"HEAD": "ref: refs/heads/none\n", "config": sandboxConfig} {
		if err := os.WriteFile(filepath.Join(s.gitDir(), name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return s.copyIn(filepath.Join(r.CommonDir(), "shallow"))
}

// copyIn copies a file into the git directory, when it is there.
func (s *sandbox) copyIn(file string) error {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.gitDir(), filepath.Base(file)), b, 0o600)
}

// environment is made anew: variables of the caller's steer git in many ways.
func (s *sandbox) environment(path string) {
	home := filepath.Join(s.dir, "home")
	s.env = []string{
		"PATH=" + path, "HOME=" + home, "XDG_CONFIG_HOME=" + home, "TMPDIR=" + home, "LC_ALL=C",
		"GIT_DIR=" + s.gitDir(),
		"GIT_OBJECT_DIRECTORY=" + s.objects,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0",
	}
	if root := os.Getenv("SYSTEMROOT"); root != "" {
		s.env = append(s.env, "SYSTEMROOT="+root) // without it nothing starts on Windows
	}
}

package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Open finds the repository that dir lies in: dir itself, the nearest folder above it that has a .git folder or file, or dir
// as a bare repository. A folder in no repository is opened as plain files, and so is one that an enclosing repository
// ignores and tracks nothing of (build output, a sample checked out below a project): what that repository does not care
// about, it cannot vouch for.
//
// A .git that is there but broken is an error, never a reason to look further up or to fall back to plain files.
func Open(dir string) (*Repository, error) {
	dir, err := realFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("open repository: %w", err)
	}
	r, err := open(dir)
	if err != nil {
		return nil, fmt.Errorf("open repository %s: %w", dir, err)
	}
	return r, nil
}

func realFolder(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("%s: %w", dir, err)
	}
	real, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s: no such folder: check the path given as repository", abs)
	} else if err != nil {
		return "", fmt.Errorf("%w: check the path given as repository", err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", fmt.Errorf("%w: check the path given as repository", err)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s: is a file: give the folder it lies in", abs)
	}
	return real, nil
}

func open(dir string) (*Repository, error) {
	r, err := enclosing(dir)
	if err != nil {
		return nil, err
	}
	if r != nil && r.subdir != "" && !r.bare {
		ignored, err := r.ignoresFolder(r.subdir)
		if err != nil {
			return nil, err
		}
		if ignored {
			r = nil
		}
	}
	if r != nil {
		return r, nil
	}
	// The enclosing working tree goes first, so that files laid out like a bare repository, which a change can add,
	// cannot pose as the repository that holds them.
	if isGitDir(dir, dir) {
		return openGitDir(dir, dir, dir, true)
	}
	return &Repository{root: dir}, nil
}

// enclosing finds the repository by its .git, walking up from dir; nil when there is none.
func enclosing(dir string) (*Repository, error) {
	for at := dir; ; {
		if filepath.Base(at) == ".git" && isGitDir(at, at) {
			return insideGitDir(at, dir)
		}
		git := filepath.Join(at, ".git")
		info, err := os.Stat(git)
		switch {
		case err == nil:
			gitDir := git
			if !info.IsDir() {
				if gitDir, err = readGitFile(git, info); err != nil {
					return nil, err
				}
			}
			return openGitDir(at, dir, gitDir, false)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("look for a repository: %w", err)
		}
		up := filepath.Dir(at)
		if up == at {
			return nil, nil
		}
		at = up
	}
}

func insideGitDir(git, dir string) (*Repository, error) {
	if git == dir {
		if s, err := readSettings(git, git); err == nil && s.bare {
			return openGitDir(git, git, git, true)
		}
	}
	return nil, fmt.Errorf("lies inside a git directory: give the working tree instead, %s", filepath.Dir(git))
}

// readGitFile follows a .git file, as linked worktrees and submodules have one.
func readGitFile(name string, info fs.FileInfo) (string, error) {
	if !info.Mode().IsRegular() || info.Size() > 1<<16 {
		return "", fmt.Errorf("%s: neither a folder nor a file that names one: remove it or clone again", name)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	target, ok := strings.CutPrefix(strings.TrimRight(string(b), "\r\n"), "gitdir: ")
	if !ok || target == "" || strings.ContainsAny(target, "\n\x00") {
		return "", fmt.Errorf("%s: does not read \"gitdir: <folder>\": remove it or clone again", name)
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(name), target)
	}
	return filepath.Clean(target), nil
}

func openGitDir(root, dir, gitDir string, bare bool) (*Repository, error) {
	common, err := readCommonDir(gitDir)
	if err != nil {
		return nil, err
	}
	if !isGitDir(gitDir, common) {
		return nil, fmt.Errorf("%s is not a git directory (HEAD, objects or refs is missing): clone again, run git worktree repair, or remove it to have the files judged as they lie", gitDir)
	}
	s, err := readSettings(gitDir, common)
	if err != nil {
		return nil, err
	}
	if err := s.supported(); err != nil {
		return nil, err
	}
	sub, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, err
	}
	if sub == "." {
		sub = ""
	}
	return &Repository{
		root:      root,
		subdir:    filepath.ToSlash(sub),
		gitDir:    gitDir,
		commonDir: common,
		// A linked worktree of a bare repository shares its configuration and yet has a working tree.
		bare:     bare || s.bare && common == gitDir,
		settings: s,
		store:    newStore(gitDir, common),
	}, nil
}

func readCommonDir(gitDir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(gitDir, "commondir"))
	if errors.Is(err, fs.ErrNotExist) {
		return gitDir, nil
	} else if err != nil {
		return "", fmt.Errorf("find the main repository of a linked worktree: %w", err)
	}
	common := strings.TrimSpace(string(b))
	if !filepath.IsAbs(common) {
		common = filepath.Join(gitDir, common)
	}
	return common, nil
}

// isGitDir tells a git directory by what git itself looks for.
func isGitDir(gitDir, common string) bool {
	if _, err := os.Lstat(filepath.Join(gitDir, "HEAD")); err != nil {
		return false
	}
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(common, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

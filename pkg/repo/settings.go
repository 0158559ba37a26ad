package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	gitconfig "github.com/go-git/go-git/v5/plumbing/format/config"
)

// settings are the few keys of git's configuration that change what this package sees.
type settings struct {
	bare         bool
	version      string
	extensions   map[string]string // lower case
	excludesFile string
	ignoreCase   bool
	noFileMode   bool // the file system keeps no executable bit
}

func readSettings(gitDir, common string) (settings, error) {
	s := settings{extensions: map[string]string{}}
	if err := s.read(filepath.Join(common, "config")); err != nil {
		return s, err
	}
	if s.extensions["worktreeconfig"] == "true" {
		if err := s.read(filepath.Join(gitDir, "config.worktree")); err != nil {
			return s, err
		}
	}
	return s, nil
}

// read adds what one configuration file says. A file that does not exist says nothing. Includes are not followed: none
// of the keys read here is set through one in practice.
func (s *settings) read(name string) (err error) {
	defer rescue(&err, "read "+name)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer f.Close()
	c := gitconfig.New()
	if err := gitconfig.NewDecoder(f).Decode(c); err != nil {
		return fmt.Errorf("read %s: %w: correct it with git config --edit", name, err)
	}
	for _, section := range c.Sections {
		switch strings.ToLower(section.Name) {
		case "core":
			for _, o := range section.Options {
				switch strings.ToLower(o.Key) {
				case "bare":
					s.bare = truth(o.Value)
				case "repositoryformatversion":
					s.version = o.Value
				case "excludesfile":
					s.excludesFile = o.Value
				case "filemode":
					s.noFileMode = !truth(o.Value)
				case "ignorecase":
					s.ignoreCase = truth(o.Value)
				}
			}
		case "extensions":
			for _, o := range section.Options {
				s.extensions[strings.ToLower(o.Key)] = strings.ToLower(o.Value)
			}
		}
	}
	return nil
}

// truth reads a boolean as git does; a key without a value is true.
func truth(v string) bool {
	switch strings.ToLower(v) {
	case "", "true", "yes", "on", "1":
		return true
	}
	return false
}

// supported refuses a repository whose format the git library would misread.
func (s settings) supported() error {
	if s.version != "" && s.version != "0" && s.version != "1" {
		return fmt.Errorf("repository format version %s is not supported, only 0 and 1: clone again with an older git", s.version)
	}
	for name, value := range s.extensions {
		switch name {
		case "noop", "noop-v1", "partialclone", "preciousobjects", "worktreeconfig", "relativeworktrees":
		case "objectformat":
			if value != "sha1" {
				return fmt.Errorf("object format %s is not supported, only sha1: clone from a repository with SHA-1 objects", value)
			}
		case "refstorage":
			if value != "files" {
				return fmt.Errorf("reference storage %s is not supported, only files: run git refs migrate --ref-format=files", value)
			}
		default:
			// Version 0 predates extensions: git ignores those it does not know there.
			if s.version == "1" {
				return fmt.Errorf("repository extension %s is not supported: clone again without it", name)
			}
		}
	}
	return nil
}

package isolate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// lookUp finds the program, and the folder it runs in, as absolute paths. The problem is why there is none.
func (c Command) lookUp() (program, dir, problem string) {
	dir, err := filepath.Abs(c.Dir)
	if err == nil {
		var info fs.FileInfo
		if info, err = os.Stat(dir); err == nil && !info.IsDir() {
			err = syscall.ENOTDIR
		}
	}
	if err != nil {
		return "", "", fmt.Sprintf("it cannot run in %s: %v", c.Dir, bare(err))
	}
	name := c.Args[0]
	if strings.Contains(name, "/") {
		program = name
		if !filepath.IsAbs(program) {
			program = filepath.Join(dir, filepath.FromSlash(name))
		}
		if _, err := exec.LookPath(program); err != nil {
			return "", "", fmt.Sprintf("%s cannot be started: %v", name, reason(err))
		}
		return program, dir, ""
	}
	for _, folder := range filepath.SplitList(c.Path) {
		// A relative folder could be one of the repository that is judged.
		if !filepath.IsAbs(folder) {
			continue
		}
		if program, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
			return program, dir, ""
		}
	}
	return "", "", fmt.Sprintf("%s is not on the PATH: install it", name)
}

// reason words why a file cannot be started.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist"
	case errors.Is(err, syscall.EISDIR):
		return "it is a folder"
	case errors.Is(err, fs.ErrPermission):
		return "it is not executable: set its mode with chmod +x"
	}
	return bare(err).Error()
}

// bare strips the program's name from an error of the packages os and os/exec.
func bare(err error) error {
	var lookUp *exec.Error
	if errors.As(err, &lookUp) {
		err = lookUp.Err
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

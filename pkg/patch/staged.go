package patch

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// emptyTree is what there is before the first commit. Git knows it without having it.
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

// Staged yields what the index adds to a commit, given by its full id; "" when there is none yet. The index is the
// repository's own unless another file is given, such as the one GIT_INDEX_FILE names to a pre-commit hook. Asked and
// Answered count one.
func Staged(ctx context.Context, r *repo.Repository, head, indexFile string, opt Options, yield func(Addition) error) (Result, error) {
	const doing = "read what is staged"
	if head == "" {
		head = emptyTree
	}
	if !isID(head) {
		return Result{}, fmt.Errorf("%s: %.60q is not the id of a commit: resolve it first", doing, head)
	}
	box, err := newSandbox(ctx, r, opt)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", doing, err)
	}
	defer box.close()
	if err := box.useIndex(r, indexFile); err != nil {
		return Result{}, fmt.Errorf("%s: %w", doing, err)
	}
	s := staged{yield: yield, opt: opt}
	why, err := s.read(ctx, box, head)
	res := Result{Asked: 1, Missed: s.missed}
	switch {
	case err != nil:
		return res, err
	case why != "":
		res.Missed = append(res.Missed, Missed{Why: why})
	default:
		res.Answered = 1
	}
	return res, nil
}

// useIndex has git read the real index. One that is split has its other part beside it.
func (s *sandbox) useIndex(r *repo.Repository, file string) error {
	// Git takes an index that is not there for an empty one. The repository's own is not there before the first git add.
	if file == "" {
		file = filepath.Join(r.GitDir(), "index")
	} else if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("%w: correct the path of the index", err)
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	s.env = append(s.env, "GIT_INDEX_FILE="+file)
	list, err := os.ReadDir(r.GitDir())
	if err != nil {
		return err
	}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), "sharedindex.") {
			if err := s.copyIn(filepath.Join(r.GitDir(), e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// staged receives the differences of the index.
type staged struct {
	opt    Options
	yield  func(Addition) error
	stop   error
	missed []Missed
}

func (s *staged) add(a Addition) error {
	s.stop = s.yield(a)
	return s.stop
}

func (s *staged) miss(path, why string) error {
	s.missed = append(s.missed, Missed{Path: path, Why: why})
	return nil
}

func (s *staged) read(ctx context.Context, box *sandbox, head string) (why string, err error) {
	args := append([]string{"diff-index", "--cached", "--ita-invisible-in-index", "--diff-filter=xdb"}, diffArgs...)
	c, err := box.start(ctx, nil, append(args, head, "--")...)
	if err != nil {
		return "", err
	}
	p := parser{reader: reader{bufio.NewReaderSize(c.out, bufferSize)}, opt: s.opt, to: s}
	err = p.body()
	if err == nil && !p.ended() {
		err = errOutput
	}
	if err != nil && !errors.Is(err, errEnd) {
		c.kill()
	}
	complaint, ended := c.wait()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case s.stop != nil:
		return "", s.stop
	case err != nil:
		return cmp.Or(complaint, err.Error()), nil
	}
	return cmp.Or(complaint, ended), nil
}

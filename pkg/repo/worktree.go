package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

func (r *Repository) files(ctx context.Context) (*Snapshot, error) {
	s, err := r.walk(ctx, Files, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", r.root, err)
	}
	return s, nil
}

func (r *Repository) worktree(ctx context.Context) (*Snapshot, error) {
	if r.bare {
		return nil, fmt.Errorf("list the working tree of %s: %w: name a commit with --head", r.root, ErrBare)
	}
	index, err := r.readIndex("")
	if err != nil {
		return nil, err
	}
	if err := r.expandSparse(index); err != nil {
		return nil, err
	}
	rules, err := r.baseRules()
	if err != nil {
		return nil, err
	}
	s, err := r.walk(ctx, Worktree, index, rules)
	if err != nil {
		return nil, fmt.Errorf("list the working tree of %s: %w", r.root, err)
	}
	return s, nil
}

func (r *Repository) walk(ctx context.Context, kind Kind, index *indexFile, rules *ruleset) (*Snapshot, error) {
	d, err := openDisk(r.root)
	if err != nil {
		return nil, err
	}
	w := &walker{root: r.root, disk: d, plain: kind == Files, index: index, idle: make(chan struct{}, runtime.GOMAXPROCS(0)), fold: r.settings.ignoreCase, disregarded: r.disregarded}
	if index != nil {
		w.seen = make([]bool, len(index.entries))
	}
	w.wait.Add(1)
	w.folder(ctx, "", w.all(), rules, false)
	w.wait.Wait()
	if w.err != nil {
		return nil, w.err
	}
	w.addSparse()
	s := &Snapshot{kind: kind, id: string(kind), repo: r, disk: d, index: index, entries: w.entries, stats: w.stats}
	if err := s.showNames(); err != nil {
		return nil, err
	}
	return s, nil
}

// showNames brings names that are not valid UTF-8 into a form fs.FS can hold, and sorts.
func (s *Snapshot) showNames() error {
	for i, e := range s.entries {
		if name := shown(e.Path); name != e.Path {
			if s.raw == nil {
				s.raw = map[string]string{}
			}
			s.raw[name] = e.Path
			s.entries[i].Path = name
		}
	}
	return s.arrange()
}

// walker lists a working tree in one pass, folders side by side.
type walker struct {
	root        string
	disk        *disk
	plain       bool
	fold        bool
	index       *indexFile
	disregarded []string
	seen        []bool // index entries met on disk; each is written by the one goroutine that reads its folder

	idle    chan struct{} // one token a further goroutine
	wait    sync.WaitGroup
	mu      sync.Mutex
	entries []Entry
	stats   []diskStat
	err     error
}

// span is a range of index entries: those below one folder.
type span struct{ lo, hi int }

func (w *walker) all() span {
	if w.index == nil {
		return span{}
	}
	return span{0, len(w.index.entries)}
}

// find looks for a path among the tracked ones of a span.
func (w *walker) find(in span, path string) (int, bool) {
	if in.lo == in.hi {
		return in.lo, false
	}
	i, ok := slices.BinarySearchFunc(w.index.entries[in.lo:in.hi], path, func(e indexEntry, path string) int { return strings.Compare(e.path, path) })
	return in.lo + i, ok
}

func (w *walker) below(in span, dir string) span {
	lo, _ := w.find(in, dir+"/")
	hi, _ := w.find(span{lo, in.hi}, dir+"0")
	return span{lo, hi}
}

// folder lists one folder. dir ends in a slash, or is "". In an ignored folder only tracked files count. The caller has
// added one to w.wait.
func (w *walker) folder(ctx context.Context, dir string, tracked span, rules *ruleset, ignored bool) {
	defer w.wait.Done()
	if err := ctx.Err(); err != nil {
		w.fail(err)
		return
	}
	names, err := readFolder(filepath.Join(w.root, filepath.FromSlash(dir)))
	if err != nil {
		// Someone may be building beside us: a folder that has gone has no files.
		if !errors.Is(err, fs.ErrNotExist) || dir == "" {
			w.fail(fmt.Errorf("%w: make the folder readable or have .gitignore name it", err))
		}
		return
	}
	if !w.plain && !ignored && names.has(".gitignore") {
		if rules, err = w.readRules(dir, rules); err != nil {
			names.close()
			w.fail(err)
			return
		}
	}
	var folders []listed
	for _, n := range names.list {
		if n.name == ".git" {
			continue
		}
		if n.kind.IsDir() {
			folders = append(folders, n)
			continue
		}
		if err := w.file(names, n, dir+n.name, tracked, rules, ignored); err != nil && !errors.Is(err, fs.ErrNotExist) {
			names.close()
			w.fail(err)
			return
		}
	}
	// Closed before going down: a deep tree must not use up the file descriptors.
	names.close()
	w.add(names.entries, names.stats)
	for _, n := range folders {
		w.enter(ctx, dir+n.name, n.name, tracked, rules, ignored)
	}
}

// file adds one file of a folder to its listing, when it counts.
func (w *walker) file(l *listing, n listed, path string, tracked span, rules *ruleset, ignored bool) error {
	if n.kind != 0 && n.kind != fs.ModeSymlink {
		return nil // pipes, sockets and devices have no content of their own
	}
	if at, ok := w.find(tracked, path); ok {
		for ; at < tracked.hi && w.index.entries[at].path == path; at++ {
			w.seen[at] = true
		}
	} else if slices.Contains(w.disregarded, path) || !w.plain && (ignored || rules.ignores(path, n.name, false, w.fold)) {
		return nil
	}
	e, st, err := l.stat(n, path)
	if err != nil {
		return err
	}
	if t := e.Mode.Type(); t == 0 || t == fs.ModeSymlink {
		l.entries, l.stats = append(l.entries, e), append(l.stats, st)
	}
	return nil
}

// enter decides about a folder inside another one, and lists it, on a goroutine of its own when one is free.
func (w *walker) enter(ctx context.Context, path, name string, tracked span, rules *ruleset, ignored bool) {
	other := []Entry{{Path: path, Mode: fs.ModeIrregular, Size: -1}}
	if at, ok := w.find(tracked, path); ok && w.index.entries[at].mode&modeType == modeGitlink {
		w.seen[at] = true
		w.add(other, make([]diskStat, 1))
		return
	}
	tracked = w.below(tracked, path)
	if !w.plain {
		ignored = ignored || rules.ignores(path, name, true, w.fold)
		if tracked.lo == tracked.hi {
			if ignored {
				return
			}
			if isRepository(filepath.Join(w.root, filepath.FromSlash(path))) {
				w.add(other, make([]diskStat, 1))
				return
			}
		}
	}
	w.wait.Add(1)
	select {
	case w.idle <- struct{}{}:
		go func() {
			defer func() { <-w.idle }()
			w.folder(ctx, path+"/", tracked, rules, ignored)
		}()
	default:
		w.folder(ctx, path+"/", tracked, rules, ignored)
	}
}

func (w *walker) add(entries []Entry, stats []diskStat) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.entries = append(w.entries, entries...)
	w.stats = append(w.stats, stats...)
}

func (w *walker) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

// addSparse adds the tracked files that a sparse checkout keeps off the disk.
func (w *walker) addSparse() {
	if w.index == nil {
		return
	}
	for i, e := range w.index.entries {
		if e.skipWorktree && !w.seen[i] && e.stage == 0 && !e.intentToAdd {
			w.entries = append(w.entries, e.entry())
			w.stats = append(w.stats, diskStat{})
		}
	}
}

// isRepository reports whether a folder is the working tree of another repository, as git decides it.
func isRepository(dir string) bool {
	git := filepath.Join(dir, ".git")
	info, err := os.Lstat(git)
	switch {
	case err != nil:
		return false
	case info.IsDir():
		common, err := readCommonDir(git)
		return err == nil && isGitDir(git, common)
	}
	target, err := readGitFile(git, info)
	if err != nil {
		return false
	}
	common, err := readCommonDir(target)
	return err == nil && isGitDir(target, common)
}

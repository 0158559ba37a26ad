package repo

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// store is the repository's objects and references. Objects that refs/replace puts in place of others are not: the git
// library reads what an id really names, which is what a gate wants.
//
// The library's storage is not safe for concurrent use (it fills maps and shares file positions without locks), so each
// use borrows one of its own. They share the cache, which is safe and bounds the memory.
type store struct {
	gitDir, commonDir string
	cache             cache.Object

	mu   sync.Mutex
	idle []*filesystem.Storage
	free chan struct{}

	shallow func() (map[plumbing.Hash]bool, error)
	trees   treeCache
}

func newStore(gitDir, commonDir string) *store {
	s := &store{
		gitDir:    gitDir,
		commonDir: commonDir,
		cache:     cache.NewObjectLRU(64 * cache.MiByte),
		free:      make(chan struct{}, max(2, runtime.GOMAXPROCS(0))),
	}
	s.shallow = sync.OnceValues(s.readShallow)
	return s
}

func (s *store) open() *filesystem.Storage {
	var dir billy.Filesystem = osfs.New(s.gitDir)
	if s.commonDir != s.gitDir {
		dir = dotgit.NewRepositoryFilesystem(dir, osfs.New(s.commonDir))
	}
	return filesystem.NewStorageWithOptions(dir, s.cache, filesystem.Options{
		KeepDescriptors:      true,
		LargeObjectThreshold: MaxFileSize,
		// Objects borrowed from another clone on this machine lie outside the git directory.
		AlternatesFS: osfs.New("/"),
	})
}

// use lends a storage to do, and turns what the library panics with into an error.
func (s *store) use(doing string, do func(*filesystem.Storage) error) (err error) {
	s.free <- struct{}{}
	s.mu.Lock()
	var st *filesystem.Storage
	if n := len(s.idle); n > 0 {
		st, s.idle = s.idle[n-1], s.idle[:n-1]
	}
	s.mu.Unlock()
	if st == nil {
		st = s.open()
	}
	defer func() { <-s.free }()
	defer rescue(&err, doing)
	err = do(st)
	// After a panic the storage is in no known state and is left to the garbage collector.
	s.mu.Lock()
	s.idle = append(s.idle, st)
	s.mu.Unlock()
	return err
}

// object reads an object of one type whole.
func (s *store) object(t plumbing.ObjectType, id plumbing.Hash, what string) ([]byte, error) {
	is, content, err := s.load(id, what)
	if err == nil && is != t {
		err = fmt.Errorf("read %s of %s: it is a %s: run git fsck", id, what, is)
	}
	return content, err
}

// load reads an object whole and checks that its content is what its id says.
func (s *store) load(id plumbing.Hash, what string) (t plumbing.ObjectType, content []byte, err error) {
	doing := fmt.Sprintf("read %s of %s", id, what)
	err = s.use(doing, func(st *filesystem.Storage) error {
		o, err := st.EncodedObject(plumbing.AnyObject, id)
		if err != nil {
			return missing(err)
		}
		if o.Size() > MaxFileSize {
			return tooLarge(o.Size())
		}
		t = o.Type()
		r, err := o.Reader()
		if err != nil {
			return missing(err)
		}
		defer r.Close()
		if content, err = readUpTo(r, o.Size()); err != nil {
			return missing(err)
		}
		if got := plumbing.ComputeHash(t, content); got != id {
			return fmt.Errorf("its content has the id %s: run git fsck, then git fetch --refetch", got)
		}
		return nil
	})
	if err != nil {
		return t, nil, fmt.Errorf("%s: %w", doing, err)
	}
	return t, content, nil
}

// missing says what to do about an object that cannot be read.
func missing(err error) error {
	if errors.Is(err, plumbing.ErrObjectNotFound) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: run git fetch --refetch, or clone without --filter", ErrMissingObject)
	}
	return fmt.Errorf("%w: run git fsck, then git fetch --refetch", err)
}

func (s *store) blob(id plumbing.Hash, path string) ([]byte, error) {
	return s.object(plumbing.BlobObject, id, path)
}

// size looks up how long a blob is, without reading it whole.
func (s *store) size(id plumbing.Hash, path string) (size int64, err error) {
	doing := fmt.Sprintf("look up the size of blob %s of %s", id, path)
	err = s.use(doing, func(st *filesystem.Storage) error {
		size, err = st.EncodedObjectSize(id)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			// It may lie in another clone's store, where only reading it finds it.
			var o plumbing.EncodedObject
			if o, err = st.EncodedObject(plumbing.BlobObject, id); err == nil {
				size = o.Size()
			}
		}
		if err != nil {
			return missing(err)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", doing, err)
	}
	return size, nil
}

func (s *store) readShallow() (map[plumbing.Hash]bool, error) {
	cut := map[plumbing.Hash]bool{}
	err := s.use("read the shallow boundary", func(st *filesystem.Storage) error {
		ids, err := st.Shallow()
		for _, id := range ids {
			cut[id] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the shallow boundary: %w: clone again", err)
	}
	return cut, nil
}

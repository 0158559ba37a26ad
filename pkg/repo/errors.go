package repo

import (
	"errors"
	"fmt"
	"io/fs"
)

// MaxFileSize is the size in bytes above which a file is not read: no manifest, policy or source file is that large, and
// a gate must not be starved of memory by one.
const MaxFileSize = 64 << 20

// Errors that callers tell apart with errors.Is.
var (
	// ErrEscapes is a symbolic link that leads out of the repository.
	ErrEscapes = errors.New("symbolic link leads out of the repository")
	// ErrLoop is a chain of more than 40 symbolic links.
	ErrLoop = errors.New("too many symbolic links")
	// ErrTooLarge is a file above MaxFileSize.
	ErrTooLarge = errors.New("file is too large")
	// ErrNotRegular is a name that holds neither a file nor a folder: a submodule, or a file replaced by something
	// else since the snapshot was taken.
	ErrNotRegular = errors.New("not a regular file")
	// ErrFolder is a folder where a file is read.
	ErrFolder = errors.New("is a folder")
	// ErrMissingObject is an object the repository refers to but does not hold (partial clone, damaged store).
	ErrMissingObject = errors.New("object is missing")
	// ErrUnknownRevision is a revision that names nothing in the repository.
	ErrUnknownRevision = errors.New("unknown revision")
	// ErrNoMergeBase is two revisions without a common ancestor.
	ErrNoMergeBase = errors.New("no common ancestor")
	// ErrShallow is history that a shallow clone cut off.
	ErrShallow = errors.New("history is cut off by a shallow clone")
	// ErrBare is a repository without a working tree.
	ErrBare = errors.New("bare repository has no working tree")
	// ErrPlain is a folder that is no git repository, asked for something only git knows.
	ErrPlain = errors.New("not a git repository")
)

// maxLinks is how many symbolic links one name may pass through; Linux has the same limit.
const maxLinks = 40

func pathError(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}

func tooLarge(size int64) error {
	return fmt.Errorf("%w: %d bytes, at most %d are read: exclude it, or keep it outside the repository", ErrTooLarge, size, int64(MaxFileSize))
}

// rescue turns a panic of the git library, which parses hostile data, into an error.
func rescue(err *error, doing string) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: damaged git data (%v): run git fsck, or clone again", doing, p)
	}
}

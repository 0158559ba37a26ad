// Package repo reads the checked-out repository: snapshots of its working tree, its index or any commit as an fs.FS, the
// changes between two of them, merge bases, and the base a CI system names.
//
// A folder goes in (Open), a Snapshot comes out. A snapshot's list of files is fixed when it is taken; contents are read
// on demand, from the object store or from disk, and never from outside the repository's root. The package never
// writes, never runs git, never follows a link out of the repository, and takes everything it reads for hostile: damaged
// or missing git data is an error that says what is wrong, never an empty file.
//
// File names that are not valid UTF-8 appear with their invalid bytes as three octal digits (\374), since fs.FS has no
// other way to name them.
package repo

import "context"

// Repository is a git repository, or a folder that is none (Plain). It is safe for concurrent use.
type Repository struct {
	root      string // absolute, links resolved
	subdir    string
	gitDir    string // "" when plain
	commonDir string // differs from gitDir in a linked worktree
	bare      bool
	settings  settings
	store     *store

	disregarded []string // see Disregard
}

// Plain reports whether there is no git repository: the files are judged as they lie.
func (r *Repository) Plain() bool { return r.gitDir == "" }

// Bare reports whether the repository has no working tree: only Commit snapshots can be taken.
func (r *Repository) Bare() bool { return r.bare }

// Root is the absolute path of the working tree (of the folder, when Plain; of the git directory, when Bare), with
// symbolic links resolved.
func (r *Repository) Root() string { return r.root }

// Subdirectory is the slash-separated path from Root to the folder given to Open, "" for Root itself.
func (r *Repository) Subdirectory() string { return r.subdir }

// Disregard leaves files out of snapshots of the working tree that are taken from now on, as if .gitignore named them: those
// that whoever asks writes there for itself. Names are slash-separated and relative to Root. What git tracks is not left out. It is for the
// time before the repository is shared.
func (r *Repository) Disregard(names ...string) { r.disregarded = append(r.disregarded, names...) }

// Worktree takes the snapshot of the working tree (of the plain folder, when Plain).
//
// It lists what git ls-files --cached --others --exclude-standard lists and what exists on disk: tracked files, ignored
// or not, and untracked ones that are not ignored. A submodule, or another repository lying untracked in the working tree, is one entry with
// fs.ModeIrregular. Tracked files that a sparse checkout left out are read from the object store. A plain folder is
// listed whole, whatever its .gitignore files say. Pipes, sockets and devices are left out and never opened.
func (r *Repository) Worktree(ctx context.Context) (*Snapshot, error) {
	if r.Plain() {
		return r.files(ctx)
	}
	return r.worktree(ctx)
}

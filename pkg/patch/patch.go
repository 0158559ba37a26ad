// Package patch yields the lines that commits add, for a scan of what a history ever held.
//
// The text comes from git's own diff, run by several processes side by side in a git directory of their own: no
// configuration, attributes, filters, replacements or grafts of the repository or the user change what is seen. An ordinary
// commit adds what its diff to its parent adds, and a first commit all it holds; each hunk's added lines are one Addition,
// as in git log -p -U0. A merge adds the lines that none of its parents has.
//
// Nothing is left out in silence. Every commit asked for is matched with git's answer, every file with the list git prints
// ahead of its text, every line with the count in front of it; what could not be told is in Result.Missed.
package patch

// Addition is a run of lines that a commit adds to a file, or a binary file that it adds or changes.
type Addition struct {
	Commit     string // hex id, "" for staged changes
	Path       string // as in the commit: slash-separated, bytes as they are
	FirstLine  int    // of Text in the new file, from 1; 0 when Binary
	Text       string // the added lines, each with its newline but perhaps the last
	Merge      bool   // a merge adds this itself: git log -p leaves it out
	TypeChange bool   // a file took the place of a link or a submodule, or the other way: --diff-filter=t leaves it out
	Binary     bool   // there is no Text, only Blob
	Blob       string // hex id of the file's new content; of a submodule, the commit
}

// Options says how the work is done. The zero value is fit for use.
type Options struct {
	Git     string                 // absolute path of git; "" looks for it in Path
	Path    string                 // value of PATH; "" is that of this process
	Jobs    int                    // git processes side by side; 0 is one per core
	MaxText int                    // bytes of one Addition; 0 is 64 MiB. What is longer is in Missed
	Skip    func(path string) bool // paths that are not wanted; called from several goroutines
	Every   func(path string) bool // paths of which hunks that add nothing are wanted as well, with no Text; called likewise
}

// DefaultMaxText bounds one Addition when Options does not.
const DefaultMaxText = 64 << 20

// Missed is something that could not be told. Path is "" when it is the whole commit, and Commit is "" for staged changes
// and for a reference that leads to no commit.
type Missed struct {
	Commit, Path, Why string
}

// Result accounts for a run.
type Result struct {
	Asked    int // commits asked for
	Answered int // commits whose diff was read to its end
	Missed   []Missed
}

// Complete reports whether nothing is missing.
func (r Result) Complete() bool { return r.Asked == r.Answered && len(r.Missed) == 0 }

func (o Options) maxText() int {
	if o.MaxText <= 0 {
		return DefaultMaxText
	}
	return o.MaxText
}

func (o Options) wantsEvery(path string) bool { return o.Every != nil && o.Every(path) }

func (o Options) skips(path string) bool { return o.Skip != nil && o.Skip(path) }

package audit

import "github.com/claire-de-binare/cdbgate/pkg/finding"

// Mark is the data of a LogType event.
type Mark struct {
	Log  string `json:"log"`            // the log's random id: 26 characters of base32
	Torn *Torn  `json:"torn,omitempty"` // what was cut off before this line was written; absent from most first lines
}

// Torn is the rest of a write that did not come to its end. None of it was ever acknowledged to whoever wrote it.
type Torn struct {
	Bytes  int64  `json:"bytes"`
	Digest string `json:"digest"` // of those bytes: "sha256:…"
}

// Run is the data of a RunType event: what was judged, by which ground, and what it came to.
type Run struct {
	Run        string         `json:"run"`                   // a random id, which the run's other events carry as well
	Tool       string         `json:"tool"`                  // the version of cdbgate
	Gates      []Gate         `json:"gates"`                 // in the order they ran
	Head       string         `json:"head"`                  // what was judged: a commit, "worktree", "index" or "files"
	HeadCommit string         `json:"head_commit,omitempty"` // the commit that was checked out
	Base       string         `json:"base,omitempty"`        // the base's commit
	Trusted    string         `json:"trusted"`               // where policy and configuration came from: a commit, "worktree" or "files"
	Policy     string         `json:"policy"`                // digest of rules and data: "sha256:…"
	Config     string         `json:"config,omitempty"`      // digest of the configuration, absent without one
	Weakened   []string       `json:"weakened,omitempty"`    // flags that let the run judge less, or by other rules
	Mode       finding.Mode   `json:"mode,omitempty"`        // delivery or analysis, when a gate decided it
	FailOn     string         `json:"fail_on"`               // the severity from which on the run fails
	Verdict    string         `json:"verdict"`               // passed, failed, incomplete, or unusable: the gates were broken off
	Exit       int            `json:"exit"`                  // the exit status: 0, 1, 3, or 2 for unusable
	Found      map[string]int `json:"found"`                 // findings by severity: error, warning, note
	Events     int            `json:"events"`                // how many lines of this run follow; fewer are there when writing them was cut short
	CI         *CI            `json:"ci,omitempty"`          // the job that ran it, by what its environment says
}

// Gate is one gate of a run.
type Gate struct {
	Name   string         `json:"name"`
	Status finding.Status `json:"status"`
}

// CI names the job of a CI system.
type CI struct {
	System     string `json:"system"`               // "github" or "gitlab"
	Repository string `json:"repository,omitempty"` // owner/name, or the project's path
	Run        string `json:"run"`                  // the number of the workflow run or of the pipeline
	Attempt    string `json:"attempt,omitempty"`    // how often that run was started (GitHub)
	Job        string `json:"job,omitempty"`        // the job's id
}

// Violation is the data of a ViolationType event. The report of the run has the words; rule and fingerprint find it there.
type Violation struct {
	Run         string           `json:"run"`
	Gate        string           `json:"gate"`
	Rule        string           `json:"rule"`
	Clauses     []string         `json:"clauses"`
	Severity    finding.Severity `json:"severity"`
	Incomplete  bool             `json:"incomplete,omitempty"` // it says that something could not be evaluated
	Path        string           `json:"path,omitempty"`       // relative to the repository's root
	Line        int              `json:"line,omitempty"`       // from 1
	Resource    string           `json:"resource,omitempty"`
	Fingerprint string           `json:"fingerprint"`
}

// Drift is the data of a DriftType event.
type Drift struct {
	Run         string           `json:"run"`
	Gate        string           `json:"gate"`
	Rule        string           `json:"rule"`
	Clauses     []string         `json:"clauses"`
	Severity    finding.Severity `json:"severity"`
	Head        string           `json:"head"`           // what was judged: a commit, "worktree" or "index"
	Root        string           `json:"root,omitempty"` // the folder whose plan found it, absent when nobody said which
	Plan        string           `json:"plan,omitempty"` // the digest of that plan: "sha256:…"
	Path        string           `json:"path,omitempty"` // where the resource is written
	Line        int              `json:"line,omitempty"`
	Resource    string           `json:"resource"` // the address
	Action      string           `json:"action,omitempty"`
	Attributes  []string         `json:"attributes,omitempty"` // paths of what changed
	More        int              `json:"more,omitempty"`       // how many further attributes changed
	Fingerprint string           `json:"fingerprint"`
}

// Package finding holds the vocabulary every gate and every report writer shares: what was found, where, how bad it is,
// and what the whole run came to. It imports nothing of ours, so anything may import it.
package finding

import "fmt"

// Severity says how bad a finding is. The zero value is not a severity.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// ParseSeverity reads one of "error", "warning" and "note".
func ParseSeverity(s string) (Severity, error) {
	switch sev := Severity(s); sev {
	case Error, Warning, Note:
		return sev, nil
	}
	return "", fmt.Errorf("unknown severity %q: use error, warning or note", s)
}

// AtLeast reports whether s is as bad as t or worse.
func (s Severity) AtLeast(t Severity) bool { return s.rank() >= t.rank() }

func (s Severity) rank() int {
	switch s {
	case Error:
		return 3
	case Warning:
		return 2
	case Note:
		return 1
	}
	return 0
}

// Location is a range in a file. Path is slash-separated and relative to the repository's root. Lines and columns count
// from 1, columns in Unicode code points; the end is exclusive (EndColumn is the column behind the last character). StartLine
// 0 means the file as a whole; JSON then has the path alone.
type Location struct {
	Path        string `json:"path"`
	StartLine   int    `json:"start_line,omitempty"`
	StartColumn int    `json:"start_column,omitempty"`
	EndLine     int    `json:"end_line,omitempty"`
	EndColumn   int    `json:"end_column,omitempty"`
}

// Finding is one violation of one rule at one place.
type Finding struct {
	Rule        string    `json:"rule"`
	Title       string    `json:"title"`
	Severity    Severity  `json:"severity"`
	Gate        string    `json:"gate"`
	Message     string    `json:"message"`
	Remediation string    `json:"remediation"`
	Clauses     []string  `json:"clauses"`
	Incomplete  bool      `json:"incomplete,omitempty"` // it says that something could not be evaluated: not a violation, and never a pass
	Resource    string    `json:"resource,omitempty"`
	Location    *Location `json:"location,omitempty"`
	Excerpt     string    `json:"excerpt,omitempty"` // the line that a secret stands on, masked
	// Fingerprint identifies the finding across commits: it is made of rule, path, resource and document path, never of
	// the line number.
	Fingerprint string `json:"fingerprint"`
}

// Status is what a gate came to.
type Status string

// The statuses. Incomplete: something could not be evaluated. Skipped: the gate had nothing to look at.
const (
	Pass       Status = "pass"
	Fail       Status = "fail"
	Incomplete Status = "incomplete"
	Skipped    Status = "skipped"
)

// GateResult is one gate's line in the report.
type GateResult struct {
	Name       string `json:"name"`
	Status     Status `json:"status"`
	Reason     string `json:"reason,omitempty"` // why it was skipped or is incomplete
	Documents  int    `json:"documents"`        // how many things were judged
	DurationMS int64  `json:"duration_ms"`
}

// Report is the result of a run, the struct every format is written from. SchemaVersion is 1.
type Report struct {
	SchemaVersion int          `json:"schema_version"`
	Tool          Tool         `json:"tool"`
	Repository    Repository   `json:"repository"`
	Policy        Policy       `json:"policy"`
	Config        Config       `json:"config"`
	Weakened      []string     `json:"weakened,omitempty"` // every flag that let this run judge less, or by other rules, than without it
	Mode          Mode         `json:"mode"`
	Gates         []GateResult `json:"gates"`
	Plans         []Plan       `json:"plans,omitempty"`
	Reconcilers   []Reconciler `json:"reconcilers,omitempty"`
	Leaks         []Leak       `json:"leaks,omitempty"`
	Findings      []Finding    `json:"findings"`
	Summary       Summary      `json:"summary"`

	// Hidden are places that no format may quote, although no finding points there: accepted secrets.
	Hidden []Location `json:"-"`

	// Rules describes every rule of the gates that ran, by ID, for formats that carry a rule catalogue (SARIF).
	Rules []Rule `json:"-"`
}

// Plan is what a Terraform or OpenTofu plan would change. Values are JSON on one line, clipped; sensitive ones and those known
// only after apply are words in brackets.
type Plan struct {
	Name             string           `json:"name"`           // the file as given, "-" for standard input
	Root             string           `json:"root,omitempty"` // the folder it is for, "" when nobody knows
	FormatVersion    string           `json:"format_version,omitempty"`
	TerraformVersion string           `json:"terraform_version,omitempty"`
	Digest           string           `json:"digest,omitempty"` // "sha256:…"
	Changes          []ResourceChange `json:"changes,omitempty"`
	Drift            []ResourceChange `json:"drift,omitempty"`
	Deferred         []ResourceChange `json:"deferred,omitempty"`
	Outputs          []ResourceChange `json:"outputs,omitempty"`
	Unchanged        int              `json:"unchanged"`
}

// ResourceChange is one entry of a plan.
type ResourceChange struct {
	Address         string            `json:"address"`
	PreviousAddress string            `json:"previous_address,omitempty"`
	Action          string            `json:"action"` // create, update, replace, replace-create-first, delete, forget, create-forget, import, move, read
	Reason          string            `json:"reason,omitempty"`
	Importing       bool              `json:"importing,omitempty"`
	Attributes      []AttributeChange `json:"attributes,omitempty"`
	More            int               `json:"more,omitempty"` // how many further attributes change
}

// AttributeChange is one attribute of an entry. Before or After is "" where there is no value.
type AttributeChange struct {
	Path   string `json:"path"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Leak is a secret that was found, accepted or not. It never holds the secret.
type Leak struct {
	Rule        string   `json:"rule"` // gitleaks' id
	Description string   `json:"description"`
	Path        string   `json:"path"`             // of an archive's entry: archive!entry
	Line        int      `json:"line,omitempty"`   // in the file as the commit has it; 0 when the path alone is the matter
	Commit      string   `json:"commit,omitempty"` // what added it; "" for what is judged itself
	AuthorDate  string   `json:"author_date,omitempty"`
	Merge       bool     `json:"merge,omitempty"` // the merge commit itself added it
	Decoded     bool     `json:"decoded,omitempty"`
	Entropy     float64  `json:"entropy"` // bits a character
	Tags        []string `json:"tags,omitempty"`
	Fingerprint string   `json:"fingerprint"` // gitleaks'
	Accepted    bool     `json:"accepted,omitempty"`
}

// Reconciler is something that is configured to bring a cluster to what the repository says, or a source of it, and within
// which bounds: a duration, "never: why" or "unknown: why". Whether it runs, no repository can tell.
type Reconciler struct {
	Resource        string `json:"resource"`
	CommitToCluster string `json:"commit_to_cluster"`         // how long a commit takes at most to reach the cluster; of a source, to be noticed
	DriftToRepair   string `json:"drift_to_repair,omitempty"` // how long a drift stays at most; "" for a source
	Path            string `json:"path,omitempty"`
	Line            int    `json:"line,omitempty"`
}

// Tool names the binary that judged.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Mode says whether infrastructure may change (INF-9).
type Mode string

// The modes. A run in which no gate decided it has none.
const (
	Delivery Mode = "delivery"
	Analysis Mode = "analysis" // no mutations
)

// Repository says what was judged.
type Repository struct {
	Head         string   `json:"head"`                   // a commit's id, "worktree", "index" or "files" (a folder that is no repository)
	HeadCommit   string   `json:"head_commit,omitempty"`  // the commit that is checked out, "" when there is none
	Base         string   `json:"base"`                   // the base's commit id, "" without one
	BaseRef      string   `json:"base_ref,omitempty"`     // the base as it was named: a branch, a revision
	BaseSource   string   `json:"base_source,omitempty"`  // which flag or variable named the base
	Trusted      string   `json:"trusted"`                // where policy and config came from: a commit id, "worktree" or "files"
	Subdirectory string   `json:"subdirectory,omitempty"` // set when only a part of the repository was judged
	Notes        []string `json:"notes,omitempty"`        // what the reader must know about the scope of this run
}

// Policy says which rules judged.
type Policy struct {
	Source string `json:"source"` // "embedded" or the directory
	Digest string `json:"digest"` // "sha256:…" over all modules and data
	Rules  int    `json:"rules"`
}

// Config says which configuration was followed.
type Config struct {
	Source string `json:"source"` // ".cdbgate.yaml" or what --config names; "" when there is none, so that defaults hold
	Digest string `json:"digest"` // "sha256:…" over its text, "" when there is none
}

// Summary counts the findings by severity.
type Summary struct {
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Note    int `json:"note"`
}

// Rule is a rule's metadata, as its Rego annotations give it.
type Rule struct {
	ID          string
	Gate        string
	Title       string
	Description string
	Severity    Severity
	Clauses     []string
	Remediation string
	Params      []string // names of the parameters that change what it says
	Incomplete  bool     // its findings say that something could not be evaluated
}

// Package audit keeps what runs found in a log that stands up later: a file of JSON lines, each in the canonical form of RFC 8785
// and each bound to the one before by its hash.
//
// What comes in is a report, or events made from one; what goes out is appended whole or not at all, by many processes at once, and
// is on the disk before it counts. Read and Verify name the first line that does not belong. That nothing was cut off at the end
// only a signed head can show, see Head.
//
// An event says what was found, where and by which rule. It never holds a message, an excerpt or a value of what was judged: those
// may quote the repository, and a log is kept longer and read by more people than a report.
package audit

// The types of events. A number goes up when a field changes its meaning or goes away.
const (
	// LogType is the first line of every log, and the line that tells of a torn end which was cut off. Its data is a Mark.
	LogType = "io.cdbgate.log.v1"
	// RunType is one run of the gates. Its data is a Run.
	RunType = "io.cdbgate.run.v1"
	// ViolationType is one finding of a run. Its data is a Violation.
	ViolationType = "io.cdbgate.violation.v1"
	// DriftType is one resource that was found changed past Git. Its data is a Drift.
	DriftType = "io.cdbgate.drift.v1"
)

// Event is something that happened, as data. Times, numbers and hashes are the log's business.
type Event struct {
	Type string `json:"type"` // one of the types above
	Data any    `json:"data"` // encodes as a JSON object
}

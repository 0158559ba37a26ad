package audit

import (
	"encoding/json"
	"fmt"
)

// chain is how far a log has been followed.
type chain struct {
	id   string // "" before the first line
	seq  uint64
	hash digest
}

// follow takes the next line, or says why it does not belong here.
func (c *chain) follow(l *Line) string {
	switch {
	case l.Seq != c.seq+1:
		return fmt.Sprintf("its seq is %d, and %d comes next: a line is missing, added or out of place", l.Seq, c.seq+1)
	case c.seq == 0:
		return c.begin(l)
	case l.prev != c.hash:
		return "its prev is not the hash of the line before: that line was replaced, or this one is of another log"
	case l.Type == LogType:
		if id, ok := logID(l); !ok || id != c.id {
			return "it names another log than the first line"
		}
	}
	c.seq, c.hash = l.Seq, l.hash
	return ""
}

func (c *chain) begin(l *Line) string {
	id, ok := logID(l)
	switch {
	case l.Type != LogType || !ok:
		return "a log begins with a line of type " + LogType + " that has the log's id"
	case l.prev != start(id):
		return "its prev is not the start that belongs to the log's id"
	}
	*c = chain{id, l.Seq, l.hash}
	return ""
}

// logID is the id that a line of LogType names.
func logID(l *Line) (string, bool) {
	var data Mark
	if err := json.Unmarshal(l.Data, &data); err != nil {
		return "", false
	}
	return data.Log, validID(data.Log)
}

// validID reports whether a text can be a log's id: what rand.Text makes.
func validID(id string) bool {
	for i := range len(id) {
		if c := id[i]; (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return false
		}
	}
	return len(id) >= 26 && len(id) <= 64
}

package report

// Printable returns s with everything that could steer a terminal or forge a line shown as an escape, for messages that
// are not part of a report.
func Printable(s string) string { return visible(s) }

// PrintableJSON is Printable for JSON: what it writes out stays the same JSON.
func PrintableJSON(text []byte) []byte { return escapeJSON(text) }

// PrintableLines is Printable for text of several lines: line feeds stay.
func PrintableLines(s string) string { return visibleLines(s) }

package report

import (
	"errors"
	"fmt"
	"strings"
)

// Output is one place a report goes: a format and, unless it goes to standard output, a file.
type Output struct {
	Format string
	File   string // "" means standard output
}

// ParseOutput reads FORMAT or FORMAT=FILE, where a FILE of "-" is standard output. The file's name may hold further "=".
func ParseOutput(spec string) (Output, error) {
	format, file, named := strings.Cut(spec, "=")
	if format == "" {
		return Output{}, fmt.Errorf("output %q names no format: write FORMAT or FORMAT=FILE, with one of %s",
			spec, strings.Join(Formats(), ", "))
	}
	if err := checkFormat(format); err != nil {
		return Output{}, err
	}
	if named && file == "" {
		return Output{}, fmt.Errorf("output %q names no file: write %s or %s=FILE", spec, format, format)
	}
	if strings.ContainsRune(file, 0) {
		return Output{}, errors.New("an output file's name holds a NUL byte")
	}
	if file == "-" {
		file = ""
	}
	return Output{Format: format, File: file}, nil
}

package report

import (
	"io"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

type sarifWriter struct{ opt Options }

func (sarifWriter) Write(w io.Writer, r *finding.Report) error { return nil }

package report

import (
	"io"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

type markdownWriter struct{ opt Options }

func (markdownWriter) Write(w io.Writer, r *finding.Report) error { return nil }

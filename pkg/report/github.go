package report

import (
	"io"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

type githubWriter struct{ opt Options }

func (githubWriter) Write(w io.Writer, r *finding.Report) error { return nil }

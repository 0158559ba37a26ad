package repo

import (
	"context"
	"io"
	"os"
	"sync/atomic"
)

// copier copies files, by sharing their blocks where the file system can.
type copier struct{ noClone atomic.Bool }

// copyStep is how much is copied between two looks at the context, in bytes.
const copyStep = 16 << 20

// copy copies all of in to out, which is empty.
func (c *copier) copy(ctx context.Context, out, in *os.File) error {
	if !c.noClone.Load() {
		err := cloneFile(out, in)
		if err == nil {
			return nil
		}
		if neverClones(err) {
			c.noClone.Store(true)
		}
		if err := out.Truncate(0); err != nil {
			return err
		}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := io.CopyN(out, in, copyStep); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

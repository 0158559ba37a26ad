//go:build unix

package isolate

import (
	"bytes"
	"io"
	"os"
	"sync"
	"time"
)

// output gathers what a command prints.
type output struct {
	toStdout, toStderr *os.File // what the command gets

	limit   int64
	over    chan struct{} // closed when a stream exceeds the limit
	once    sync.Once
	readers sync.WaitGroup
	pipes   []*os.File // read ends
	stdout  bytes.Buffer
	tail    tail
}

// newOutput makes the pipes: one for each stream, or for both together when standard output is not a result.
func newOutput(c Command) (*output, error) {
	o := &output{limit: c.MaxOutput, over: make(chan struct{})}
	var err error
	if o.toStderr, err = o.pipe(&o.tail); err != nil {
		return nil, err
	}
	o.toStdout = o.toStderr
	if c.Capture {
		if o.toStdout, err = o.pipe(&o.stdout); err != nil {
			o.started()
			o.finish()
			return nil, err
		}
	}
	return o, nil
}

// pipe has what is written to the returned file go to a writer, as much as is wanted.
func (o *output) pipe(to io.Writer) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	o.pipes = append(o.pipes, r)
	o.readers.Go(func() { o.read(to, r) })
	return w, nil
}

func (o *output) read(to io.Writer, r *os.File) {
	left := o.limit
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		if int64(n) > left {
			n = int(left)
			o.once.Do(func() { close(o.over) }) // what follows is swallowed until the command is dead
		}
		left -= int64(n)
		_, _ = to.Write(buf[:n]) // memory
		if err != nil {
			return
		}
	}
}

// started gives our copies of the write ends up, so that the pipes end with the command.
func (o *output) started() {
	o.toStderr.Close()
	if o.toStdout != o.toStderr {
		o.toStdout.Close()
	}
}

// drain is how long what lies in the pipes may take to be read after the command's end.
const drain = 2 * time.Second

// finish reads what is left. A process that got away and holds a pipe open does not make it wait.
func (o *output) finish() {
	for _, r := range o.pipes {
		_ = r.SetReadDeadline(time.Now().Add(drain))
	}
	o.readers.Wait()
	for _, r := range o.pipes {
		r.Close()
	}
}

package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Options say how a log is kept. The zero value keeps it without a signed head.
type Options struct {
	// Signer signs a head after every write, beside the log: FILE.head. Nil: none is written.
	Signer Signer
	// Verifier checks the head that is there before a new one is signed, so that a log which was cut off is not signed again. Nil:
	// what the head says is compared without checking who says it.
	Verifier Verifier
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Log is a log that is appended to. Any number of goroutines and processes may do so at once: those of one process share their writes.
type Log struct {
	path string
	opt  Options

	turn  chan struct{} // holds one token while a write is under way
	mu    sync.Mutex
	queue []*batch
}

// batch is the events of one Append, which are written together.
type batch struct {
	types   []string
	data    [][]byte
	receipt Receipt
	err     error
	done    chan struct{} // closed when receipt or err are there
}

// Receipt says where events were written.
type Receipt struct {
	Log         string // the log's id
	First, Last uint64 // lines
	Torn        *Torn  // what an earlier write had left unfinished and this one cut off, nil when nothing
}

// Open names a log that is going to be appended to, and says at once what would keep that from being done: no such folder, a link, a
// file that is no log, a broken end. It makes no file and holds none open.
func Open(ctx context.Context, path string, o Options) (*Log, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	l := &Log{path: path, opt: o, turn: make(chan struct{}, 1)}
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		info, err := os.Stat(filepath.Dir(path))
		switch {
		case errors.Is(err, os.ErrNotExist):
			return nil, l.wrap(fmt.Errorf("there is no folder %s: create it first", filepath.Dir(path)))
		case err != nil:
			return nil, l.wrap(cause(err))
		case !info.IsDir():
			return nil, l.wrap(fmt.Errorf("%s is no folder: name a file in one", filepath.Dir(path)))
		}
		_, err = l.headFits(end{})
		return l, l.wrap(err)
	}
	f, _, err := acquire(ctx, path)
	if err != nil {
		return nil, l.wrap(err)
	}
	defer release(f)
	if _, err := l.look(f); err != nil {
		return nil, l.wrap(err)
	}
	return l, nil
}

// Append is Open and Log.Append for whoever appends once.
func Append(ctx context.Context, path string, events []Event) (Receipt, error) {
	l, err := Open(ctx, path, Options{})
	if err != nil {
		return Receipt{}, err
	}
	return l.Append(ctx, events)
}

// Append writes events as lines that follow one another. When it returns without an error they are on the disk; with one, none of
// them is in the log, unless the error is a *HeadError. A context that ends keeps events from being written, never from being written whole.
func (l *Log) Append(ctx context.Context, events []Event) (Receipt, error) {
	if len(events) == 0 {
		return Receipt{}, nil
	}
	b := &batch{done: make(chan struct{})}
	for _, e := range events {
		data, err := encodeData(e)
		if err != nil {
			return Receipt{}, l.wrap(err)
		}
		b.types, b.data = append(b.types, e.Type), append(b.data, data)
	}
	l.mu.Lock()
	l.queue = append(l.queue, b)
	l.mu.Unlock()
	select {
	case <-b.done: // another goroutine's write took it along
	case l.turn <- struct{}{}:
		l.mu.Lock()
		all := l.queue
		l.queue = nil
		l.mu.Unlock()
		l.commit(ctx, b, all)
		<-l.turn
	case <-ctx.Done():
		if l.withdraw(b) {
			return Receipt{}, l.wrap(ctx.Err())
		}
	}
	<-b.done
	return b.receipt, l.wrap(b.err)
}

// withdraw takes back a batch that no write has begun with.
func (l *Log) withdraw(b *batch) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.Index(l.queue, b)
	if at < 0 {
		return false
	}
	l.queue = slices.Delete(l.queue, at, at+1)
	return true
}

// commit writes batches by one write and one sync. When the one who does it for the others is called off while it waits for the lock,
// theirs go back into the queue.
func (l *Log) commit(ctx context.Context, own *batch, all []*batch) {
	if len(all) == 0 {
		return
	}
	err := l.write(ctx, all)
	if called := ctx.Err(); called != nil && errors.Is(err, called) && !errors.As(err, new(*HeadError)) {
		var others []*batch
		mine := all[:0:0]
		for _, b := range all {
			if b == own {
				mine = append(mine, b)
			} else {
				others = append(others, b)
			}
		}
		l.mu.Lock()
		l.queue = append(others, l.queue...)
		l.mu.Unlock()
		all = mine
	}
	for _, b := range all {
		b.err = err
		close(b.done)
	}
}

func (l *Log) write(ctx context.Context, all []*batch) error {
	f, created, err := acquire(ctx, l.path)
	if err != nil {
		return err
	}
	defer release(f)
	e, err := l.look(f)
	if err == nil {
		var text []byte
		var c chain
		text, c = compose(e, rand.Text(), all, l.opt.Now())
		if err = l.put(f, e, text); err == nil {
			return l.sign(ctx, c)
		}
	}
	if created && e.keep == 0 {
		_ = os.Remove(l.path) // the error at hand says more
	}
	return err
}

// look finds the end of a log that is locked, and holds it against the head that lies beside it.
func (l *Log) look(f *os.File) (end, error) {
	size, err := sizeOf(f)
	if err != nil {
		return end{}, err
	}
	e, err := inspect(f, size)
	if err != nil {
		return e, err
	}
	behind, err := l.headFits(e)
	if err != nil || !behind || l.opt.Signer == nil {
		return e, err
	}
	return e, l.covers(f, e)
}

// compose words batches as lines that follow the end of a log. It returns the end they make. A log that is begun gets the id.
func compose(e end, id string, all []*batch, now time.Time) ([]byte, chain) {
	var text []byte
	c, at := e.chain, now.UTC().Format(timeLayout)
	add := func(kind string, data []byte) {
		text, c.hash = appendLine(text, kind, data, at, c.seq+1, c.hash)
		c.seq++
	}
	if c.seq == 0 {
		c.id, c.hash = id, start(id)
	}
	if c.seq == 0 || e.torn != nil {
		data, err := encodeData(Event{LogType, Mark{c.id, e.torn}})
		if err != nil {
			panic(err) // two strings and a number
		}
		add(LogType, data)
	}
	for _, b := range all {
		b.receipt = Receipt{Log: c.id, First: c.seq + 1, Torn: e.torn}
		for i := range b.data {
			add(b.types[i], b.data[i])
		}
		b.receipt.Last = c.seq
	}
	return text, c
}

// put writes a text behind the last whole line of a log and brings it to the disk. When that fails, the log is again what it was.
func (l *Log) put(f *os.File, e end, text []byte) error {
	if e.torn != nil {
		if err := f.Truncate(e.keep); err != nil {
			return fmt.Errorf("cutting off what an unfinished write left: %w", cause(err))
		}
	}
	_, err := f.Seek(e.keep, 0)
	if err == nil {
		_, err = f.Write(text)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil && e.keep == 0 {
		err = syncDir(filepath.Dir(l.path))
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("nothing was recorded: %w", cause(err))
	if back := errors.Join(f.Truncate(e.keep), f.Sync()); back != nil {
		err = fmt.Errorf("%w; what was half written could not be taken back either: %w", err, cause(back))
	}
	return err
}

// wrap names the log in an error.
func (l *Log) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("audit log %s: %w", l.path, err)
}

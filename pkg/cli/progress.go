package cli

import (
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// patience is how long a run stays silent before it shows that it works.
const patience = time.Second

// progress shows on a terminal's standard error how far a long run is; anywhere else it does nothing.
type progress struct {
	mu     sync.Mutex
	timer  *time.Timer
	screen *mpb.Progress // nil until patience is over
	gates  map[string]*tally
	done   bool
}

// tally is how far a gate is. A total of zero means that it is still reading.
type tally struct {
	done, total int
	bar         *mpb.Bar
}

func newProgress(s *Surroundings) *progress {
	p := &progress{gates: map[string]*tally{}}
	if !isTerminal(s.Stderr) || s.Getenv("TERM") == "dumb" {
		p.done = true
		return p
	}
	p.timer = time.AfterFunc(patience, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.done {
			return
		}
		p.screen = mpb.New(mpb.WithOutput(s.Stderr), mpb.WithWidth(40))
		for gate := range p.gates {
			p.show(gate)
		}
	})
	return p
}

// update tells how many of a gate's documents are judged; a total of zero, that it is reading them.
func (p *progress) update(gate string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	t := p.gates[gate]
	if t == nil {
		t = &tally{}
		p.gates[gate] = t
	}
	if t.bar != nil && t.total == 0 && total > 0 {
		t.bar.Abort(true) // the spinner makes room for the bar
		t.bar = nil
	}
	t.done, t.total = max(t.done, done), total
	if p.screen != nil {
		p.show(gate)
	}
}

// show draws a gate as it stands: a spinner while it reads, then a bar.
func (p *progress) show(gate string) {
	t := p.gates[gate]
	name := mpb.PrependDecorators(decor.Name(gate, decor.WC{W: len(gate) + 1}))
	switch {
	case t.total == 0 && t.bar == nil:
		t.bar = p.screen.AddSpinner(1, mpb.BarRemoveOnComplete(), name, mpb.AppendDecorators(decor.Name("reading")))
	case t.total > 0:
		if t.bar == nil {
			t.bar = p.screen.AddBar(int64(t.total), mpb.BarRemoveOnComplete(), name, mpb.AppendDecorators(decor.CountersNoUnit("%d of %d")))
		}
		t.bar.SetCurrent(int64(t.done))
	}
}

// stop clears the screen. It may be called more than once.
func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	p.done = true
	p.timer.Stop()
	for _, t := range p.gates {
		if t.bar != nil {
			t.bar.Abort(true)
		}
	}
	if p.screen != nil {
		p.screen.Wait()
	}
}

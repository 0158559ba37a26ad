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
	mu      sync.Mutex
	timer   *time.Timer
	screen  *mpb.Progress
	bars    map[string]*mpb.Bar
	done    bool
	enabled bool
}

func newProgress(s *Surroundings) *progress {
	p := &progress{bars: map[string]*mpb.Bar{}}
	if !isTerminal(s.Stderr) || s.Getenv("TERM") == "dumb" {
		return p
	}
	p.timer = time.AfterFunc(patience, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.done {
			p.screen = mpb.New(mpb.WithOutput(s.Stderr), mpb.WithWidth(40))
			p.enabled = true
		}
	})
	return p
}

// update tells how many of a gate's documents are judged.
func (p *progress) update(gate string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.enabled || p.done {
		return
	}
	bar := p.bars[gate]
	if bar == nil {
		bar = p.screen.AddBar(int64(total), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(gate, decor.WC{W: len(gate) + 1})),
			mpb.AppendDecorators(decor.CountersNoUnit("%d of %d")))
		p.bars[gate] = bar
	}
	if int64(done) > bar.Current() {
		bar.SetCurrent(int64(done))
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
	if p.timer != nil {
		p.timer.Stop()
	}
	for _, bar := range p.bars {
		bar.Abort(true)
	}
	if p.screen != nil {
		p.screen.Wait()
	}
}

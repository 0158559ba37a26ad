package patch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
)

// job is a commit on its way.
type job struct {
	id     string
	done   bool
	why    string // not done: what git said
	merge  bool
	seen   int      // how much of it was handed on: when git is asked once more, it is not
	missed []Missed // of its files
	list   []entry  // of a merge: the files that no parent has so
}

// question is what git is asked about commits.
type question struct {
	args []string
	body func(*parser, *job) error // reads the answer for one, behind its id
}

// pass is one git process over a row of commits, in whose order it answers.
type pass struct {
	run  *run
	q    question
	jobs []*job
	at   int   // the commit being read, or the next one
	open bool  // its id was there
	met  int   // how much of it there was
	stop error // ends the run
}

// outcome is how far a pass came: the jobs before at are done, or were passed over.
type outcome struct {
	at   int
	why  string // "" when git ended well
	sure bool   // it is the commit it stopped at that git complains of
}

var buffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, bufferSize) }}

// do runs git. The error is one that ends the run.
func (p *pass) do(ctx context.Context) (outcome, error) {
	var in strings.Builder
	for _, j := range p.jobs {
		in.WriteString(j.id + "\n")
	}
	c, err := p.run.box.start(ctx, strings.NewReader(in.String()), p.q.args...)
	if err != nil {
		return outcome{}, err
	}
	buf := buffers.Get().(*bufio.Reader)
	defer buffers.Put(buf)
	buf.Reset(c.out)
	err = p.read(&parser{reader: reader{buf}, opt: p.run.opt, to: p})
	if err != nil && !errors.Is(err, errEnd) {
		c.kill()
	}
	complaint, ended := c.wait()
	switch {
	case ctx.Err() != nil:
		return outcome{}, ctx.Err()
	case p.stop != nil:
		return outcome{}, p.stop
	}
	return p.conclude(err, complaint, ended), nil
}

// conclude weighs up how reading ended, what git complained of and how it ended.
func (p *pass) conclude(err error, complaint, ended string) outcome {
	if err == nil && ended == "" {
		p.finish()
		return outcome{at: len(p.jobs), why: complaint}
	}
	o := outcome{at: p.at, why: complaint, sure: complaint != "" && errors.Is(err, errEnd)}
	switch {
	case o.why != "":
	case errors.Is(err, errOutput) || ended == "":
		o.why = err.Error()
	default:
		o.why = ended
	}
	return o
}

// read reads the answers to the end of the output.
func (p *pass) read(in *parser) error {
	for !in.ended() {
		b, err := in.field()
		if err != nil {
			return err
		}
		id, parents, _ := bytes.Cut(b, []byte{' '})
		p.finish()
		if !p.begin(string(id)) {
			return errOutput
		}
		j := p.jobs[p.at]
		j.merge = bytes.IndexByte(parents, ' ') >= 0
		if err := p.q.body(in, j); err != nil {
			return err
		}
	}
	return nil
}

// begin finds the commit that an id belongs to. Git passes over those that are not there.
func (p *pass) begin(id string) bool {
	for i, j := range p.jobs[p.at:] {
		if j.id == id {
			p.at += i
			p.open, p.met = true, 0
			return true
		}
	}
	return false
}

// finish notes that the present commit came to its end.
func (p *pass) finish() {
	if p.open {
		p.jobs[p.at].done = true
		p.open = false
		p.at++
	}
}

// again reports whether the next part of the present commit was handed on before.
func (p *pass) again() bool {
	j := p.jobs[p.at]
	p.met++
	if p.met <= j.seen {
		return true
	}
	j.seen = p.met
	return false
}

func (p *pass) add(a Addition) error {
	if p.again() {
		return nil
	}
	a.Commit = p.jobs[p.at].id
	p.stop = p.run.yield(a)
	return p.stop
}

func (p *pass) miss(path, why string) error {
	if !p.again() {
		j := p.jobs[p.at]
		j.missed = append(j.missed, Missed{j.id, path, why})
	}
	return nil
}

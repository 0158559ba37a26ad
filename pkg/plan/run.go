package plan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
)

const (
	// defaultTimeout is for all calls of the tool together.
	defaultTimeout = 10 * time.Minute
	// grace is how long an interrupted tool has until it is killed.
	grace = 3 * time.Second
)

// Run makes a plan with terraform or tofu in a copy of the root and returns its JSON. It never applies, and it takes no lock:
// others may go on, and nothing stays locked when it is killed.
type Run struct {
	Tool    string        // "terraform" or "tofu"
	Path    string        // the value of PATH, for the tool itself and where it is looked up; relative directories do not count
	Timeout time.Duration // for everything; ten minutes when not positive
	// Env is what else the tool gets of the environment, as NAME=value: HOME, TMPDIR, proxies, TF_VAR_…, TF_WORKSPACE,
	// TF_CLI_CONFIG_FILE, credentials of clouds. There is nothing but that; HOME and TMPDIR are an empty directory by default.
	// Variables that change what the commands do or write (TF_CLI_ARGS, TF_LOG and the like) are an error.
	Env []string
}

// Plan initialises dir, which the caller has made for this purpose, plans there and returns what terraform show -json says.
// The working files are left in dir. A plan that ended in errors has JSON too, when the tool wrote a plan file: then both are
// returned. Values of Env are hidden in the error, which is context.DeadlineExceeded or context.Canceled when that is why.
func (r Run) Plan(ctx context.Context, dir string) (json []byte, err error) {
	tool, err := r.lookUp()
	if err != nil {
		return nil, err
	}
	timeout := r.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline))
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	scratch, err := os.MkdirTemp("", "cdbgate-plan-")
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", r.Tool, err)
	}
	defer os.RemoveAll(scratch)
	s := &session{run: r, ctx: ctx, dir: dir, scratch: scratch, timeout: timeout}
	if err := s.prepare(tool); err != nil {
		return nil, fmt.Errorf("run %s: %w", r.Tool, err)
	}
	return s.plan()
}

// lookUp finds the tool on the path.
func (r Run) lookUp() (string, error) {
	if r.Tool != "terraform" && r.Tool != "tofu" {
		return "", fmt.Errorf("run %q: no such tool: name terraform or tofu", r.Tool)
	}
	for _, dir := range filepath.SplitList(r.Path) {
		// A relative directory could be one of the repository that is judged.
		if !filepath.IsAbs(dir) {
			continue
		}
		if file, err := exec.LookPath(filepath.Join(dir, r.Tool)); err == nil {
			return file, nil
		}
	}
	return "", fmt.Errorf("run %s: it is not on the PATH: install it, or give the plan's JSON made elsewhere", r.Tool)
}

// session is one plan being made.
type session struct {
	run     Run
	ctx     context.Context
	dir     string
	scratch string // a directory of our own
	timeout time.Duration
	tf      *tfexec.Terraform
}

func (s *session) prepare(tool string) error {
	launcher, env, err := s.launcher(tool)
	if err != nil {
		return err
	}
	if s.tf, err = tfexec.NewTerraform(s.dir, launcher); err != nil {
		return err
	}
	// Cancelling closes the pipes, so that a process which has left the group cannot keep us waiting for its output.
	s.tf.SetEnableLegacyPipeClosing(true)
	if err := s.tf.SetWaitDelay(grace); err != nil {
		return err
	}
	return s.tf.SetEnv(env)
}

func (s *session) plan() ([]byte, error) {
	if err := s.call("init", func(ctx context.Context) error { return s.tf.Init(ctx) }); err != nil {
		return nil, err
	}
	file := filepath.Join(s.scratch, "plan")
	failed := s.call("plan", func(ctx context.Context) error {
		_, err := s.tf.Plan(ctx, tfexec.Out(file), tfexec.Lock(false))
		return err
	})
	if _, err := os.Stat(file); failed != nil && (err != nil || s.ctx.Err() != nil) {
		return nil, failed
	}
	json, err := s.show(file)
	if err != nil {
		return nil, errors.Join(failed, err)
	}
	return json, failed
}

// show returns the JSON as the tool writes it; what the library makes of it lacks properties.
func (s *session) show(file string) ([]byte, error) {
	// The library asks for the version before, whose output is not to be mixed up with the plan.
	if err := s.call("version", func(ctx context.Context) error {
		_, _, err := s.tf.Version(ctx, false)
		return err
	}); err != nil {
		return nil, err
	}
	var out limited
	s.tf.SetStdout(&out)
	err := s.call("show", func(ctx context.Context) error {
		_, err := s.tf.ShowPlanFile(ctx, file)
		if exit := (*exec.ExitError)(nil); err == nil || errors.As(err, &exit) || ctx.Err() != nil || out.Len() == 0 {
			return err
		}
		return nil // the library does not like what it reads; Read says why, and knows more versions
	})
	if err != nil {
		return nil, err
	}
	if out.over {
		return nil, fmt.Errorf("run %s show: the plan has more than %d MiB: split the root module", s.run.Tool, maxSize>>20)
	}
	return out.Bytes(), nil
}

// limited keeps as much output as a plan may have. It swallows the rest, for the tool waits for its reader.
type limited struct {
	bytes.Buffer
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	if l.over = l.over || l.Len()+len(p) > maxSize; l.over {
		return len(p), nil
	}
	return l.Buffer.Write(p)
}

package iacdiff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// SidecarName is the file beside a plan that says what it was made from.
const SidecarName = ".cdbgate-plan.json"

// maxSidecar is far more than one needs, in bytes.
const maxSidecar = 64 << 10

// sidecar binds a plan to the code that it was made from.
type sidecar struct {
	SchemaVersion int    `json:"schema_version"` // 1
	Plan          string `json:"plan"`           // the file beside this one
	Root          string `json:"root"`           // the folder that was planned, "." for the top of the repository
	Commit        string `json:"commit"`         // what was checked out, "" outside of git
	RootDigest    string `json:"root_digest"`    // of the root's files as they were planned: "sha256:…"
	PlanDigest    string `json:"plan_digest"`    // of the plan's JSON: "sha256:…"
	Tool          string `json:"tool"`           // "terraform" or "tofu"
	ToolVersion   string `json:"tool_version"`
}

// readSidecar reads the sidecar of a plan's file: nil when there is none, or when it speaks of another file.
func readSidecar(file string) (*sidecar, error) {
	f, err := os.Open(filepath.Join(filepath.Dir(file), SidecarName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errors.New("it cannot be opened")
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSidecar+1))
	if err != nil || len(text) > maxSidecar {
		return nil, errors.New("it cannot be read, or is too large")
	}
	var s sidecar
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil || d.More() {
		return nil, errors.New("it is not what --save-plans writes")
	}
	if s.SchemaVersion != 1 {
		return nil, fmt.Errorf("schema_version %d is not supported, 1 is", s.SchemaVersion)
	}
	if s.Plan != filepath.Base(file) {
		return nil, nil
	}
	return &s, nil
}

// save writes a plan that was made, and its sidecar, below dir: the place of its root with plan.json. Plans hold the values that
// are sensitive, so only the owner may read them.
func save(dir, root, tool, commit, rootDigest string, data []byte, p *plan.Plan) (string, error) {
	folder := filepath.Join(dir, filepath.FromSlash(root))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("--save-plans: %w", err)
	}
	file := filepath.Join(folder, "plan.json")
	s := sidecar{
		SchemaVersion: 1, Plan: filepath.Base(file), Root: root, Commit: commit, RootDigest: rootDigest, PlanDigest: p.Digest,
		Tool: tool, ToolVersion: p.TerraformVersion,
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return "", err
	}
	// The sidecar of an earlier plan must not stay beside a new one when this is interrupted.
	if err := os.Remove(filepath.Join(folder, SidecarName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("--save-plans: %w", err)
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{file, data}, {filepath.Join(folder, SidecarName), append(text, '\n')}} {
		if err := report.WritePrivateFile(f.name, func(w io.Writer) error { _, err := w.Write(f.text); return err }); err != nil {
			return "", fmt.Errorf("--save-plans: %w", err)
		}
	}
	return file, nil
}

// binding is what rules see of a sidecar, nil without one.
func (p *givenPlan) binding(roots *roots) (map[string]any, error) {
	if p.sidecarFault != "" {
		return map[string]any{"unreadable": p.sidecarFault}, nil
	}
	if p.sidecar == nil || p.Plan == nil {
		return nil, nil
	}
	s := p.sidecar
	digest := ""
	if roots.IsRoot(p.Root) {
		var err error
		if digest, err = roots.digest(p.Root); err != nil {
			return nil, err
		}
	}
	return map[string]any{
		"unreadable": "", "root": s.Root, "commit": s.Commit, "judged_commit": roots.run.HeadCommit,
		"same_files": s.RootDigest == digest, "same_plan": s.PlanDigest == p.Digest,
	}, nil
}

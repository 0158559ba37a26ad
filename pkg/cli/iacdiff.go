package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/iacdiff"
	"github.com/claire-de-binare/cdbgate/pkg/plan"
)

// runIaCDiff registers the gate's own flags and returns what its command does.
func runIaCDiff(s *Surroundings, cmd *cobra.Command, o *options) func(context.Context) error {
	plans := cmd.Flags().StringArray("plan", nil, "judge the plan in `[ROOT=]FILE` (terraform show -json, plain or gzip; - reads standard input); repeatable")
	tool := cmd.Flags().String("run", "", "make the plans with `TOOL` (terraform or tofu) in a copy of what is judged; this runs code of the change")
	limit := cmd.Flags().Duration("run-timeout", 10*time.Minute, "how long making one plan may take")
	saved := cmd.Flags().String("save-plans", "", "keep what --run made below `DIR`: ROOT/plan.json and what it was made from, readable by their owner alone")
	return func(ctx context.Context) error {
		g := iacdiff.Gate{Required: true}
		if *saved != "" {
			if *tool == "" {
				return errors.New("--save-plans keeps what --run makes: give --run terraform or --run tofu as well")
			}
			g.SavePlans = s.path(*saved)
		}
		switch *tool {
		case "":
		case "terraform", "tofu":
			g.Run = &plan.Run{Tool: *tool, Path: s.Getenv("PATH"), Timeout: *limit, Env: planEnvironment(s.Environ)}
		default:
			return fmt.Errorf("--run: %q is neither terraform nor tofu", *tool)
		}
		stdin := 0
		for _, spec := range *plans {
			in, err := planInput(s, spec)
			if err != nil {
				return err
			}
			if in.File == "" {
				stdin++
			}
			g.Plans = append(g.Plans, in)
		}
		if stdin > 1 {
			return errors.New("--plan: standard input holds one plan; give the others as files")
		}
		return judge(ctx, s, o, []gate.Gate{g})
	}
}

// planEnvironment is what a tool that plans gets of the environment: where it keeps its files, how it reaches its registries,
// its own variables, and the credentials of clouds. Whatever else a CI system put there stays out.
func planEnvironment(environ []string) []string {
	exact := []string{"HOME", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR", "TF_WORKSPACE"}
	prefixes := []string{"TF_VAR_", "TF_TOKEN_", "AWS_", "GOOGLE_", "CLOUDSDK_", "ARM_", "AZURE_", "DIGITALOCEAN_", "HCLOUD_", "OS_", "VAULT_", "KUBE_", "CLOUDFLARE_"}
	var out []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		upper := strings.ToUpper(name)
		if slices.Contains(exact, upper) || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			out = append(out, pair)
		}
	}
	return out
}

// largeInput is from where on an input is large, in bytes.
const largeInput = 8 << 20

// planInput reads [ROOT=]FILE. A file whose name holds an equals sign is given with a root, or as ./FILE.
func planInput(s *Surroundings, spec string) (iacdiff.PlanInput, error) {
	in := iacdiff.PlanInput{Name: spec}
	if root, file, ok := strings.Cut(spec, "="); ok && root != "" && !strings.HasPrefix(spec, ".") {
		in.Root, in.Name = root, file
	}
	switch in.Name {
	case "":
		return in, fmt.Errorf("--plan: %q names no file", spec)
	case "-":
		in.Open = func() (io.ReadCloser, error) { return io.NopCloser(s.Stdin), nil }
		return in, nil
	}
	in.File = s.path(in.Name)
	info, err := os.Stat(in.File)
	switch {
	case err != nil:
		return in, fmt.Errorf("--plan: %w", err)
	case info.IsDir():
		return in, fmt.Errorf("--plan: %s is a folder: name the plan's JSON in it", in.Name)
	case info.Size() > largeInput:
		s.frugal(planHeadroom)
	}
	in.Open = func() (io.ReadCloser, error) { return os.Open(in.File) }
	return in, nil
}

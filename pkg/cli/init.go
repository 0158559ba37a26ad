package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// starter is the configuration `init` writes. Everything in it is a default, so it changes no verdict.
const starter = `# yaml-language-server: $schema=` + config.SchemaURL + `
# Configuration of cdbgate. Every key is optional. Once there is a base, the gate reads this file from there, so a pull
# request cannot change how it is judged.
version: 1

# Paths no gate looks at (globs from the repository's root).
# exclude: ["testdata/**"]

# Where delivery-gate finds the approval and the humans who may sign; these are the defaults.
# delivery:
#   approval_file: knowledge/governance/DELIVERY_APPROVED.yaml
#   allowed_signers: governance/allowed_signers
#   openpgp_signers: governance/allowed_signers.asc
#   revoked_signers: governance/revoked_signers

# Compose projects that file names alone do not tell, base first.
# compose:
#   projects:
#     - [infrastructure/compose/base.yml, infrastructure/compose/prod.yml]

# Values files that charts are rendered with beside their defaults.
# helm:
#   values:
#     charts/web: [charts/web/values-prod.yaml]

# Parameters of the policy that differ here: cdbgate policy list --params shows all of them.
# params:
#   health_probe: startup
`

func newInit(s *Surroundings) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a commented " + config.FileName,
		Long:  "Write a commented " + config.FileName + " at the repository's root. A file that is there already is left alone.",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			r, err := repo.Open(s.path(dir))
			if err != nil {
				return err
			}
			name := filepath.Join(r.Root(), config.FileName)
			// O_EXCL: neither an existing file nor a link in its place is ever overwritten.
			f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s exists already and was left alone", name)
			}
			if err != nil {
				return err
			}
			_, err = f.WriteString(starter)
			if err = errors.Join(err, f.Close()); err != nil {
				return errors.Join(fmt.Errorf("writing %s: %w", name, err), os.Remove(name))
			}
			_, err = fmt.Fprintf(s.Stdout, "wrote %s\nnext: cdbgate check\n", name)
			return err
		},
	}
	cmd.Flags().StringVarP(&dir, "repo", "C", ".", "the repository at `DIR`")
	return cmd
}

package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func newPolicyExport(s *Surroundings, load loader) *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "Write the rules, their data and their tests to a new or empty folder",
		Args:  oneArgument("export takes the folder to write to"),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := s.path(args[0])
			if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
				return fmt.Errorf("%s is not empty: export writes to a new or empty folder", args[0])
			} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			b, err := load()
			if err != nil {
				return err
			}
			files := 0
			err = b.Export(func(name string, text []byte) error {
				files++
				target := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
					return err
				}
				return report.WriteFile(target, func(w io.Writer) error {
					_, err := w.Write(text)
					return err
				})
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(s.Stdout, "wrote %d files to %s\nuse them with --policy %s\n", files, args[0], args[0])
			return err
		},
	}
}

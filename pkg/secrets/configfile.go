package secrets

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/viper"
)

// configFile is a .gitleaks.toml as it is written. Names, and what is read into which type, are those of gitleaks.
type configFile struct {
	Extend struct {
		Path          string
		URL           string
		UseDefault    bool
		DisabledRules []string
	}
	Rules []struct {
		ID          string
		Description string
		Path        string
		Regex       string
		SecretGroup int
		Entropy     float64
		Keywords    []string
		Tags        []string
		AllowList   *allowlistText // deprecated in gitleaks, but read
		Allowlists  []*allowlistText
		Required    []*struct {
			ID            string
			WithinLines   *int
			WithinColumns *int
		}
		SkipReport bool
	}
	AllowList  *targetedAllowlist // deprecated in gitleaks, but read
	Allowlists []*targetedAllowlist
	MinVersion string
}

// targetedAllowlist is an allowlist for some rules; for all, if it names none.
type targetedAllowlist struct {
	TargetRules   []string
	allowlistText `mapstructure:",squash"`
}

// readConfig reads text as gitleaks reads it, which is by way of viper; the reader here is one of its own and leaves no trace.
func readConfig(text []byte) (*configFile, error) {
	reader := viper.New()
	reader.SetConfigType("toml")
	if err := reader.ReadConfig(bytes.NewReader(text)); err != nil {
		var bad *toml.DecodeError
		if errors.As(err, &bad) {
			line, column := bad.Position()
			return nil, fmt.Errorf("line %d, column %d: %s: correct the TOML there", line, column, bad.Error())
		}
		return nil, fmt.Errorf("%w: correct the TOML", err)
	}
	file := &configFile{}
	if err := reader.Unmarshal(file); err != nil {
		return nil, fmt.Errorf("%w: give the field a value of that type", err)
	}
	return file, nil
}

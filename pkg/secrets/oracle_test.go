package secrets

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	_ "unsafe" // for the link to gitleaks' counter

	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/logging"
)

// extendDepth is gitleaks' count of the configurations extended in this process. It is never set back there, so after two
// of them no configuration extends anything.
//
//go:linkname extendDepth github.com/zricethezav/gitleaks/v8/config.extendDepth
var extendDepth int

var oracleLock sync.Mutex

// oracle makes gitleaks' own detector for a configuration, as its command would.
func oracle(text string) (d *detect.Detector, err error) {
	oracleLock.Lock()
	defer oracleLock.Unlock()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	logging.Logger = logging.Logger.Level(7) // disabled
	extendDepth = 0
	viper.Reset()
	viper.SetConfigType("toml")
	if err := viper.ReadConfig(strings.NewReader(text)); err != nil {
		return nil, err
	}
	var vc config.ViperConfig
	if err := viper.Unmarshal(&vc); err != nil {
		return nil, err
	}
	cfg, err := vc.Translate()
	if err != nil {
		return nil, err
	}
	cfg.Path = ""
	d = detect.NewDetectorContext(context.Background(), cfg)
	d.MaxDecodeDepth = 5
	return d, nil
}

//lint:ignore SA1019 the detector of this version takes no other
func theirFragment(f Fragment) detect.Fragment {
	//lint:ignore SA1019 as above
	return detect.Fragment{
		Raw: f.Text, FilePath: f.Path, WindowsFilePath: f.WindowsPath, CommitSHA: f.Commit, StartLine: f.FirstLine,
	}
}

// theirs and ours are what gitleaks and this package find, one text a finding, sorted.
func theirs(d *detect.Detector, f Fragment) []string {
	found := d.DetectContext(context.Background(), theirFragment(f))
	all := []string{}
	for i := range found {
		g := &found[i]
		match := g.Match
		if g.EndLine == 0 && strings.HasPrefix(match, "file detected: ") {
			match = ""
		}
		slices.Sort(g.Tags)
		all = append(all, fmt.Sprintf("%s %d-%d %.4f %q %q %q %q", g.RuleID, g.StartLine, g.EndLine, g.Entropy, g.Secret, match,
			g.Tags, g.Description))
	}
	slices.Sort(all)
	return all
}

func ours(t testing.TB, s *Scanner, f Fragment) []string {
	t.Helper()
	f.FileItself = true
	found, err := s.Scan(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{}
	for i := range found {
		g := &found[i]
		slices.Sort(g.Tags)
		all = append(all, fmt.Sprintf("%s %d-%d %.4f %q %q %q %q", g.Rule, g.StartLine, g.EndLine, g.Entropy,
			uncover(g.veil.secret), uncover(g.veil.match), g.Tags, g.Description))
	}
	slices.Sort(all)
	return all
}

// same fails unless both find the same.
func same(t testing.TB, d *detect.Detector, s *Scanner, f Fragment) int {
	t.Helper()
	want, have := theirs(d, f), ours(t, s, f)
	if !slices.Equal(want, have) {
		t.Fatalf("path %q, text %q\ngitleaks: %s\nhere:     %s", f.Path, f.Text,
			strings.Join(want, "\n          "), strings.Join(have, "\n          "))
	}
	return len(want)
}

func defaultPair(t testing.TB) (*detect.Detector, *Scanner) {
	t.Helper()
	d, err := oracle(config.DefaultConfig)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return d, r.NewScanner(5)
}

func defaultText() string { return config.DefaultConfig }

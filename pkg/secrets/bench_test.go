package secrets

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sources is so many bytes of the Go standard library, cut into pieces of 1 to 60 lines.
func sources(tb testing.TB, bytes int) []Fragment {
	tb.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	var all []Fragment
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Skip("no Go at hand: ", err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "src")
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if bytes <= 0 {
			return fs.SkipAll
		}
		text, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(text[:min(len(text), 8000)]), "\x00") {
			return err
		}
		bytes -= len(text)
		rel, _ := filepath.Rel(root, path)
		all = append(all, cut(r, filepath.ToSlash(rel), string(text))...)
		return nil
	})
	if err != nil {
		tb.Skip("no sources of Go to scan: ", err)
	}
	return all
}

func cut(r *rand.Rand, path, text string) []Fragment {
	var all []Fragment
	lines := strings.SplitAfter(text, "\n")
	for at := 0; at < len(lines); {
		n := min(1+r.IntN(60), len(lines)-at)
		all = append(all, Fragment{Path: path, FirstLine: at + 1, Text: strings.Join(lines[at:at+n], "")})
		at += n
	}
	return all
}

func size(all []Fragment) (n int64) {
	for i := range all {
		n += int64(len(all[i].Text))
	}
	return n
}

func BenchmarkScan(b *testing.B) {
	all := sources(b, 20e6)
	r, err := Default()
	if err != nil {
		b.Fatal(err)
	}
	for _, depth := range []int{5, 0} {
		b.Run(map[int]string{5: "decoding", 0: "plain"}[depth], func(b *testing.B) {
			s := r.NewScanner(depth)
			b.SetBytes(size(all))
			b.ReportAllocs()
			for b.Loop() {
				for i := range all {
					if _, err := s.Scan(context.Background(), all[i]); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(all)), "ns/fragment")
		})
	}
}

// BenchmarkGitleaks is the same work done by gitleaks' own detector.
func BenchmarkGitleaks(b *testing.B) {
	all := sources(b, 20e6)
	d, _ := defaultPair(b)
	b.SetBytes(size(all))
	for b.Loop() {
		for i := range all {
			d.DetectContext(context.Background(), theirFragment(all[i]))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(all)), "ns/fragment")
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		if _, err := load("", []byte(defaultText()), nil); err != nil {
			b.Fatal(err)
		}
	}
}

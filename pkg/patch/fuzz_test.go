package patch

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
)

// counter receives what the parser makes of anything.
type counter struct{ text int }

func (c *counter) add(a Addition) error { c.text += len(a.Text); return nil }

func (c *counter) miss(string, string) error { return nil }

func FuzzParser(f *testing.F) {
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	for _, s := range []string{
		"",
		":100644 100644 " + a + " " + b + " M\x00f\x00\x00diff --git a/f b/f\nindex " + a + ".." + b + " 100644\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@ x\n-1\n+2\n+3\n\\ No newline at end of file\n",
		":120000 100644 " + a + " " + b + " T\x00f\x00\x00diff --git a/f b/f\ndeleted file mode 120000\nindex " + a + ".." + noID + "\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n" +
			"diff --git a/f b/f\nnew file mode 100644\nindex " + noID + ".." + b + "\nBinary files /dev/null and b/f differ\n",
		":100644 100644 " + a + " " + b + " R090\x00f\x00g\x00\x00diff --git a/f b/g\nsimilarity index 90%\nrename from f\nrename to g\nindex " + a + ".." + b + "\n--- a/f\n+++ b/g\n@@ -0,0 +9999999999 @@\n+\n",
		":000000 100644 " + noID + " " + noID + " U\x00f\x00\x00* Unmerged path f\n",
		"::100644 100644 100644 " + a + " " + b + " " + b + " MM\x00f\x00",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, limit := range []int{0, 8} {
			var c counter
			p := parser{reader: reader{bufio.NewReaderSize(bytes.NewReader(in), 64)}, opt: Options{MaxText: limit}, to: &c}
			_ = p.body()
			if c.text > len(in) {
				t.Errorf("%d bytes out of %d", c.text, len(in))
			}
		}
		r := reader{bufio.NewReaderSize(bytes.NewReader(in), 64)}
		_, _ = r.entries(true)
	})
}

func TestParseHunk(t *testing.T) {
	for in, want := range map[string]hunkHeader{
		"@@ -1 +1 @@": {1, 1, 1}, "@@ -0,0 +1,7 @@": {0, 7, 1}, "@@ -3,2 +4,0 @@ func @@ -9 +9 @@": {2, 0, 4},
	} {
		if h, ok := parseHunk([]byte(in)); !ok || h != want {
			t.Errorf("%q: %+v, %t", in, h, ok)
		}
	}
	for _, in := range []string{"", "@@ -1 +1", "@@ -1,-1 +1 @@", "@@ -a +1 @@", "@@ -1 +1,99999999999999999999 @@", "@@@ -1 -1 +1 @@@"} {
		if h, ok := parseHunk([]byte(in)); ok {
			t.Errorf("%q: %+v", in, h)
		}
	}
}

package audit

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// recovered is what becomes of a log's text when something is appended to it.
func recovered(text []byte) ([]byte, end, error) {
	e, err := inspect(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return nil, e, err
	}
	added, _ := compose(e, strings.Repeat("A", 26), []*batch{{types: []string{"x"}, data: [][]byte{[]byte(`{"a":1}`)}}}, time.Unix(1, 2))
	return append(bytes.Clone(text[:e.keep]), added...), e, nil
}

// TestHoles: lines that a power cut left holes in are cut off with the torn end; so many that no write explains them are refused.
func TestHoles(t *testing.T) {
	whole, _, err := recovered(nil)
	if err != nil {
		t.Fatal(err)
	}
	for holes, refused := range map[int]bool{1: false, mostHoles - 1: false, mostHoles: true, 100_000: true} {
		now, e, err := recovered([]byte(string(whole) + strings.Repeat("\x00{\n", holes)))
		if (err != nil) != refused {
			t.Errorf("%d holes: %v", holes, err)
		}
		if err == nil && (e.torn == nil || e.torn.Bytes != int64(3*holes) || !bytes.HasPrefix(now, whole)) {
			t.Errorf("%d holes: %+v", holes, e)
		}
	}
}

// FuzzRecover: whatever a file holds, it is refused, or what it becomes is an intact log.
func FuzzRecover(f *testing.F) {
	whole, _, err := recovered(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-9])
	f.Add(append(bytes.Clone(whole), "\x00\x00\n{"...))
	f.Add([]byte(`{"data":{"log":"`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > window {
			return // beyond what is read of a log's end
		}
		now, _, err := recovered(text)
		if err != nil {
			return
		}
		if _, err := Verify(bytes.NewReader(now)); err != nil {
			t.Errorf("%q was gone on with: %v", text, err)
		}
	})
}

package openapi

import (
	"cmp"
	"io/fs"
	"maps"
	"slices"
	"testing"
)

// own is the path of the description in every test.
const own = "api/openapi.yaml"

// tree is the files of a repository by path.
type tree map[string]string

func (t tree) read(name string) ([]byte, error) {
	text, ok := t[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

// with returns a tree that has other files as well, or instead.
func (t tree) with(other tree) tree {
	out := maps.Clone(t)
	maps.Copy(out, other)
	return out
}

// loaded reads the description of a tree, which may have problems.
func loaded(t testing.TB, files tree) *Spec {
	t.Helper()
	s, err := Load(files.read, own)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return s
}

// sound reads the description of a tree, which may have none.
func sound(t testing.TB, files tree) *Spec {
	t.Helper()
	s := loaded(t, files)
	for _, p := range s.Problems {
		t.Fatalf("the fixture has a problem: %+v", p)
	}
	return s
}

// one is a tree of the description alone.
func one(text string) tree { return tree{own: text} }

// sorted lists strings in order, for comparing lists whose order has no meaning.
func sorted[T cmp.Ordered](list []T) []T {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

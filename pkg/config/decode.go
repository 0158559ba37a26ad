package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// decoder fills Go values from a document's nodes: unknown keys and wrong types are errors with their place.
type decoder struct{ doc *document.Document }

func (d *decoder) fail(path []any, format string, args ...any) error {
	r, _ := d.doc.Locate(path...)
	return &Error{Path: d.doc.Path, Range: r, Message: fmt.Sprintf(format, args...)}
}

// decode fills *into from n, which stands at path.
func (d *decoder) decode(n *document.Node, into any, path []any) error {
	return d.value(n, reflect.ValueOf(into).Elem(), path)
}

func (d *decoder) value(n *document.Node, v reflect.Value, path []any) error {
	want := func(what string) error {
		return d.fail(path, "%s must be %s, not %s", name(path), what, describe(n))
	}
	if n.Kind == document.Null && v.Kind() != reflect.String && v.Kind() != reflect.Int && v.Kind() != reflect.Bool {
		return nil // a key with all below it commented out
	}
	switch v.Kind() {
	case reflect.Struct:
		if n.Kind != document.Mapping {
			return want("a mapping")
		}
		return d.structure(n, v, path)
	case reflect.Slice:
		if n.Kind != document.Sequence {
			return want("a list")
		}
		out := reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items))
		for i, item := range n.Items {
			if err := d.value(item, out.Index(i), step(path, i)); err != nil {
				return err
			}
		}
		v.Set(out)
	case reflect.Map:
		if n.Kind != document.Mapping {
			return want("a mapping")
		}
		out := reflect.MakeMapWithSize(v.Type(), len(n.Pairs))
		for _, p := range n.Pairs {
			item := reflect.New(v.Type().Elem()).Elem()
			if err := d.value(p.Value, item, step(path, p.Key.Text)); err != nil {
				return err
			}
			out.SetMapIndex(reflect.ValueOf(p.Key.Text), item)
		}
		v.Set(out)
	case reflect.String:
		if n.Kind != document.String {
			return want("a text")
		}
		v.SetString(n.Text)
	case reflect.Int:
		i, err := strconv.Atoi(n.Text)
		if n.Kind != document.Number || err != nil {
			return want("a whole number")
		}
		v.SetInt(int64(i))
	case reflect.Bool:
		if n.Kind != document.Bool {
			return want("true or false")
		}
		v.SetBool(n.Text == "true")
	case reflect.Interface:
		if plain := Plain(n); plain != nil {
			v.Set(reflect.ValueOf(plain))
		}
	default:
		panic("config: no decoder for " + v.Kind().String())
	}
	return nil
}

func (d *decoder) structure(n *document.Node, v reflect.Value, path []any) error {
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		fields[tag] = i
		names = append(names, tag)
	}
	for _, p := range n.Pairs {
		i, known := fields[p.Key.Text]
		here := step(path, p.Key.Text)
		if !known {
			return d.fail(here, "unknown key %q%s (known here: %s)", p.Key.Text, Suggest(p.Key.Text, names), strings.Join(names, ", "))
		}
		if err := d.value(p.Value, v.Field(i), here); err != nil {
			return err
		}
	}
	return nil
}

// Plain converts a node into the types encoding/json knows.
func Plain(n *document.Node) any {
	switch n.Kind {
	case document.Bool:
		return n.Text == "true"
	case document.Number:
		return json.Number(n.Text)
	case document.String:
		return n.Text
	case document.Sequence:
		out := make([]any, len(n.Items))
		for i, item := range n.Items {
			out[i] = Plain(item)
		}
		return out
	case document.Mapping:
		out := make(map[string]any, len(n.Pairs))
		for _, p := range n.Pairs {
			out[p.Key.Text] = Plain(p.Value)
		}
		return out
	}
	return nil
}

// step extends a path without sharing its backing array.
func step(path []any, next any) []any { return append(path[:len(path):len(path)], next) }

func name(path []any) string {
	if len(path) == 0 {
		return "the configuration"
	}
	var b strings.Builder
	for i, s := range path {
		if n, ok := s.(int); ok {
			fmt.Fprintf(&b, "[%d]", n)
			continue
		}
		if i > 0 {
			b.WriteByte('.')
		}
		fmt.Fprint(&b, s)
	}
	return b.String()
}

func describe(n *document.Node) string {
	switch n.Kind {
	case document.Null:
		return "empty"
	case document.Bool:
		return "true or false"
	case document.Number:
		return "a number"
	case document.String:
		return "a text"
	case document.Sequence:
		return "a list"
	}
	return "a mapping"
}

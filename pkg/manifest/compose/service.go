package compose

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	cgo "github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// canonical types a merged service with compose-go and returns it as JSON values: sizes in bytes, durations in Go's
// form, commands and health checks as lists, environment and labels as mappings. What cannot be typed because a variable
// has no value keeps its reference; what cannot be typed at all is left out. fault is told of both.
func canonical(service map[string]any, fault func(path []any, message, remedy string)) map[string]any {
	service = cloneMap(service)
	for key := range service {
		if strings.HasPrefix(key, "x-") {
			delete(service, key)
		}
	}
	held := hold(service, step(step([]*typed{typedAttributes()}, "services"), "x"), nil)
	for _, h := range held {
		fault(h.path, "cannot be judged: "+missing(h.text)+" has no value", remedyVariable(missing(h.text)))
	}
	out, ok := typedService(service)
	if !ok {
		good, _ := salvage(nil, service, func(v any) map[string]any { m, _ := v.(map[string]any); return m }, fault)
		service, _ = good.(map[string]any)
		out, _ = typedService(service)
		if out == nil {
			out = map[string]any{}
		}
	}
	tidy(out)
	for _, h := range held {
		put(out, h.path, h.text)
	}
	return out
}

// salvage returns the parts of v that compose-go can type, and reports the smallest ones it cannot. whole builds a
// service that holds nothing but a given value in the place of v.
func salvage(path []any, v any, whole func(any) map[string]any, fault func([]any, string, string)) (any, bool) {
	if _, ok := typedService(whole(v)); ok {
		return v, true
	}
	var good any
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for _, key := range sorted(v) {
			part := func(x any) map[string]any { return whole(map[string]any{key: x}) }
			if x, ok := salvage(append(path[:len(path):len(path)], key), v[key], part, fault); ok {
				m[key] = x
			}
		}
		good = m
	case []any:
		var list []any
		for i, e := range v {
			part := func(x any) map[string]any { return whole([]any{x}) }
			if x, ok := salvage(append(path[:len(path):len(path)], i), e, part, fault); ok {
				list = append(list, x)
			}
		}
		good = list
	}
	if good != nil {
		if _, ok := typedService(whole(good)); ok {
			return good, true
		}
	}
	if s, ok := v.(string); ok && unresolved(s) {
		fault(path, "cannot be judged: "+missing(s)+" has no value", remedyVariable(missing(s)))
	} else if len(path) > 0 {
		fault(path, "has a value Compose cannot read", "check it with `docker compose config`")
	}
	return nil, false
}

// heldBack is a reference that stands where a number, a size or a boolean belongs.
type heldBack struct {
	path []any
	text string
}

// hold takes the references at typed attributes out of a service.
func hold(v any, trees []*typed, path []any) []heldBack {
	var held []heldBack
	switch v := v.(type) {
	case map[string]any:
		for _, key := range sorted(v) {
			next, at := step(trees, key), append(path[:len(path):len(path)], key)
			s, ok := v[key].(string)
			if ok && unresolved(s) && slices.ContainsFunc(next, func(t *typed) bool { return t.leaf }) {
				held = append(held, heldBack{at, s})
				delete(v, key)
				continue
			}
			held = append(held, hold(v[key], next, at)...)
		}
	case []any:
		items := step(trees, "[]")
		for i, e := range v {
			held = append(held, hold(e, items, append(path[:len(path):len(path)], i))...)
		}
	}
	return held
}

// put writes a value into a tree of JSON values and makes the mappings on the way that typing left out as empty.
func put(root map[string]any, path []any, value any) {
	var at any = root
	for i, step := range path {
		last := i == len(path)-1
		switch v := at.(type) {
		case map[string]any:
			key, ok := step.(string)
			if !ok {
				return
			}
			if last {
				v[key] = value
				return
			}
			if v[key] == nil {
				v[key] = map[string]any{}
			}
			at = v[key]
		case []any:
			index, ok := step.(int)
			if !ok || index >= len(v) || last {
				return
			}
			at = v[index]
		default:
			return
		}
	}
}

// typedService turns a service into compose-go's type and back.
func typedService(service map[string]any) (out map[string]any, ok bool) {
	// The decoding hooks of compose-go assert types without looking.
	defer func() {
		if recover() != nil {
			out, ok = nil, false
		}
	}()
	var config types.ServiceConfig
	if err := cgo.Transform(cloneMap(service), &config); err != nil {
		return nil, false
	}
	data, err := json.Marshal(config)
	if err != nil {
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return out, dec.Decode(&out) == nil
}

// tidy drops what compose-go's types write although nobody did.
func tidy(service map[string]any) {
	for _, key := range []string{"command", "entrypoint"} {
		if service[key] == nil {
			delete(service, key)
		}
	}
	if deploy, ok := service["deploy"].(map[string]any); ok {
		for _, key := range []string{"resources", "placement"} {
			if m, ok := deploy[key].(map[string]any); ok && len(m) == 0 {
				delete(deploy, key)
			}
		}
	}
}

package plan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
	"github.com/claire-de-binare/cdbgate/pkg/plan/synthetic"
)

// FuzzRead holds the reader against encoding/json: what one finds to be JSON, the other does, and in what is accepted both
// count the same entries and read the same addresses.
func FuzzRead(f *testing.F) {
	f.Add(synthetic.Plan(1))
	for _, place := range hidingPlaces {
		f.Add([]byte(withSecret(place.property, place.text, false)))
	}
	for _, text := range []string{"", "{}", `{"format_version":"1.0"}`, shaped(`,"x":[1.5e+3,-0,"\ud83d\ude00\u00e4\"",null,true,false]`), "PK\x03\x04", "\x1f\x8b\x08"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
			return // the bytes beneath are another input
		}
		p, err := plan.Read("plan.json", bytes.NewReader(data), 1) // one worker: the coverage is to be the same each time
		if err != nil {
			var e *plan.Error
			if !errors.As(err, &e) || e.Offset < -1 || e.Offset > int64(len(data)) {
				t.Fatalf("Read = %#v", err)
			}
			for _, syntax := range []string{"not JSON", "truncated", "stands behind"} {
				if strings.Contains(e.Message, syntax) && json.Valid(data) {
					t.Fatalf("%v, but it is JSON", e)
				}
			}
			return
		}
		type entry struct {
			Address string `json:"address"`
		}
		var decoded struct {
			Changes []entry `json:"resource_changes"`
		}
		if err := json.Unmarshal(data, &decoded); err != nil {
			t.Fatalf("accepted, but %v", err)
		}
		if len(decoded.Changes) != len(p.Changes)+p.Unchanged {
			t.Fatalf("%d changes, want %d", len(p.Changes)+p.Unchanged, len(decoded.Changes))
		}
		at := 0
		for _, e := range decoded.Changes {
			if at < len(p.Changes) && p.Changes[at].Address == e.Address {
				at++
			}
		}
		if at != len(p.Changes) {
			t.Fatalf("the addresses of %+v are not those of %+v", p.Changes, decoded.Changes)
		}
	})
}

// FuzzValue compares any two values, and holds the result against what encoding/json makes of them.
func FuzzValue(f *testing.F) {
	f.Add(`{"a":1,"b":[true,null,{"c":"d"}]}`, `{"a":1.0,"b":[true,{},{"c":"\u0064"}]}`, `{"b":[false,{},{"c":true}]}`)
	f.Add(`"a\ud83d\ude00"`, `"a😀"`, `false`)
	f.Add(`"\ud83dx\udc00\ud83d\u0041"`, "\"\xff\"", `{}`)
	f.Add(`{"b":1,"a":2}`, `{"a":2,"b":1e400}`, `{"a":[]}`)
	f.Fuzz(func(t *testing.T, before, after, mark string) {
		p, err := plan.Read("plan.json", strings.NewReader(changing(`"actions":["update"],"before":`+before+`,"after":`+after+`,"after_sensitive":`+mark)), 1)
		b, a, m := decode(before), decode(after), decode(mark)
		if b == nil || a == nil || m == nil {
			return
		}
		if err != nil {
			if !strings.Contains(err.Error(), "twice") && !strings.Contains(err.Error(), "200 levels") {
				t.Fatal(err)
			}
			return
		}
		changes := p.Changes[0].Attributes
		if same := reflect.DeepEqual(b, a); same && len(changes) > 0 && m.value == false {
			t.Fatalf("equal, but %+v", changes)
		} else if !same && len(changes) == 0 && !strings.ContainsAny(before+after, ".eE-") && !strings.Contains(before+after, "null") && !onlyContainers(b.value, a.value) {
			t.Fatal("not equal, but nothing changed")
		}
		if text, ok := a.value.(string); ok && m.value == false && len(changes) == 1 && !strings.HasSuffix(changes[0].After, "…") {
			var shown string
			if err := json.Unmarshal([]byte(changes[0].After), &shown); err != nil || shown != text {
				t.Fatalf("shown as %s, want %q", changes[0].After, text)
			}
		}
	})
}

type decoded struct{ value any }

// decode returns nil for what is no single JSON value.
func decode(text string) *decoded {
	if !json.Valid([]byte(text)) {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v decoded
	if d.Decode(&v.value) != nil {
		return nil
	}
	return &v
}

// onlyContainers reports whether two whole values are both empty, of whatever kind: that is no attribute.
func onlyContainers(a, b any) bool {
	empty := func(v any) bool {
		switch v := v.(type) {
		case nil:
			return true
		case map[string]any:
			return len(v) == 0
		case []any:
			return len(v) == 0
		}
		return false
	}
	return empty(a) && empty(b)
}

// TestAgainstLibrary reads the generated plan with terraform-json, too.
func TestAgainstLibrary(t *testing.T) {
	data := synthetic.Plan(200)
	p := read(t, string(data))
	var library tfjson.Plan
	library.UseJSONNumber(true)
	if err := json.Unmarshal(data, &library); err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, want := range library.ResourceChanges {
		if want.Change.Actions.NoOp() {
			continue
		}
		got := p.Changes[at]
		at++
		var actions tfjson.Actions
		for _, a := range got.Actions {
			actions = append(actions, tfjson.Action(a))
		}
		if got.Address != want.Address || got.Module != want.ModuleAddress || got.Mode != string(want.Mode) || got.Type != want.Type ||
			got.Name != want.Name || got.Provider != want.ProviderName || !reflect.DeepEqual(actions, want.Change.Actions) {
			t.Errorf("change = %+v, want %+v", got, want)
		}
	}
	if at != len(p.Changes) {
		t.Errorf("%d changes, want %d", len(p.Changes), at)
	}
}

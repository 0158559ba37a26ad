package plan_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
)

func TestActions(t *testing.T) {
	tests := []struct {
		actions, rest string
		want          plan.Action // "" when left out
	}{
		{`"create"`, "", plan.Create},
		{`"update"`, "", plan.Update},
		{`"delete"`, "", plan.Delete},
		{`"delete","create"`, "", plan.Replace},
		{`"create","delete"`, "", plan.ReplaceCreateFirst},
		{`"forget"`, "", plan.Forget},
		{`"create","forget"`, "", plan.CreateForget},
		{`"read"`, "", plan.ReadData},
		{`"no-op"`, "", ""},
		{`"no-op"`, `,"importing":{"id":"i-1"}`, plan.Import},
		{`"no-op"`, `,"importing":null`, ""},
		{`"update"`, `,"importing":{}`, plan.Update},
	}
	for _, test := range tests {
		p := read(t, changing(`"actions":[`+test.actions+`]`+test.rest))
		if test.want == "" {
			if len(p.Changes) != 0 || p.Unchanged != 1 {
				t.Errorf("%s%s = %+v", test.actions, test.rest, p.Changes)
			}
			continue
		}
		if len(p.Changes) != 1 || p.Unchanged != 0 {
			t.Fatalf("%s: %d changes", test.actions, len(p.Changes))
		}
		c := p.Changes[0]
		if c.Action != test.want || `"`+strings.Join(c.Actions, `","`)+`"` != test.actions {
			t.Errorf("%s%s = %s %q, want %s", test.actions, test.rest, c.Action, c.Actions, test.want)
		}
		if want := strings.Contains(test.rest, "{"); c.Importing != want {
			t.Errorf("%s: importing = %v", test.rest, c.Importing)
		}
	}
}

func TestEntry(t *testing.T) {
	text := shaped(`,"resource_changes":[{"address":"module.m[\"a.b\"].data.t.n[\"k\"]","previous_address":"t.old","module_address":"module.m[\"a.b\"]",` +
		`"mode":"data","type":"t","name":"n","index":"k","provider_name":"p","deposed":"d1","action_reason":"because\nof it",` +
		`"change":{"actions":["no-op"],"replace_paths":[["a"],["b",0,"c d"],[]]}}]`)
	p := read(t, text)
	want := []plan.Change{{
		Address: `module.m["a.b"].data.t.n["k"]`, PreviousAddress: "t.old", Module: `module.m["a.b"]`, Mode: "data", Type: "t",
		Name: "n", Provider: "p", Deposed: "d1", Index: `"k"`, Actions: []string{"no-op"}, Action: plan.Move, Reason: "because of it",
		ReplacePaths: []string{"a", `b[0]["c d"]`, ""}, Offset: int64(strings.Index(text, `{"address"`)),
	}}
	if !reflect.DeepEqual(p.Changes, want) {
		t.Errorf("changes = %+v, want %+v", p.Changes, want)
	}
}

func TestIndex(t *testing.T) {
	for _, test := range []struct{ address, index, want string }{
		{"a.b[0]", "0", "0"},
		{`a.b[\"x\"]`, `"x"`, `"x"`},
		{`a.b[\"$${x}\"]`, `"${x}"`, `"$${x}"`},
		{"a.b", "", ""},
		{"a.b", "null", ""},
		{"other", "7", "7"},
	} {
		index := ""
		if test.index != "" {
			index = `,"index":` + test.index
		}
		p := read(t, shaped(`,"resource_changes":[{"address":"`+test.address+`","type":"a","name":"b"`+index+`,"change":{"actions":["create"]}}]`))
		if got := p.Changes[0].Index; got != test.want {
			t.Errorf("index of %s = %q, want %q", test.address, got, test.want)
		}
	}
}

func TestDriftAndDeferred(t *testing.T) {
	entry := func(address, rest, change string) string {
		return `{"address":"` + address + `"` + rest + `,"change":{` + change + `}}`
	}
	p := read(t, shaped(`,"resource_drift":[`+entry("a.moved", `,"previous_address":"a.old"`, `"actions":["no-op"],"before":{"x":1},"after":{"x":1}`)+
		`,`+entry("a.drift", "", `"actions":["update"],"before":{"x":1},"after":{"x":2}`)+
		`,`+entry("a.both", `,"previous_address":"a.z"`, `"actions":["update"],"before":{"x":1},"after":{"x":2}`)+
		`,`+entry("a.odd", "", `"actions":["no-op"],"before":{"x":1},"after":{"x":2}`)+
		`,`+entry("a.gone", "", `"actions":["delete"],"before":{"x":1},"after":null`)+`]`+
		`,"deferred_changes":[{"reason":"provider_config_unknown","resource_change":`+entry("a.later", `,"action_reason":"x"`, `"actions":["create"],"after":{"x":1}`)+`}]`))
	var drift []string
	for _, c := range p.Drift {
		drift = append(drift, fmt.Sprint(c.Address, " ", c.Action, " ", c.Attributes[0].Before, ">", c.Attributes[0].After))
	}
	if want := []string{"a.drift update 1>2", "a.both update 1>2", "a.odd no-op 1>2", "a.gone delete 1>"}; !reflect.DeepEqual(drift, want) {
		t.Errorf("drift = %q, want %q", drift, want)
	}
	if len(p.Deferred) != 1 || p.Deferred[0].Reason != "provider_config_unknown" || p.Deferred[0].Address != "a.later" || p.Deferred[0].Action != plan.Create {
		t.Errorf("deferred = %+v", p.Deferred)
	}
	if p.Unchanged != 0 || p.Changes != nil {
		t.Errorf("changes = %+v", p.Changes)
	}
}

func TestOutputs(t *testing.T) {
	p := read(t, shaped(`,"output_changes":{"z":{"actions":["delete"],"before":"x","before_sensitive":false},`+
		`"same":{"actions":["no-op"]},"marked":{"actions":["update"],"after_sensitive":{"a":true}},"a":{"actions":["create"]}},`+
		`"configuration":{"root_module":{"outputs":{"a":{"sensitive":true}}}}`))
	want := []plan.Output{
		{"a", []string{"create"}, plan.Create, true},
		{"marked", []string{"update"}, plan.Update, true},
		{"z", []string{"delete"}, plan.Delete, false},
	}
	if !reflect.DeepEqual(p.Outputs, want) {
		t.Errorf("outputs = %+v, want %+v", p.Outputs, want)
	}
}

func TestData(t *testing.T) {
	p := read(t, shaped(`,"resource_changes":[{"address":"data.a.b","mode":"data","change":{"actions":["read"]}},{"address":"a.b","mode":"managed","change":{"actions":["read"]}}]`))
	if len(p.Changes) != 1 || p.Changes[0].Mode != "managed" || p.Unchanged != 1 {
		t.Errorf("changes = %+v, unchanged %d", p.Changes, p.Unchanged)
	}
}

// TestAttributes compares two sides. Attributes are written as path: before > after, with ! for sensitive and ? for unknown.
func TestAttributes(t *testing.T) {
	long := strings.Repeat("ä", 300)
	tests := map[string]struct {
		change string
		want   []string
	}{
		"nothing":           {`"before":{"a":1,"b":[1,{"c":null}]},"after":{"a":1.0,"b":[1e0,{}]}`, nil},
		"scalars":           {`"before":{"a":1,"b":"x","c":true},"after":{"a":2,"b":"y","c":false}`, []string{"a: 1 > 2", `b: "x" > "y"`, "c: true > false"}},
		"kinds":             {`"before":{"a":1,"b":"1"},"after":{"a":"1","b":{"x":1}}`, []string{`a: 1 > "1"`, `b: "1" > `, "b.x:  > 1"}},
		"exact numbers":     {`"before":{"a":9007199254740993,"b":1e400,"c":0.10},"after":{"a":9007199254740992,"b":1e401,"c":1e-1}`, []string{"a: 9007199254740993 > 9007199254740992", "b: 1e400 > 1e401"}},
		"exponents":         {`"before":{"a":1e99999999999999999999},"after":{"a":1e99999999999999999998}`, []string{"a: 1e99999999999999999999 > 1e99999999999999999998"}},
		"escapes":           {`"before":{"a":"\u0041\/","b":"a\nb"},"after":{"a":"A/","b":"a\u2028\u0000\ud83d\ude00"}`, []string{`b: "a\nb" > "a\u2028\u0000😀"`}},
		"create":            {`"before":null,"after":{"a":"x","n":null,"e":[],"m":{"k":1}}`, []string{`a:  > "x"`, "e:  > []", "m.k:  > 1"}},
		"delete":            {`"before":{"a":"x","l":[1,2]},"after":null`, []string{`a: "x" > `, "l[0]: 1 > ", "l[1]: 2 > "}},
		"null":              {`"before":{"a":null,"b":1},"after":{"a":1,"b":null}`, []string{"a: null > 1", "b: 1 > null"}},
		"lists":             {`"before":{"l":[1,2,3]},"after":{"l":[1,3]}`, []string{"l[1]: 2 > 3", "l[2]: 3 > "}},
		"paths":             {`"before":{},"after":{"a":{"b":[{"c d":{"e":1}}],"0":2,"x-y":3,"":4}}`, []string{`a.b[0]["c d"].e:  > 1`, "a.x-y:  > 3", `a[""]:  > 4`, `a["0"]:  > 2`}},
		"unsorted":          {`"before":{"b":1,"a":1},"after":{"a":2,"b":1}`, []string{"a: 1 > 2"}},
		"long":              {`"before":{},"after":{"a":"` + long + `"}`, []string{`a:  > "` + long[:2*198] + "…"}},
		"unknown":           {`"before":{"a":1,"t":{"k":"v"}},"after":{},"after_unknown":{"a":true,"b":true,"t":true,"l":[{"x":true}],"f":false,"e":{}}`, []string{"a: 1 > (known after apply) ?", "b:  > (known after apply) ?", "l[0].x:  > (known after apply) ?", `t: {"k":"v"} > (known after apply) ?`}},
		"unknown element":   {`"before":{"l":["a","b"]},"after":{"l":["a",null]},"after_unknown":{"l":[false,true]}`, []string{`l[1]: "b" > (known after apply) ?`}},
		"all unknown":       {`"before":null,"after":null,"after_unknown":true`, []string{":  > (known after apply) ?"}},
		"sensitive":         {`"before":{"a":"old1","b":1},"after":{"a":"new1","b":1},"before_sensitive":{"a":true},"after_sensitive":{"a":true}`, []string{"a: (sensitive value) > (sensitive value) !"}},
		"same sensitive":    {`"before":{"a":"old1"},"after":{"a":"old1"},"before_sensitive":{"a":true},"after_sensitive":{"a":true}`, nil},
		"one side":          {`"before":{"a":"old1"},"after":{"a":"new1"},"after_sensitive":{"a":true}`, []string{"a: (sensitive value) > (sensitive value) !"}},
		"sensitivity alone": {`"before":{"a":"old1","b":2},"after":{"a":"old1","b":2},"before_sensitive":{},"after_sensitive":{"a":true}`, []string{"a: (sensitive value) > (sensitive value) !"}},
		"sensitive equal":   {`"before":{"m":{"a":1.0,"b":null,"d":["\u0041"]}},"after":{"m":{"a":1,"c":null,"d":["A"]}},"before_sensitive":{"m":true},"after_sensitive":{"m":true}`, nil},
		"sensitive keys":    {`"before":{"m":{"a":1}},"after":{"m":{"b":1}},"before_sensitive":{"m":true},"after_sensitive":{"m":true}`, []string{"m: (sensitive value) > (sensitive value) !"}},
		"parent":            {`"before":{"m":{"k":"old1"}},"after":{"m":{"k":"new1","l":1}},"before_sensitive":{"m":true},"after_sensitive":{"m":true}`, []string{"m: (sensitive value) > (sensitive value) !"}},
		"everything":        {`"before":null,"after":{"a":"new1"},"after_sensitive":true`, []string{":  > (sensitive value) !"}},
		"element":           {`"before":{"l":["x","old1"]},"after":{"l":["y","new1"]},"before_sensitive":{"l":[false,true]},"after_sensitive":{"l":[false,true]}`, []string{`l[0]: "x" > "y"`, "l[1]: (sensitive value) > (sensitive value) !"}},
		"odd mark":          {`"before":{"a":"old1"},"after":{"a":"new1"},"after_sensitive":{"a":"yes"}`, []string{"a: (sensitive value) > (sensitive value) !"}},
		"mark of other kind": {
			`"before":{"a":["old1"]},"after":{"a":["new1"]},"after_sensitive":{"a":{"0":true}}`,
			[]string{"a: (sensitive value) > (sensitive value) !"},
		},
		"short marks":       {`"before":{"a":["o","o"]},"after":{"a":["n","n"]},"after_sensitive":{"a":[true]}`, []string{"a: (sensitive value) > (sensitive value) !"}},
		"sensitive unknown": {`"before":{"a":"old1"},"after":{},"after_unknown":{"a":true},"after_sensitive":{"a":true}`, []string{"a: (sensitive value) > (known after apply) !?"}},
		"elsewhere":         {`"before":{"a":"hunter2","b":"x","n":77},"after":{"a":"hunter3","b":"is hunter3!","c":"{\"p\":\"hunter3\"}","n":77,"m":88},"after_sensitive":{"a":true,"m":true},"after_unknown":{}`, []string{"a: (sensitive value) > (sensitive value) !", "b: (sensitive value) > (sensitive value) !", "c:  > (sensitive value) !", "m:  > (sensitive value) !"}},
		"number elsewhere":  {`"before":{},"after":{"a":7700,"b":7.7e3,"c":"7700","d":77001},"after_sensitive":{"a":true}`, []string{"a:  > (sensitive value) !", "b:  > (sensitive value) !", "c:  > (sensitive value) !", "d:  > 77001"}},
		"short secret":      {`"before":{},"after":{"a":"abc","b":"abc"},"after_sensitive":{"a":true}`, []string{"a:  > (sensitive value) !", `b:  > "abc"`}},
		"key":               {`"before":{},"after":{"a":"hunter2","t":{"x-hunter2":"y","z":1},"hunter2":1},"after_sensitive":{"a":true}`, []string{"a:  > (sensitive value) !", "hunter2:  > 1", "t.z:  > 1", `t["(sensitive value)"]:  > (sensitive value) !`}},
		"not an object":     {`"before":1,"after":"x"`, []string{`: 1 > "x"`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := read(t, changing(`"actions":["update"],`+test.change))
			if got := lines(p.Changes[0].Attributes); !reflect.DeepEqual(got, test.want) {
				t.Errorf("attributes = %q\nwant %q", got, test.want)
			}
			var unknown []string
			for _, a := range p.Changes[0].Attributes {
				if a.Unknown {
					unknown = append(unknown, a.Path)
				}
			}
			if got := p.Changes[0].Unknown; !reflect.DeepEqual(got, unknown) {
				t.Errorf("unknown = %q, want %q", got, unknown)
			}
		})
	}
}

func lines(all []plan.Attribute) (lines []string) {
	for _, a := range all {
		flags := ""
		if a.Sensitive {
			flags += "!"
		}
		if a.Unknown {
			flags += "?"
		}
		lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s: %s > %s %s", a.Path, a.Before, a.After, flags), " "))
	}
	return lines
}

func TestBounds(t *testing.T) {
	var many []string
	for i := range 1500 {
		many = append(many, fmt.Sprintf(`"k%04d":%d`, i, i))
	}
	c := read(t, changing(`"actions":["create"],"after":{`+strings.Join(many, ",")+`}`)).Changes[0]
	if len(c.Attributes) != 1000 || c.Cut != 500 || c.Attributes[999].Path != "k0999" {
		t.Errorf("attributes, cut = %d, %d", len(c.Attributes), c.Cut)
	}
	deep := strings.Repeat(`{"`+strings.Repeat("k", 90)+`":`, 150) + `1` + strings.Repeat(`}`, 150)
	a := read(t, changing(`"actions":["create"],"after":`+deep)).Changes[0].Attributes
	if len(a) != 1 || len(a[0].Path) > 500 || !strings.HasSuffix(a[0].Path, "…") || a[0].After != "1" {
		t.Errorf("deep = %+v", a)
	}
	if e := refused(t, changing(`"actions":["create"],"after":[`+strings.Repeat("0,", 1<<20)+`0]`)); !strings.Contains(e.Message, "more than") {
		t.Errorf("values = %v", e)
	}
	if e := refused(t, shaped(`,"resource_drift":[`+strings.Repeat("0,", 250_000)+`0]`)); !strings.Contains(e.Message, "more than 250000 changes") {
		t.Errorf("entries = %v", e)
	}
	if e := refused(t, `{"format_version":"1.2"`+strings.Repeat(`,"":1`, 1)+func() (s string) {
		var b strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&b, `,"p%d":1`, i)
		}
		return b.String()
	}()+`}`); !strings.Contains(e.Message, "properties") {
		t.Errorf("properties = %v", e)
	}
}

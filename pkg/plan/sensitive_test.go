package plan_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
)

// hidingPlaces are where a value can be sensitive. Each is a fragment of a plan by its property, with @ for the secret.
var hidingPlaces = map[string]struct{ property, text string }{
	"variable":           {"variables", `"pw":{"value":"@"}`},
	"part of a variable": {"variables", `"pw":{"value":{"a":["x","@"]}}`},
	"undeclared":         {"variables", `"other":{"value":"@"}`},
	"ephemeral":          {"variables", `"session":{"value":"@"}`},
	"trimmed":            {"variables", `"pw":{"value":"  @\n"}`},
	"escaped":            {"variables", `"pw":{"value":"\u0020@"}`},
	"before":             {"resource_changes", `{"address":"a.x","change":{"actions":["delete"],"before":{"k":"@"},"before_sensitive":{"k":true}}}`},
	"after":              {"resource_changes", `{"address":"a.x","change":{"actions":["create"],"after":{"k":"@"},"after_sensitive":{"k":true}}}`},
	"below":              {"resource_changes", `{"address":"a.x","change":{"actions":["create"],"after":{"k":[{"l":"@"}]},"after_sensitive":{"k":true}}}`},
	"all of it":          {"resource_changes", `{"address":"a.x","change":{"actions":["create"],"after":{"k":"@"},"after_sensitive":true}}`},
	"list":               {"resource_changes", `{"address":"a.x","change":{"actions":["create"],"after":{"k":["x","@"]},"after_sensitive":{"k":[false,true]}}}`},
	"odd mark":           {"resource_changes", `{"address":"a.x","change":{"actions":["create"],"after":{"k":"@"},"after_sensitive":{"k":1}}}`},
	"no-op":              {"resource_changes", `{"address":"a.x","change":{"actions":["no-op"],"before":{"k":"@"},"after":{"k":"@"},"before_sensitive":{"k":true}}}`},
	"unsorted":           {"resource_changes", `{"address":"a.x","change":{"actions":["create"],"after":{"z":"@","k":"y"},"after_sensitive":{"z":true,"a":{}}}}`},
	"drift":              {"resource_drift", `{"address":"a.x","change":{"actions":["update"],"before":{"k":"x"},"after":{"k":"@"},"after_sensitive":{"k":true}}}`},
	"deferred":           {"deferred_changes", `{"reason":"@","resource_change":{"address":"a.x","change":{"actions":["create"],"after":{"k":"@"},"after_sensitive":{"k":true}}}}`},
	"output":             {"output_changes", `"o":{"actions":["create"],"after":"@","after_sensitive":true}`},
	"output's old value": {"output_changes", `"o":{"actions":["delete"],"before":["@"],"before_sensitive":true}`},
	"declared output":    {"output_changes", `"secret":{"actions":["create"],"after":"@"}`},
	"planned":            {"planned_values", `"root_module":{"resources":[{"values":{"k":"@"},"sensitive_values":{"k":true}}]}`},
	"planned in module":  {"planned_values", `"root_module":{"child_modules":[{"child_modules":[{"resources":[{"sensitive_values":{"k":true},"values":{"k":"@"}}]}]}]}`},
	"planned output":     {"planned_values", `"outputs":{"o":{"sensitive":true,"value":{"a":"@"}}}`},
	"prior state":        {"prior_state", `"values":{"root_module":{"resources":[{"mode":"data","values":{"k":"@"},"sensitive_values":{"k":true}}]}}`},
	"prior output":       {"prior_state", `"values":{"outputs":{"secret":{"value":"@"}}}`},
	"action":             {"action_invocations", `{"address":"action.x","config_values":{"k":"@"},"config_sensitive":{"k":true}}`},
	"deferred action":    {"deferred_action_invocations", `{"reason":"x","action_invocation":{"config_values":{"k":"@"},"config_sensitive":{"k":true}}}`},
	"replace path":       {"resource_changes", `{"address":"a.x","change":{"actions":["delete","create"],"before":{"m":{"@":1}},"after":{"m":{"@":2}},"before_sensitive":{"m":true},"after_sensitive":{"m":true},"after_unknown":{"m":{"@":true}},"replace_paths":[["m","@"]]}}`},
	"unknown element":    {"resource_changes", `{"address":"a.x","change":{"actions":["update"],"before":{"m":{"a":"@"}},"after":{},"after_unknown":{"m":true},"before_sensitive":{"m":{"a":true}}}}`},
}

// withSecret makes a plan in which a secret hides in one place and is repeated in all that are not marked.
func withSecret(property, text string, repeat bool) string {
	const configuration = `"root_module":{"variables":{"pw":{"sensitive":true},"session":{"ephemeral":true},"plain":{"default":"x"}},"outputs":{"secret":{"sensitive":true}}}`
	properties := map[string]string{"configuration": configuration, property: text}
	if repeat {
		const copies = `{"address":"a.copy","action_reason":"for @","change":{"actions":["delete","create"],"before":{"a":"@","b":["x @ y"],"m":{"@":"z","k @":{"l":1}}},` +
			`"after":{"a":"new","c":{"d":{"e":"{\"f\":\"@\"}"}},"m":{}},"after_unknown":{"b":true,"m":{"@":true}},"replace_paths":[["m","@"],["m",["@"]]]}}`
		for name, copy := range map[string]string{
			"resource_changes": copies, "resource_drift": copies, "deferred_changes": `{"reason":"@","resource_change":` + copies + `}`,
			"output_changes": `"copy":{"actions":["create"],"after":"@"}`,
		} {
			if properties[name] != "" {
				copy = "," + copy
			}
			properties[name] += copy
		}
	}
	var b strings.Builder
	for name, text := range properties {
		brackets := "{}"
		switch name {
		case "resource_changes", "resource_drift", "deferred_changes", "action_invocations", "deferred_action_invocations":
			brackets = "[]"
		}
		fmt.Fprintf(&b, `,"%s":%c%s%c`, name, brackets[0], text, brackets[1])
	}
	return shaped(b.String())
}

// TestCanary hides a random secret in every place that can be sensitive, with copies of it in places that are not, and looks
// for it in all that comes out: the plan, and the refusals of damaged ones.
func TestCanary(t *testing.T) {
	for name, place := range hidingPlaces {
		for _, repeat := range []bool{false, true} {
			if repeat && name == "replace path" {
				continue // a key is no value: it is hidden where it is marked, and not looked for elsewhere
			}
			t.Run(fmt.Sprint(name, repeat), func(t *testing.T) {
				for _, secret := range []string{rand.Text(), rand.Text() + `\"<&>\\` + rand.Text(), strings.Repeat(rand.Text(), 20), "ä" + rand.Text()[:3]} {
					text := strings.ReplaceAll(withSecret(place.property, place.text, repeat), `"{\"f\":\"@\"}"`, `"{\"f\":\"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret)+`\"}"`)
					text = strings.ReplaceAll(text, "@", secret)
					checkCanary(t, text, secret)
				}
			})
		}
	}
}

func checkCanary(t *testing.T, text, secret string) {
	t.Helper()
	out, err := json.Marshal(read(t, text))
	if err != nil {
		t.Fatal(err)
	}
	// A part gives a secret away as well.
	part := secret[:min(len(secret), 10)]
	if strings.Contains(string(out), part) {
		t.Errorf("the secret %s of %s is in %s", secret, text, out)
	}
	step := max(len(text)/15, 1)
	for at := 1; at < len(text); at += step {
		for _, damaged := range []string{text[:at], text[:at] + "\x01" + text[at:], text[:at] + "]" + text[at:], text[:at] + `"` + text[at:]} {
			_, err := plan.Read("plan.json", strings.NewReader(damaged), 2)
			if err != nil && strings.Contains(err.Error(), part) {
				t.Errorf("the secret %s is in the error %v", secret, err)
			}
		}
	}
}

// TestCanaryInVain shows that the canary's copies do come out when nothing is sensitive.
func TestCanaryInVain(t *testing.T) {
	text := strings.ReplaceAll(withSecret("checks", "", true), "@", "canary")
	text = strings.Replace(text, `"checks":{}`, `"checks":[]`, 1)
	p := read(t, text)
	want := []string{`a: "canary" > "new"`, `b: ["x canary y"] > (known after apply) ?`, `c.d.e:  > "{\"f\":\"canary\"}"`, `m.canary: "z" > (known after apply) ?`, `m["k canary"].l: 1 > `}
	if got := lines(p.Changes[0].Attributes); !reflect.DeepEqual(got, want) {
		t.Errorf("attributes = %q\nwant %q", got, want)
	}
	if got := p.Changes[0].ReplacePaths; !reflect.DeepEqual(got, []string{"m.canary", `m["(sensitive value)"]`}) || p.Changes[0].Reason != "for canary" {
		t.Errorf("paths = %q, reason %q", got, p.Changes[0].Reason)
	}
}

// TestWithoutConfiguration takes every variable for sensitive when nothing says which are.
func TestWithoutConfiguration(t *testing.T) {
	text := `,"variables":{"a":{"value":"hunter2"}},"resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":{"k":"hunter2"}}}]`
	declared := `,"configuration":{"root_module":{"variables":{"a":{}}}}`
	if got := lines(read(t, shaped(text)).Changes[0].Attributes); !reflect.DeepEqual(got, []string{"k:  > (sensitive value) !"}) {
		t.Errorf("without configuration: %q", got)
	}
	if got := lines(read(t, shaped(text+declared)).Changes[0].Attributes); !reflect.DeepEqual(got, []string{`k:  > "hunter2"`}) {
		t.Errorf("with configuration: %q", got)
	}
}

// TestTaint hides attributes by what their expressions refer to.
func TestTaint(t *testing.T) {
	const modules = `"variables":{"pw":{"sensitive":true,"default":"root-default"},"plain":{}},"module_calls":{` +
		`"db":{"expressions":{"in":{"references":["var.pw"]},"other":{"references":["var.plain"]},"key":{"constant_value":"given-constant"}},"module":{"variables":{"in":{},"other":{},"key":{"sensitive":true}},` +
		`"outputs":{"dsn":{"sensitive":true},"host":{}},"resources":[{"address":"a.b","expressions":{"x":{"references":["var.in.part","var.in"]},"y":{"references":["var.other"]}}}]}}}`
	tests := map[string]struct {
		expressions string
		want        []string // the sensitive ones of x, y.z and y.w
	}{
		"nothing":       {`{}`, nil},
		"constant":      {`{"x":{"constant_value":{"references":"var.pw"}}}`, nil},
		"plain":         {`{"x":{"references":["var.plain","var.pwd","local.pw","a.pw"]}}`, nil},
		"variable":      {`{"x":{"references":["var.plain","var.pw"]}}`, []string{"x"}},
		"part":          {`{"x":{"references":["var.pw.a.b"]}}`, []string{"x"}},
		"element":       {`{"x":{"references":["var.pw[0]"]}}`, []string{"x"}},
		"output":        {`{"x":{"references":["module.db.dsn","module.db"]}}`, []string{"x"}},
		"plain output":  {`{"x":{"references":["module.db.host","module.db"]}}`, nil},
		"instance":      {`{"x":{"references":["module.db[\"a.b]\"].dsn"]}}`, []string{"x"}},
		"whole module":  {`{"x":{"references":["module.db"]}}`, []string{"x"}},
		"block":         {`{"y":{"z":{"references":["var.pw"]}}}`, []string{"y.z"}},
		"blocks":        {`{"y":[{"z":{}},{"w":{"references":["var.pw"]}}]}`, []string{"y.w"}},
		"several":       {`{"x":{"references":["var.pw"]},"y":[{"z":{"references":["var.pw"]}},{"z":{},"w":{"references":["var.pw"]}}]}`, []string{"x", "y.w", "y.z"}},
		"block and all": {`{"y":[{"z":{"references":["var.pw"]}},{"references":["var.pw"]},{"z":{"references":["var.pw"]}}]}`, []string{"y.w", "y.z"}},
		"all of it":     {`{"y":{"references":["var.pw"]}}`, []string{"y.w", "y.z"}},
		"no expression": {`[]`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := read(t, shaped(`,"configuration":{"root_module":{`+modules+`,"resources":[{"address":"a.b","expressions":`+test.expressions+`}]}},`+
				`"resource_changes":[{"address":"a.b[0]","mode":"managed","type":"a","name":"b","index":0,"change":{"actions":["create"],"after":{"x":"xx","y":{"z":"zz","w":"ww"}}}},`+
				`{"address":"module.db[\"k\"].a.b","module_address":"module.db[\"k\"]","mode":"managed","type":"a","name":"b","change":{"actions":["create"],"after":{"x":"xx","y":"yy","z":"root-default","w":"given-constant"}}}]`))
			var got []string
			for _, a := range p.Changes[0].Attributes {
				if a.Sensitive {
					got = append(got, a.Path)
				}
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("sensitive = %q, want %q", got, test.want)
			}
			want := []string{"w:  > (sensitive value) !", "x:  > (sensitive value) !", `y:  > "yy"`, "z:  > (sensitive value) !"}
			if got := lines(p.Changes[1].Attributes); !reflect.DeepEqual(got, want) {
				t.Errorf("in the module: %q, want %q", got, want)
			}
		})
	}
}

// TestManySecrets looks for many that begin alike.
func TestManySecrets(t *testing.T) {
	var values, copies []string
	for i := range 5000 {
		values = append(values, fmt.Sprintf(`"arn:aws:iam::%d"`, i*7))
	}
	for i := range 300 {
		copies = append(copies, fmt.Sprintf(`"k%d":"x arn:aws:iam::%d y"`, i, i))
	}
	p := read(t, shaped(`,"resource_changes":[{"address":"a.b","change":{"actions":["no-op"],"before":[`+strings.Join(values, ",")+`],"before_sensitive":true}},`+
		`{"address":"a.c","change":{"actions":["create"],"after":{`+strings.Join(copies, ",")+`}}}]`))
	for _, a := range p.Changes[0].Attributes {
		var i int
		fmt.Sscanf(a.Path, "k%d", &i)
		// arn:aws:iam::7 is a secret and 77 holds it, as does 70 to 79; 0 to 9 hold 0 or 7 only when they are it.
		want := false
		for j := 0; j < 5000; j++ {
			want = want || strings.HasPrefix(fmt.Sprint(i), fmt.Sprint(j*7))
		}
		if a.Sensitive != want {
			t.Errorf("%s %s: sensitive = %v, want %v", a.Path, a.After, a.Sensitive, want)
		}
	}
}

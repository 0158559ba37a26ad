package plan_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
)

// TestHostile reads plans that are made to take long. The bound is loose; a reader whose time is not linear misses it by far.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const size = 1 << 20
	nest := func(open, inner, end string, levels int) string {
		return strings.Repeat(open, levels) + inner + strings.Repeat(end, levels)
	}
	letters := strings.Repeat("a", size)
	var unsorted, alike strings.Builder
	for i := range size / 20 {
		fmt.Fprintf(&unsorted, `"k%d":%d,`, (i*7919)%1000003, i)
		fmt.Fprintf(&alike, `"%s%d",`, strings.Repeat("a", 60), i)
	}
	secret := `,"variables":{"v":{"value":"%s"}}`
	for name, text := range map[string]string{
		"long strings":   changing(`"actions":["update"],"before":{"a":"` + letters + `x"},"after":{"a":"` + letters + `y"}`),
		"escapes":        changing(`"actions":["create"],"after":{"a":"` + strings.Repeat(`\u00e4`, size/6) + `"}`),
		"long key":       changing(`"actions":["create"],"after":{"` + letters + `":` + nest(`{"a":`, `[`+strings.Repeat("0,", 1000)+`0]`, `}`, 150) + `}`),
		"deep":           changing(`"actions":["update"],"before":` + nest("[", `"`+letters+`x"`, "]", 190) + `,"after":` + nest("[", `"`+letters+`y"`, "]", 190)),
		"deep marks":     changing(`"actions":["update"],"before":` + nest("[", "1", "]", 190) + `,"after":` + nest("[", "2", "]", 190) + `,"after_sensitive":` + nest("[", `[`+strings.Repeat("true,", 100_000)+`true]`, "]", 189)),
		"unsorted":       changing(`"actions":["create"],"after":{` + strings.TrimSuffix(unsorted.String(), ",") + `}`),
		"numbers":        changing(`"actions":["update"],"before":[1` + strings.Repeat("0", size) + `],"after":[1` + strings.Repeat("0", size) + `.0]`),
		"secret in it":   strings.Replace(changing(`"actions":["create"],"after":{"a":"`+letters+`"}`), `,"resource`, fmt.Sprintf(secret, strings.Repeat("a", 1000)+"b")+`,"resource`, 1),
		"secrets alike":  strings.Replace(changing(`"actions":["create"],"after":{"a":"`+letters+`"}`), `,"resource`, `,"variables":{"v":{"value":[`+alike.String()+`"x"]}},"resource`, 1),
		"nested modules": shaped(`,"configuration":{"root_module":` + nest(`{"variables":{"s":{"sensitive":true}},"module_calls":{"m":{"module":`, `{"resources":[{"expressions":`+nest(`{"a":`, `"`+letters+`"`, `}`, 20)+`}]}`, `}}}`, 55) + `}`),
		"nested state":   shaped(`,"planned_values":{"root_module":` + nest(`{"child_modules":[`, `{"resources":[{"values":"`+letters+`","sensitive_values":true}]}`, `]}`, 90) + `}`),
		"references":     shaped(`,"configuration":{"root_module":{"variables":{"s":{"sensitive":true}},"resources":[{"address":"a.b","expressions":{"x":{"references":[` + strings.Repeat(`"module.m[\"x\"].y",`, size/20) + `"var.x"]}}}]}}`),
		"small changes":  shaped(`,"resource_changes":[` + strings.TrimSuffix(strings.Repeat(`{"address":"a","change":{"actions":["create"]}},`, size/48), ",") + `]`),
		"calls":          shaped(`,"configuration":{"root_module":{"module_calls":{` + strings.TrimSuffix(strings.Repeat(`"":{},`, 250_001), ",") + `}}}`),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := plan.Read("plan.json", strings.NewReader(text), 2)
			took := time.Since(start)
			t.Logf("%d bytes in %v: %.100v", len(text), took, err)
			if took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if refusal := name == "calls"; (err != nil) != refusal {
				t.Errorf("Read = %v", err)
			}
		})
	}
}

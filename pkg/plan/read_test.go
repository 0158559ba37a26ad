package plan_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
	"github.com/claire-de-binare/cdbgate/pkg/plan/synthetic"
)

// shaped puts properties into an object that is otherwise a plan.
func shaped(properties string) string {
	return `{"format_version":"1.2","terraform_version":"1.11.4"` + properties + `}`
}

// changing is a plan of one change with the parts given.
func changing(change string) string {
	return shaped(`,"resource_changes":[{"address":"a.b","mode":"managed","type":"a","name":"b","change":{` + change + `}}]`)
}

func read(t *testing.T, text string) *plan.Plan {
	t.Helper()
	p, err := plan.Read("plan.json", strings.NewReader(text), 2)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return p
}

// refused reads what is to be refused.
func refused(t *testing.T, text string) *plan.Error {
	t.Helper()
	p, err := plan.Read("plan.json", strings.NewReader(text), 2)
	var e *plan.Error
	if !errors.As(err, &e) {
		t.Fatalf("Read = %v, %v, want a refusal", p, err)
	}
	if e.Name != "plan.json" || e.Message == "" || e.Remedy == "" || e.Offset < -1 || e.Offset > int64(len(text)) {
		t.Errorf("refusal = %#v", *e)
	}
	return e
}

func TestRefusals(t *testing.T) {
	cut := shaped(`,"resource_changes":[` + strings.Repeat(" ", 1<<16))[:1<<16]
	tests := map[string]struct {
		text string // with ¦ where the fault is, if it has a place
		says string
	}{
		"empty":                  {"", "empty"},
		"blank":                  {" \n\t", "empty"},
		"text":                   {"¦Terraform will perform the following actions:", "not JSON"},
		"list":                   {"¦[]", "something else"},
		"string":                 {` ¦"x" `, "something else"},
		"syntax":                 {`{"format_version":"1.2",¦}`, "not JSON"},
		"control":                {"{\"a\":\"¦\n\"}", "control character"},
		"leading zero":           {shaped(`,"x":0¦1`), "comma"},
		"escape":                 {`{"a":"\¦x"}`, "escape"},
		"truncated":              {`{"format_version":"1.2","resource_changes":[{"addr¦`, "truncated"},
		"truncated escape":       {`{"format_version":"\u00¦`, "truncated"},
		"truncated word":         {`{"complete":tru¦`, "truncated"},
		"truncated number":       {`{"complete":-¦`, "truncated"},
		"wrapper":                {cut + "¦", "65,536"},
		"wrapper's line":         {"¦[command]/usr/bin/terraform show -json p\n{}", "wrapper"},
		"plan file":              {"PK\x03\x04\x14\x00", "zip"},
		"state":                  {`{"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"x","outputs":{},"resources":[]}`, "state"},
		"shown state":            {shaped(`,"values":{"root_module":{}}`), "state"},
		"shown nothing":          {`{"format_version":"1.0"}`, "nothing of a plan"},
		"schemas":                {`{"format_version":"1.0","provider_schemas":{}}`, "nothing of a plan"},
		"log lines":              {"{\"@level\":\"info\",\"@message\":\"x\"}\n{\"@level\":\"info\",\"@message\":\"y\"}\n", "log lines"},
		"log line":               {`{"@level":"info","@message":"Terraform 1.11.4","type":"version"}`, "log lines"},
		"cut log line":           {`{"@level":"info","@message":"Terraform 1.11.4","type":"ver`, "log lines"},
		"encrypted":              {`{"meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}`, "encrypted"},
		"mark":                   {"¦\xef\xbb\xbf" + shaped(""), "byte order mark"},
		"UTF-16":                 {"¦\xff\xfe{\x00}\x00", "UTF-16"},
		"UTF-16 without mark":    {"¦{\x00}\x00", "UTF-16"},
		"duplicate":              {shaped(`,"resource_changes":[],"¦resource_changes":[]`), "resource_changes stands twice"},
		"escaped duplicate":      {shaped(`,"resource_changes":[],"¦resource\u005fchanges":[]`), "twice"},
		"unknown duplicate":      {shaped(`,"x":1,"¦x":2`), "a property stands twice"},
		"other letters":          {shaped(`,"Resource_Changes":¦[]`), "other letters"},
		"no version":             {`{"terraform_version":"1.11.4","resource_changes":[]}`, "format_version is missing"},
		"null version":           {`{"format_version":null,"resource_changes":[]}`, "format_version is missing"},
		"version number":         {`{"format_version":¦1.2,"resource_changes":[]}`, "not a string"},
		"version 2":              {`{"format_version":¦"2.0","resource_changes":[]}`, "not supported"},
		"version 10":             {`{"format_version":¦"10.1","resource_changes":[]}`, "not supported"},
		"version words":          {`{"format_version":¦"one","resource_changes":[]}`, "no version"},
		"changes object":         {shaped(`,"resource_changes":¦{}`), "not a list"},
		"drift string":           {shaped(`,"resource_drift":¦"x"`), "not a list"},
		"deferred number":        {shaped(`,"deferred_changes":¦1`), "not a list"},
		"complete string":        {shaped(`,"complete":¦"true"`), "neither true nor false"},
		"errored number":         {shaped(`,"errored":¦0`), "neither true nor false"},
		"timestamp":              {shaped(`,"timestamp":¦"yesterday"`), "RFC 3339"},
		"timestamp number":       {shaped(`,"timestamp":¦5`), "not a string"},
		"variables list":         {shaped(`,"variables":¦[]`), "not an object"},
		"trailing":               {shaped("") + " ¦x", "behind the plan"},
		"trailing object":        {shaped("") + "\n¦{}", "behind the plan"},
		"change string":          {shaped(`,"resource_changes":[¦"x"]`), "not an object"},
		"change without address": {shaped(`,"resource_changes":[¦{"change":{}}]`), "no address"},
		"change without change":  {shaped(`,"resource_changes":[¦{"address":"a.b"}]`), "what changes"},
		"address number":         {shaped(`,"resource_changes":[{"address":¦5}]`), "wrong type"},
		"change twice":           {shaped(`,"resource_changes":[{"address":"a.b","change":{},"¦change":{}}]`), "twice"},
		"actions in capitals":    {changing(`"¦Actions":["no-op"]`), "other letters"},
		"no actions":             {changing(`"actions":¦[]`), "actions"},
		"actions absent":         {strings.Replace(changing(`"before":null`), `{"before`, `¦{"before`, 1), "actions"},
		"unknown action":         {changing(`"actions":¦["explode"]`), "actions"},
		"three actions":          {changing(`"actions":¦["create","delete","create"]`), "actions"},
		"actions string":         {changing(`"actions":¦"create"`), "wrong type"},
		"property twice":         {changing(`"actions":["create"],"after":{"x":1,"x":2¦}`), "twice"},
		"deferred nothing":       {shaped(`,"deferred_changes":[¦{"reason":"x"}]`), "what changes"},
		"output's actions":       {shaped(`,"output_changes":{"o":¦{"actions":["x"]}}`), "actions"},
		"output twice":           {shaped(`,"output_changes":{"o":{"actions":["no-op"]},"¦o":{"actions":["no-op"]}}`), "twice"},
		"too deep":               {shaped(`,"x":` + strings.Repeat("[", 199) + "¦" + strings.Repeat("[", 5000)), "200 levels"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			offset := int64(strings.Index(test.text, "¦"))
			e := refused(t, strings.Replace(test.text, "¦", "", 1))
			if e.Offset != offset || !strings.Contains(e.Message, test.says) {
				t.Errorf("refusal = %d %q, want %d and %q", e.Offset, e.Message, offset, test.says)
			}
			if text := e.Error(); !strings.HasPrefix(text, "plan.json: ") || !strings.HasSuffix(text, e.Remedy) {
				t.Errorf("Error = %q", text)
			}
		})
	}
}

func TestGzip(t *testing.T) {
	pack := func(r io.Reader) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := io.Copy(z, r); err != nil {
			t.Fatal(err)
		}
		z.Close()
		return b.Bytes()
	}
	text := changing(`"actions":["create"]`)
	packed := pack(strings.NewReader(text))
	plain, zipped := read(t, text), read(t, string(packed))
	if !reflect.DeepEqual(plain, zipped) {
		t.Errorf("gzip = %+v, want %+v", zipped, plain)
	}
	for name, text := range map[string]string{
		"truncated": string(packed[:len(packed)-12]),
		"head":      string(packed[:5]),
		"damaged":   string(packed[:len(packed)-6]) + "xxxxxx",
		"header":    "\x1f\x8b" + strings.Repeat("x", 30),
	} {
		p, err := plan.Read("plan.json", strings.NewReader(text), 1)
		var e *plan.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, "gzip") {
			t.Errorf("%s = %v, %v", name, p, err)
		}
	}
	if testing.Short() {
		return
	}
	// A gzip file may be several, one behind the other.
	member := pack(strings.NewReader(strings.Repeat(" ", 1<<20)))
	e := refused(t, strings.Repeat(string(member), 257))
	if !strings.Contains(e.Message, "256 MiB") {
		t.Errorf("bomb = %v", e)
	}
}

func TestReaderError(t *testing.T) {
	broken := errors.New("broken")
	for _, head := range []string{"", `{"format`, "\x1f\x8b\x08"} {
		_, err := plan.Read("-", io.MultiReader(strings.NewReader(head), iotest.ErrReader(broken)), 1)
		if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "-: ") {
			t.Errorf("Read(%q) = %v", head, err)
		}
	}
}

func TestHeader(t *testing.T) {
	text := shaped(`,"timestamp":"2026-11-24T15:25:04+01:00","applyable":true,"complete":false,"errored":null,"zebra":1,"apple":{}`)
	p := read(t, text)
	if p.Name != "plan.json" || p.FormatVersion != "1.2" || p.TerraformVersion != "1.11.4" {
		t.Errorf("header = %+v", p)
	}
	if want := time.Date(2026, 11, 24, 14, 25, 4, 0, time.UTC); !p.Timestamp.Equal(want) {
		t.Errorf("timestamp = %v, want %v", p.Timestamp, want)
	}
	if p.Applyable == nil || !*p.Applyable || p.Complete == nil || *p.Complete || p.Errored != nil {
		t.Errorf("applyable, complete, errored = %v, %v, %v", p.Applyable, p.Complete, p.Errored)
	}
	if want := []string{"apple", "zebra"}; !reflect.DeepEqual(p.Unknown, want) {
		t.Errorf("unknown = %q, want %q", p.Unknown, want)
	}
	if !strings.HasPrefix(p.Digest, "sha256:") || len(p.Digest) != 71 || p.Digest == read(t, text+"\n").Digest {
		t.Errorf("digest = %q", p.Digest)
	}
	bare := read(t, ` {"format_version":"0.1","resource_changes":null} `)
	if bare.Applyable != nil || bare.Complete != nil || !bare.Timestamp.IsZero() || bare.Changes != nil || bare.TerraformVersion != "" {
		t.Errorf("bare = %+v", bare)
	}
	for _, version := range []string{"1", "0.2", "1.0", "1.99", "1.2.3"} {
		read(t, `{"format_version":"`+version+`","resource_changes":[]}`)
	}
}

// TestOneResult reads a plan with different numbers of workers, and in bits and pieces.
func TestOneResult(t *testing.T) {
	data := synthetic.Plan(500)
	want := read(t, string(data))
	if len(want.Changes) != 450 || want.Unchanged != 50 {
		t.Fatalf("changes, unchanged = %d, %d", len(want.Changes), want.Unchanged)
	}
	for _, workers := range []int{-1, 1, 3, 8} {
		p, err := plan.Read("plan.json", iotest.HalfReader(bytes.NewBuffer(data)), workers)
		if err != nil || !reflect.DeepEqual(p, want) {
			t.Errorf("%d workers: %v", workers, err)
		}
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, data, "", "\t"); err != nil {
		t.Fatal(err)
	}
	p := read(t, pretty.String())
	for i := range p.Changes {
		p.Changes[i].Offset = want.Changes[i].Offset
	}
	if p.Digest = want.Digest; !reflect.DeepEqual(p, want) {
		t.Error("the indented plan reads otherwise")
	}
}

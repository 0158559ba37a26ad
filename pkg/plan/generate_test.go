package plan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
)

// generate makes a plan of n changes as the tool lays one out: every value stands in resource_changes, planned_values and
// prior_state. One in ten changes is no-op, four in ten create, four update and one deletes; each has a sensitive value.
func generate(n int) []byte {
	var changes, planned, prior, config []byte
	values := func(i, version int) string {
		return fmt.Sprintf(`{"ami":"ami-%08x","arn":"arn:aws:ec2:eu-central-1:123456789012:instance/i-%016x","associate_public_ip_address":false,`+
			`"availability_zone":"eu-central-1a","cpu_core_count":%d,"cpu_options":[{"amd_sev_snp":"","core_count":4,"threads_per_core":2}],`+
			`"ebs_block_device":[{"delete_on_termination":true,"device_name":"/dev/sdf","encrypted":true,"iops":3000,"volume_size":%d}],`+
			`"instance_type":"t3.large","password":"secret-%012d","private_ip":"10.0.%d.%d","security_groups":["sg-%08x","sg-0001"],`+
			`"tags":{"Name":"web-%d","environment":"production","owner":"platform team","version":"%d"},"user_data":"#!/bin/sh\necho \"%d\"\n","volume":null}`,
			i, i, i%64, i%500, i, i>>8&255, i&255, i, i, version, i)
	}
	marks := `{"cpu_options":[{}],"ebs_block_device":[{}],"password":true,"security_groups":[false,false],"tags":{}}`
	list := func(to []byte, format string, args ...any) []byte {
		if len(to) > 0 {
			to = append(to, ',')
		}
		return fmt.Appendf(to, format, args...)
	}
	for i := range n {
		head := fmt.Sprintf(`"address":"module.app[%d].aws_instance.web","mode":"managed","type":"aws_instance","name":"web","provider_name":"registry.terraform.io/hashicorp/aws"`, i)
		before, after, unknown, beforeMarks, afterMarks, actions := values(i, 1), values(i, 1), `{}`, marks, marks, `["no-op"]`
		switch i % 10 {
		case 0:
		case 1, 2, 3, 4:
			before, beforeMarks, unknown, actions = "null", "false", `{"id":true,"cpu_options":[{}],"public_ip":true}`, `["create"]`
		case 5:
			after, afterMarks, actions = "null", "false", `["delete"]`
		default:
			after, actions = values(i, 2), `["update"]`
		}
		changes = list(changes, `{%s,"module_address":"module.app[%d]","change":{"actions":%s,"before":%s,"after":%s,"after_unknown":%s,"before_sensitive":%s,"after_sensitive":%s}}`,
			head, i, actions, before, after, unknown, beforeMarks, afterMarks)
		for _, side := range []struct {
			to     *[]byte
			values string
		}{{&planned, after}, {&prior, before}} {
			if side.values != "null" {
				*side.to = list(*side.to, `{"address":"module.app[%d]","resources":[{%s,"schema_version":1,"values":%s,"sensitive_values":%s}]}`, i, head, side.values, marks)
			}
		}
		if i%10 == 0 {
			config = list(config, `{"address":"aws_instance.web%d","mode":"managed","type":"aws_instance","name":"web%d","expressions":{"ami":{"references":["var.ami"]},"tags":{"constant_value":{"a":"b"}}},"schema_version":1}`, i, i)
		}
	}
	return fmt.Appendf(nil, `{"format_version":"1.2","terraform_version":"1.11.4","variables":{"ami":{"value":"ami-1"},"token":{"value":"variable-canary"}},`+
		`"planned_values":{"root_module":{"child_modules":[%s]}},"resource_changes":[%s],"prior_state":{"format_version":"1.0","values":{"root_module":{"child_modules":[%s]}}},`+
		`"configuration":{"root_module":{"variables":{"ami":{},"token":{"sensitive":true}},"resources":[%s]}},"timestamp":"2026-11-24T14:25:04Z","applyable":true,"complete":true,"errored":false}`,
		planned, changes, prior, config)
}

// large is a plan of 15,000 changes and about 40 MB.
var large = sync.OnceValue(func() []byte { return generate(15000) })

func BenchmarkRead(b *testing.B) {
	data := large()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := plan.Read("plan.json", bytes.NewReader(data), 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode is what encoding/json takes for the same bytes into a tree.
func BenchmarkDecode(b *testing.B) {
	data := large()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLarge reads the large plan from a file and holds the reader to three times its size, in all the memory the runtime asked
// for meanwhile. The bound on time is loose: it is there to catch what is not linear.
func TestLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 200 MB")
	}
	path := t.TempDir() + "/plan.json"
	data := generate(15000)
	size := len(data)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	data = nil
	runtime.GC()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	peak := watchHeap()
	start := time.Now()
	p, err := plan.Read(path, file, 2)
	took, most := time.Since(start), peak()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Changes) != 13500 || p.Unchanged != 1500 {
		t.Errorf("changes, unchanged = %d, %d, want 13500, 1500", len(p.Changes), p.Unchanged)
	}
	t.Logf("%d bytes in %v, heap at most %d bytes", size, took, most)
	if took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if most > 3*uint64(size) {
		t.Errorf("the heap grew to %d bytes for a plan of %d", most, size)
	}
}

// watchHeap samples the heap until the function it returns is called, which tells the largest.
func watchHeap() func() uint64 {
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var largest uint64
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				most <- largest
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				largest = max(largest, m.HeapAlloc)
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-most
	}
}

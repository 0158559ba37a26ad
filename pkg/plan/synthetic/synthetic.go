// Package synthetic makes plans as large as one likes, for tests and measurements.
package synthetic

import "fmt"

// Plan makes the JSON of a plan of n changes as terraform lays one out: every value stands in resource_changes, planned_values and
// prior_state. One in ten changes is no-op, four in ten create, four update and one deletes; each has a sensitive value.
func Plan(n int) []byte {
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

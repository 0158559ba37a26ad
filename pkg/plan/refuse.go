package plan

import "bytes"

// foreign recognises, before any parsing, files that stand where a plan's JSON should.
func foreign(data []byte) *Error {
	start := bytes.TrimLeft(data, " \t\r\n")
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return refuse(-1, "run terraform show -json FILE (tofu show -json FILE) and give its output", "this is the plan file itself, a zip archive")
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return refuse(0, "write it as UTF-8 without one; PowerShell does with -Encoding utf8NoBOM", "the plan begins with a byte order mark")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")),
		bytes.HasPrefix(data, []byte("{\x00")), bytes.HasPrefix(data, []byte("\x00{")):
		return refuse(0, "write it as UTF-8; PowerShell does with -Encoding utf8NoBOM", "the plan is in UTF-16")
	case len(start) == 0:
		return refuse(-1, showAgain, "the file is empty")
	}
	return nil
}

// foreign recognises JSON objects that are no plan.
func (t *top) foreign() *Error {
	has := func(names ...string) bool {
		for _, name := range names {
			if _, ok := t.values[name]; ok {
				return true
			}
		}
		return false
	}
	switch {
	case has("encrypted_data", "encryption_version"):
		// OpenTofu: {"meta": …, "encrypted_data": …, "encryption_version": "v0"}, for plans and states alike.
		return refuse(-1, "run tofu show -json FILE where the key is and give its output", "this is a plan or a state that OpenTofu has encrypted")
	case has("values", "serial", "lineage") && !has("planned_values", "resource_changes"):
		return refuse(-1, "show the plan: terraform plan -out=FILE, then terraform show -json FILE", "this is a state, not a plan")
	case has("@level"):
		return refuse(-1, "save the plan with terraform plan -out=FILE, then "+showPlan, "these are the log lines of terraform plan -json, not a plan")
	case !has("format_version"):
		return refuse(-1, showPlan, "format_version is missing: this is no plan")
	case !has("terraform_version"):
		for name := range t.values {
			if known[name] {
				return nil
			}
		}
		// What terraform show -json prints without a file and without a state.
		return refuse(-1, "show the plan: terraform plan -out=FILE, then terraform show -json FILE", "there is nothing of a plan in it")
	}
	return nil
}

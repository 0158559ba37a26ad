package main

deny contains "the plan ended in errors" if input.errored

deny contains "the plan is not complete" if input.complete == false

deny contains msg if {
	count(input.deferred_changes) > 0
	msg := sprintf("the plan defers %d changes", [count(input.deferred_changes)])
}

deny contains msg if {
	some drift in input.resource_drift
	msg := sprintf("%s has drifted", [drift.address])
}

persistent := {"aws_db_instance", "aws_s3_bucket", "aws_dynamodb_table", "aws_efs_file_system", "aws_kms_key"}

deny contains msg if {
	some change in input.resource_changes
	"delete" in change.change.actions
	change.type in persistent
	msg := sprintf("%s: the plan deletes it, and it keeps data", [change.address])
}

warn contains msg if {
	some change in input.resource_changes
	"delete" in change.change.actions
	not change.type in persistent
	msg := sprintf("%s: the plan deletes it", [change.address])
}

package cdbgate.iac_diff_test

# what a plan does to end a resource, and how it is told.
endings := {
	"delete": "deletes it", "replace": "deletes it and creates it anew",
	"replace-create-first": "creates it anew and deletes the old one",
	"forget": "forgets it: nothing manages it any longer",
	"create-forget": "creates it anew and forgets the old one",
}

database := {"address": "aws_db_instance.main", "type": "aws_db_instance", "name": "main"}

# ending is an input about a resource that the plan ends.
ending(resource, changes) := an_entry("planned", object.union(object.union(resource, {"action": "delete"}), changes))

test_iac004_of_what_keeps_data if {
	every action, told in endings {
		graded("IAC004", ending(database, {"action": action})) == {["error", [], sprintf("aws_db_instance.main: the plan %s, and it keeps data", [told])]}
	}
}

test_iac004_of_other_types if {
	every action, told in endings {
		graded("IAC004", ending({}, {"action": action})) == {["warning", [], sprintf("aws_instance.web: the plan %s", [told])]}
	}
}

test_iac004_other_actions if {
	every action in ["create", "update", "import", "move", "read", "no-op", ""] {
		graded("IAC004", ending(database, {"action": action})) == set()
	}
}

test_iac004_because if {
	messages("IAC004", ending({}, {"action_reason": "delete_because_no_resource_config"})) == {
		"aws_instance.web: the plan deletes it (delete_because_no_resource_config)",
	}
	messages("IAC004", ending(database, {"action": "replace", "replace_paths": ["engine", "tags.a"]})) == {
		"aws_db_instance.main: the plan deletes it and creates it anew, and it keeps data (forced by engine, tags.a)",
	}
	messages("IAC004", ending(database, {"action": "replace", "action_reason": "replace_because_cannot_update", "replace_paths": ["engine"]})) == {
		"aws_db_instance.main: the plan deletes it and creates it anew, and it keeps data (replace_because_cannot_update; forced by engine)",
	}
}

test_iac004_approved if {
	every resource in [database, {"address": "module.eu.aws_instance.web[0]"}] {
		every patterns in [["^aws_db_instance\\.main$", "^module\\.eu\\."], ["."], ["never", "aws_"]] {
			graded("IAC004", ending(resource, {})) == set() with data.cdbgate.params.approved_destructions as patterns
		}
		every patterns in [[], ["^aws_db_instance\\.mai$"], ["^main$"], ["Aws_"]] {
			count(graded("IAC004", ending(resource, {}))) == 1 with data.cdbgate.params.approved_destructions as patterns
		}
	}
}

test_iac004_the_types_are_parameters if {
	{severity | some [severity, _, _] in graded("IAC004", ending({}, {}))} == {"error"} with data.cdbgate.params.persistent_types as ["^aws_instance$"]
	{severity | some [severity, _, _] in graded("IAC004", ending(database, {}))} == {"warning"} with data.cdbgate.params.persistent_types as []
	{severity | some [severity, _, _] in graded("IAC004", ending(database, {}))} == {"warning"} with data.cdbgate.params.accessory_types as ["_instance$"]
}

test_iac004_other_subjects if {
	every subject in ["drift", "plan", "object"] {
		graded("IAC004", an_entry(subject, {"action": "delete"})) == set()
	}
}

keeping_data := {
	"aws_db_instance", "aws_rds_cluster", "aws_dynamodb_table", "aws_docdb_cluster", "aws_neptune_cluster", "aws_redshift_cluster",
	"aws_elasticache_replication_group", "aws_opensearch_domain", "aws_s3_bucket", "aws_s3_object_lambda_bucket", "aws_efs_file_system",
	"aws_fsx_lustre_file_system", "aws_ebs_volume", "aws_db_snapshot", "aws_backup_vault", "aws_kms_key", "aws_secretsmanager_secret",
	"aws_ssm_parameter", "aws_route53_zone", "aws_ecr_repository", "aws_cognito_user_pool", "aws_msk_cluster", "aws_kinesis_stream",
	"aws_sqs_queue", "aws_cloudwatch_log_group", "aws_keyspaces_table", "aws_acm_certificate", "aws_s3_bucket_object",
	"google_sql_database_instance", "google_storage_bucket", "google_bigquery_dataset", "google_bigtable_instance",
	"google_spanner_instance", "google_firestore_database", "google_alloydb_cluster", "google_redis_instance", "google_filestore_instance",
	"google_compute_disk", "google_secret_manager_secret", "google_kms_crypto_key", "google_dns_managed_zone", "google_pubsub_topic",
	"google_artifact_registry_repository", "google_logging_project_bucket_config", "azurerm_mssql_server", "azurerm_mssql_database",
	"azurerm_postgresql_flexible_server", "azurerm_cosmosdb_account", "azurerm_storage_account", "azurerm_storage_container",
	"azurerm_storage_share", "azurerm_storage_table", "azurerm_storage_data_lake_gen2_filesystem", "azurerm_managed_disk",
	"azurerm_key_vault", "azurerm_key_vault_key", "azurerm_recovery_services_vault", "azurerm_netapp_volume", "azurerm_eventhub",
	"azurerm_servicebus_queue", "azurerm_log_analytics_workspace", "azurerm_dns_zone", "kubernetes_persistent_volume_claim",
	"kubernetes_persistent_volume_claim_v1", "kubernetes_persistent_volume", "kubernetes_stateful_set_v1", "kubernetes_namespace_v1",
	"kubernetes_secret", "hcloud_volume", "hcloud_snapshot", "hcloud_storage_box", "openstack_blockstorage_volume_v3",
	"openstack_objectstorage_container_v1", "openstack_db_instance_v1", "openstack_sharedfilesystem_share_v2", "openstack_dns_zone_v2",
	"openstack_keymanager_secret_v1", "cloudflare_r2_bucket", "cloudflare_d1_database", "cloudflare_workers_kv_namespace",
	"cloudflare_zone", "vault_mount", "vault_kv_secret_v2", "vault_transit_secret_backend_key", "docker_volume", "kafka_topic",
	"postgresql_database", "mongodbatlas_advanced_cluster", "digitalocean_database_cluster", "digitalocean_volume",
}

keeping_none := {
	"aws_instance", "aws_vpc", "aws_security_group", "aws_iam_role", "aws_lambda_function", "aws_route53_record", "aws_lb_listener",
	"aws_s3_bucket_policy", "aws_s3_bucket_public_access_block", "aws_s3_bucket_versioning", "aws_s3_bucket_lifecycle_configuration",
	"aws_s3_bucket_acl", "aws_db_subnet_group", "aws_db_parameter_group", "aws_rds_cluster_parameter_group", "aws_elasticache_subnet_group",
	"aws_volume_attachment", "aws_efs_mount_target", "aws_efs_access_point", "aws_kms_alias", "aws_kms_grant",
	"aws_secretsmanager_secret_policy", "aws_secretsmanager_secret_rotation", "aws_ecr_repository_policy", "aws_ecr_lifecycle_policy",
	"aws_cognito_user_pool_client", "aws_backup_plan", "aws_backup_selection", "aws_msk_configuration", "aws_opensearch_domain_policy",
	"aws_acm_certificate_validation", "aws_lb_listener_certificate", "aws_db_event_subscription", "google_compute_instance",
	"google_compute_network", "google_storage_bucket_iam_member", "google_storage_bucket_acl", "google_kms_crypto_key_iam_binding",
	"google_secret_manager_secret_iam_policy", "google_sql_user", "google_bigquery_dataset_access", "google_compute_attached_disk",
	"google_compute_disk_resource_policy_attachment", "azurerm_virtual_network", "azurerm_linux_virtual_machine",
	"azurerm_key_vault_access_policy", "azurerm_storage_account_network_rules", "azurerm_mssql_firewall_rule",
	"azurerm_postgresql_flexible_server_configuration", "azurerm_virtual_machine_data_disk_attachment", "azurerm_backup_policy_vm",
	"azurerm_private_dns_zone_virtual_network_link", "azurerm_cosmosdb_sql_role_assignment", "azurerm_eventhub_consumer_group",
	"kubernetes_deployment_v1", "kubernetes_config_map", "kubernetes_service", "kubernetes_storage_class",
	"kubernetes_certificate_signing_request_v1", "hcloud_server", "hcloud_network", "hcloud_volume_attachment",
	"openstack_compute_instance_v2", "openstack_compute_volume_attach_v2", "openstack_blockstorage_volume_type_v3",
	"openstack_networking_port_v2", "cloudflare_record", "cloudflare_dns_record", "cloudflare_ruleset", "vault_policy",
	"vault_auth_backend", "vault_kubernetes_auth_backend_role", "vault_identity_group", "vault_audit", "random_password", "random_id",
	"null_resource", "terraform_data", "local_file", "archive_file", "helm_release", "kafka_acl", "postgresql_role", "postgresql_grant",
	"dbt_job", "aws_cloudfront_distribution",
}

judged_persistent(types) := {type | some type in types; "error" in {severity | some [severity, _, _] in graded("IAC004", ending({}, {"type": type}))}}

test_iac004_types_that_keep_data if keeping_data - judged_persistent(keeping_data) == set()

test_iac004_types_that_keep_none if judged_persistent(keeping_none) == set()

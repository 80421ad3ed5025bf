"""Defects of the builders: network, firewall, logs, database, service."""

from tests.mutation import Mutant, defects

MUTANTS: list[Mutant] = [
    *defects(
        "lib/network/vpc.py",
        (
            'ignore_changes=["availability_zone", "cidr_block"]',
            'ignore_changes=["availability_zone"]',
            "properties/test_every_setting.py::test_what_a_setting_replaces",
        ),
        (
            "nat_gateways[min(index, len(nat_gateways) - 1)]",
            "nat_gateways[0]",
            "unit/lib/network/test_vpc.py::test_the_ways_out",
        ),
        (
            "*nat_gateways, endpoint]",
            "*nat_gateways]",
            "properties/test_order.py::test_removal_goes_the_other_way",
        ),
        (
            "ready=[*internet, *private_routes, ",
            "ready=[*internet, ",
            "properties/test_order.py::test_removal_goes_the_other_way",
        ),
        (
            """tags=scope.tags(f"nat-eip-{number}"),
        opts=scope.options(depends_on=[gateway]),""",
            """tags=scope.tags(f"nat-eip-{number}"),
        opts=scope.options(),""",
            "properties/test_order.py::test_nothing_races",
        ),
        (
            "tasks_public=not nat_gateways",
            "tasks_public=True",
            "unit/lib/network/test_vpc.py::test_where_the_tasks_run",
        ),
        (
            "ingress=[],",
            "",
            "unit/lib/network/test_vpc.py::test_the_default_security_group_is_emptied",
        ),
    ),
    *defects(
        "lib/network/security_groups.py",
        (
            '_egress(scope, tasks, "ecs-out-database", DATABASE_PORT, **_peer(database))',
            '_egress(scope, tasks, "ecs-out-database", DATABASE_PORT, cidr_ipv4=ANYWHERE)',
            "unit/lib/network/test_security_groups.py::test_who_may_talk_to_whom",
        ),
        (
            '_ingress(scope, database, "rds-in-tasks", DATABASE_PORT, **_peer(tasks))',
            '_ingress(scope, database, "rds-in-tasks", DATABASE_PORT, **_peer(load_balancer))',
            "unit/lib/network/test_security_groups.py::test_who_may_talk_to_whom",
        ),
        (
            '"to_port": port,',
            '"to_port": port + 1,',
            "unit/lib/network/test_security_groups.py::test_who_may_talk_to_whom",
        ),
        (
            "ready=rules",
            "ready=rules[1:]",
            "properties/test_order.py::test_removal_goes_the_other_way",
        ),
    ),
    *defects(
        "lib/edge/load_balancer.py",
        (
            "depends_on=[*network.internet],",
            "depends_on=[],",
            "properties/test_order.py::test_nothing_races",
        ),
        (
            "drop_invalid_header_fields=True",
            "drop_invalid_header_fields=False",
            "unit/lib/edge/test_load_balancer.py::test_the_load_balancer",
        ),
        (
            "return [self.listener]",
            "return []",
            "properties/test_order.py::test_removal_goes_the_other_way",
        ),
    ),
    *defects(
        "lib/observability/log_groups.py",
        (
            "retention_in_days=retention_days",
            "retention_in_days=7",
            "properties/test_every_setting.py::test_what_a_setting_touches",
        ),
    ),
    *defects(
        "lib/network/flow_logs.py",
        (
            "opts=scope.options(depends_on=[permission])",
            "opts=scope.options()",
            "properties/test_order.py::test_nothing_races",
        ),
        ('"REJECT"', '"ALL"', "unit/lib/network/test_flow_logs.py::test_the_flow_log"),
    ),
    *defects(
        "lib/edge/access_logs.py",
        (
            "opts=scope.options(depends_on=[permission])",
            "opts=scope.options()",
            "properties/test_order.py::test_nothing_races",
        ),
        (
            "resource_arn=group.arn,",
            "policy_name=scope.name('alb-log-policy'),",
            "unit/lib/edge/test_access_logs.py::test_who_may_write_to_it",
        ),
    ),
    *defects(
        "lib/database/cluster.py",
        ('    "db_subnet_group_name",\n', "", "unit/lib/test_scope.py::test_what_is_ignored"),
        (
            "if settings.database_engine_version is None:",
            "if settings.database_engine_version is not None:",
            "unit/lib/database/test_cluster.py::test_a_version_that_was_found",
        ),
        (
            '"value": "1", ',
            '"value": "0", ',
            "unit/lib/database/test_cluster.py::test_connections_need_tls",
        ),
        (
            "depends_on=[into.log_group],",
            "",
            "properties/test_order.py::test_removal_goes_the_other_way",
        ),
        (
            'keepers={"version": str(settings.database.password_version)}',
            'keepers={"version": "1"}',
            "unit/lib/database/test_connection_secret.py::test_a_new_password_reaches_the_tasks",
        ),
        (
            "auto_minor_version_upgrade=False",
            "auto_minor_version_upgrade=True",
            "unit/lib/database/test_cluster.py::test_the_instances",
        ),
    ),
    *defects(
        "lib/database/connection_secret.py",
        (
            'quote(str(part), safe="")',
            "str(part)",
            "unit/lib/database/test_connection_secret.py::test_the_url_is_quoted",
        ),
        (
            "recovery_window_in_days=0",
            "recovery_window_in_days=30",
            "unit/lib/database/test_connection_secret.py::test_the_secret",
        ),
    ),
    *defects(
        "lib/service/repository.py",
        ('"IMMUTABLE"', '"MUTABLE"', "unit/lib/service/test_repository.py::test_the_repository"),
    ),
    *defects(
        "lib/service/roles.py",
        ("        managed,\n", "", "properties/test_order.py::test_removal_goes_the_other_way"),
        (
            "if settings.exec_command:",
            "if True:",
            "unit/lib/service/test_roles.py::test_the_task_role_may_do_nothing",
        ),
    ),
    *defects(
        "lib/service/service.py",
        (
            "surroundings.ready(settings.container.image is not None)",
            "surroundings.ready(True)",
            "properties/test_order.py::test_the_first_image_waits_for_no_instance",
        ),
        (
            "*(self.database.ready if needs_database else ()),",
            "",
            "properties/test_order.py::test_a_real_image_has_all_instances_as_ancestors",
        ),
        ('ignore_changes=["desired_count"],', "", "unit/lib/test_scope.py::test_what_is_ignored"),
        ("waits.append(group)", "", "properties/test_order.py::test_nothing_races"),
        (
            'propagate_tags="SERVICE"',
            'propagate_tags="NONE"',
            "unit/lib/service/test_service.py::test_the_service",
        ),
        (
            'LogTarget(group=known["log_group"], region=region)',
            'LogTarget(group=known["log_group"], region="us-east-1")',
            "unit/lib/test_inventory.py::test_no_other_region_is_named",
        ),
    ),
    *defects(
        "lib/service/scaling.py",
        (
            "_SCALE_OUT_SECONDS = 60",
            "_SCALE_OUT_SECONDS = 300",
            "unit/lib/service/test_scaling.py::test_the_policy",
        ),
        (
            "min_capacity=settings.min_tasks",
            "min_capacity=1",
            "unit/lib/service/test_scaling.py::test_the_bounds",
        ),
    ),
]

"""Removal by what is found, without a state: order, what stays, what comes late."""

from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from lib.names import database_log_group, insights_log_group, resource_name
from ops.clients import Clients
from ops.inventory.environment import discover
from ops.inventory.late import delete_task_definitions, sweep_late_log_groups, sweep_log_groups
from ops.inventory.removal import REMOVALS, remove_all
from ops.inventory.table import EVERY_TYPE
from tests.unit.ops.conftest import Deploy
from tests.unit.ops.support import Waiting


def test_every_type_of_the_inventory_can_be_removed() -> None:
    assert REMOVALS.keys() == EVERY_TYPE.keys()


def test_environment_without_a_state_goes_to_nothing_and_its_neighbour_stays(
    deploy: Deploy, clients: Clients, wait: Waiting
) -> None:
    """Whoever added a policy to a role, and whatever its state was."""
    deploy("gone")
    deploy("1-gone")
    beside = discover(clients, "1-gone").found
    role = resource_name("task-role", "gone")
    clients("iam").attach_role_policy(
        RoleName=role, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    assert not remove_all(clients, "gone", 60, wait)
    assert discover(clients, "gone").proves_absence
    assert set(discover(clients, "1-gone").found) == set(beside)
    assert len(wait.waited) <= 4


def test_what_stays_is_told_with_awss_reason(clients: Clients, wait: Waiting) -> None:
    tags = [{"Key": "Name", "Value": resource_name("vpc", "held")}]
    vpc = clients("ec2").create_vpc(
        CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}]
    )["Vpc"]["VpcId"]
    clients("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")
    [left] = remove_all(clients, "held", 20, wait)
    assert str(left).startswith(f"VPC flask-api-vpc-held ({vpc}): An error occurred (Dependency")
    assert wait.waited == [15, 15]


def test_log_groups_that_services_make_again_go_by_exact_name(
    clients: Clients, wait: Waiting
) -> None:
    logs = clients("logs")
    late, other = insights_log_group("late"), insights_log_group("late-2")
    for name in (database_log_group("late"), other):
        logs.create_log_group(logGroupName=name)
    wait.then.append(lambda: logs.create_log_group(logGroupName=late))
    assert sweep_late_log_groups(clients, "late", 30, wait) == (database_log_group("late"), late)
    assert wait.waited == [10, 10, 10]
    assert discover(clients, "late").proves_absence
    assert sweep_log_groups(clients, "late-2") == (other,)


@pytest.mark.parametrize(
    ("code", "swept"),
    [
        ("ResourceNotFoundException", True),
        ("OperationAbortedException", True),
        ("AccessDeniedException", False),
    ],
)
def test_log_group_that_goes_meanwhile_is_no_failure(code: str, swept: bool) -> None:
    name = database_log_group("x")
    client = Mock(can_paginate=Mock(return_value=False))
    client.describe_log_groups.return_value = {"logGroups": [{"logGroupName": name}]}
    client.delete_log_group.side_effect = ClientError({"Error": {"Code": code}}, "DeleteLogGroup")
    clients = Mock(return_value=client)
    if swept:
        assert sweep_log_groups(clients, "x") == (name,)
    else:
        with pytest.raises(ClientError):
            sweep_log_groups(clients, "x")


def test_inactive_task_definitions_are_deleted_ten_at_a_time(clients: Clients) -> None:
    """Those of a like suffix are another environment's."""
    ecs = clients("ecs")
    for family in ("flask-api-task-pr1", "flask-api-task-pr12"):
        for _ in range(11):
            made = ecs.register_task_definition(
                family=family, containerDefinitions=[{"name": "x", "image": "x", "memory": 64}]
            )
            ecs.deregister_task_definition(
                taskDefinition=made["taskDefinition"]["family"]
                + ":"
                + str(made["taskDefinition"]["revision"])
            )
    assert delete_task_definitions(clients, "pr1") == 11
    assert delete_task_definitions(clients, "pr1") == 0
    assert len(ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"]) == 11

"""Types of the inventory, by AWS's own models: what each asks, what it takes from an answer."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from botocore import xform_name
from botocore.model import OperationModel, Shape
from botocore.session import get_session
from botocore.validate import ParamValidator

from ops.inventory.resource_type import FoundResource, is_number, whatever_is_listed
from ops.inventory.table import EVERY_TYPE

_SESSION = get_session()


@cache
def _operation(type_name: str) -> OperationModel:
    service, _, method = EVERY_TYPE[type_name].listing.operation.partition(".")
    model = _SESSION.get_service_model(service)
    operation = next(filter(lambda each: xform_name(each) == method, model.operation_names))
    return model.operation_model(operation)


def _answer(type_name: str, **values: str) -> dict[str, Any]:
    """Return an answer with every member that AWS's model has, each text its member's name.

    `values` are other texts, by the member.
    """

    def fill(shape: Shape, name: str) -> Any:
        if shape.type_name == "structure":
            return {key: fill(member, key) for key, member in shape.members.items()}
        if shape.type_name == "list":
            return [fill(shape.member, name)]
        return {"Key": "Name", **values}.get(name, name)

    return fill(_operation(type_name).output_shape, "")


@pytest.mark.parametrize("type_name", EVERY_TYPE)
def test_type_is_asked_for_in_words_that_aws_takes(type_name: str) -> None:
    parent = FoundResource("parent", "a", "arn:aws:a")
    for arguments in EVERY_TYPE[type_name].listing.calls("pr1", lambda _type: [parent]):
        report = ParamValidator().validate(arguments, _operation(type_name).input_shape)
        assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("type_name", EVERY_TYPE)
def test_fields_are_members_of_awss_answer(type_name: str) -> None:
    entry = replace(EVERY_TYPE[type_name], owns=whatever_is_listed)
    [found] = entry.read(_answer(type_name), "pr1")
    fields = entry.fields
    assert found.type == type_name
    assert (found.name == found.id) == (fields.name == fields.id)
    assert (found.arn is None) == (fields.arn is None)
    assert fields.owner is None or fields.owner in found.description


@pytest.mark.parametrize(
    ("type_name", "values", "count"),
    [
        ("VPC", {"Value": "flask-api-vpc-pr1"}, 1),
        ("VPC", {"Value": "flask-api-vpc-pr12"}, 0),
        ("VPC", {"Value": "flask-api-vpc-1-pr1"}, 0),
        ("VPC", {"Key": "Other", "VpcId": "flask-api-vpc-pr"}, 0),
        ("NAT gateway", {"Value": "flask-api-nat-12-pr1", "State": "deleting"}, 1),
        ("NAT gateway", {"Value": "flask-api-nat-1-pr1", "State": "deleted"}, 0),
        ("NAT gateway", {"Value": "flask-api-nat-x-pr1"}, 0),
        ("NAT gateway", {"Value": "flask-api-nat-1-1-pr1"}, 0),
        ("VPC endpoint", {"Value": "flask-api-s3-endpoint-pr1", "State": "available"}, 1),
        ("VPC endpoint", {"Value": "flask-api-s3-endpoint-pr1", "State": "deleted"}, 0),
        ("VPC endpoint", {"Value": "flask-api-s3-endpoint-pr1", "State": "Deleted"}, 0),
        ("ECS cluster", {"status": "INACTIVE"}, 0),
        ("ECS service", {"status": "INACTIVE"}, 0),
        ("ECS service", {"status": "DRAINING"}, 1),
        ("task definition", {"taskDefinitionArns": "arn:aws:ecs:a/flask-api-task-pr1:2"}, 1),
        ("task definition", {"taskDefinitionArns": "arn:aws:ecs:a/flask-api-task-pr12:2"}, 0),
        ("task definition", {"taskDefinitionArns": "arn:aws:ecs:a/flask-api-task-pr1"}, 0),
        ("Aurora snapshot", {"DBClusterIdentifier": "flask-api-aurora-pr1"}, 1),
        ("Aurora snapshot", {"DBClusterIdentifier": "flask-api-aurora-pr12"}, 0),
        ("log group", {"logGroupName": "/ecs/flask-api-pr1"}, 1),
        ("log group", {"logGroupName": "/ecs/flask-api-pr12"}, 0),
        # Its name is taken until the end of its recovery window.
        ("secret", {"DeletedDate": "today"}, 1),
    ],
)
def test_what_is_gone_or_anothers_is_passed_over(
    type_name: str, values: dict[str, str], count: int
) -> None:
    assert len(EVERY_TYPE[type_name].read(_answer(type_name, **values), "pr1")) == count


def test_log_groups_arn_is_the_one_without_an_asterisk_where_aws_gives_it() -> None:
    group = {"logGroupName": "/ecs/flask-api-pr1", "arn": "arn:a:*"}
    answer = {"logGroups": [{**group, "logGroupArn": "arn:a"}, group]}
    assert [each.arn for each in EVERY_TYPE["log group"].read(answer, "pr1")] == [
        "arn:a",
        "arn:a:*",
    ]


@pytest.mark.parametrize(
    ("name", "suffix", "owned"),
    [
        ("flask-api-vpc-pr1", "pr2", True),
        ("flask-api-other-vpc-pr1", "pr1", True),
        ("flask-api-other-vpc-pr1", "pr12", False),
        ("flask-api-vpc-1-pr1", "1-pr1", False),
        ("shop-vpc-pr1", "pr1", False),
        ("flask-api-vpc", "pr1", False),
        ("flask-api-vpcpr1", "pr1", False),
    ],
)
def test_exact_name_or_like_name_and_exact_tag_make_a_resource_the_environments(
    name: str, suffix: str, owned: bool
) -> None:
    tags = [{"Key": "Name", "Value": name}, {"Key": "EnvironmentSuffix", "Value": suffix}]
    answer = {"Vpcs": [{"VpcId": "vpc-1", "Tags": tags}, {"VpcId": "vpc-without-tags"}]}
    assert len(EVERY_TYPE["VPC"].read(answer, "pr1")) == owned


@pytest.mark.parametrize(
    ("text", "number"), [("1", True), ("12", True), ("", False), ("1a", False), ("²", False)]
)
def test_numbers_in_names_are_ascii(text: str, number: bool) -> None:
    assert is_number(text) is number


def test_task_definitions_that_can_still_start_are_listed() -> None:
    [arguments] = EVERY_TYPE["task definition"].listing.calls("pr1", lambda _type: [])
    assert arguments == {"familyPrefix": "flask-api-task-pr1", "status": "ACTIVE"}

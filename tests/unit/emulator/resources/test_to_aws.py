"""The mapping of arguments to requests, by botocore's own models."""

import pytest

from emulator.resources.arguments import Arguments
from emulator.resources.aws import Aws
from emulator.resources.to_aws import ArgumentError, to_aws
from lib.region import read_region

# Its models are at hand without anybody listening.
AWS = Aws("http://127.0.0.1:1", read_region())

CASES = {
    "numbers": (
        "elbv2.create_target_group",
        {"name": "a", "port": 5000.0, "healthCheckEnabled": "true"},
        {},
        {"Name": "a", "Port": 5000, "HealthCheckEnabled": True},
    ),
    "numbers as text": ("ecs.register_task_definition", {"cpu": 256.0}, {}, {"cpu": "256"}),
    "truth as a switch": (
        "ecs.create_service",
        {"networkConfiguration": {"subnets": ["a"], "assignPublicIp": True}},
        {"networkConfiguration": "networkConfiguration.awsvpcConfiguration"},
        {
            "networkConfiguration": {
                "awsvpcConfiguration": {"subnets": ["a"], "assignPublicIp": "ENABLED"}
            }
        },
    ),
    "no truth as a switch": (
        "ecs.create_service",
        {"availabilityZoneRebalancing": False},
        {},
        {"availabilityZoneRebalancing": "DISABLED"},
    ),
    "fractions": (
        "rds.create_db_cluster",
        {"serverlessv2ScalingConfiguration": {"minCapacity": "0.5", "maxCapacity": 2}},
        {},
        {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2.0}},
    ),
    "no pairs": ("ecs.create_cluster", {"tags": {}}, {}, {"tags": []}),
    "one item that looks like a pair": (
        "ecs.create_cluster",
        {"settings": {"name": "containerInsights"}},
        {},
        {"settings": [{"name": "containerInsights"}]},
    ),
    "one item for a list": (
        "elbv2.create_listener",
        {"defaultActions": {"type": "forward"}},
        {},
        {"DefaultActions": [{"Type": "forward"}]},
    ),
    "a single value where AWS has a list": (
        "ec2.create_flow_logs",
        {"vpcId": "vpc-1"},
        {"vpcId": "ResourceIds"},
        {"ResourceIds": ["vpc-1"]},
    ),
    "a path through a list": (
        "elbv2.create_listener",
        {"certificateArn": "arn:x"},
        {"certificateArn": "Certificates.CertificateArn"},
        {"Certificates": [{"CertificateArn": "arn:x"}]},
    ),
    "renamed inside a list": (
        "elbv2.create_listener",
        {"defaultActions": [{"type": "redirect", "redirect": {"port": 443, "host": None}}]},
        {"defaultActions.redirect": "RedirectConfig"},
        {"DefaultActions": [{"Type": "redirect", "RedirectConfig": {"Port": "443"}}]},
    ),
    "bytes as they are": (
        "secretsmanager.put_secret_value",
        {"secretBinary": b"x"},
        {},
        {"SecretBinary": b"x"},
    ),
}


def request_of(operation: str, inputs: dict, arguments: Arguments) -> dict:
    """Return the request that an operation would get."""
    service, _, method = operation.partition(".")
    meta = AWS.client(service).meta
    model = meta.service_model.operation_model(meta.method_to_api_mapping[method])
    return to_aws(model, inputs, arguments)


@pytest.mark.parametrize(("operation", "inputs", "renames", "request_"), CASES.values(), ids=CASES)
def test_arguments_become_a_request(
    operation: str, inputs: dict, renames: dict, request_: dict
) -> None:
    assert request_of(operation, inputs, Arguments(renames)) == request_


def test_an_argument_is_converted_first() -> None:
    arguments = Arguments(converters={"internal": str.upper}, renames={"internal": "Name"})
    found = request_of("elbv2.create_load_balancer", {"internal": "a"}, arguments)
    assert found == {"Name": "A"}


REFUSED = {
    "fits no member": ("ec2.create_vpc", {"cidr": "10.0.0.0/16"}, "cidr fits no member of"),
    "no number": ("elbv2.create_target_group", {"port": "http"}, "port is 'http'"),
    "no truth": ("ec2.create_vpc", {"dryRun": "perhaps"}, "dryRun is 'perhaps'"),
    "no object": ("rds.create_db_cluster", {"scalingConfiguration": 5}, "allowed: an object"),
    "fits no member inside": (
        "elbv2.create_listener",
        {"defaultActions": [{"color": "red"}]},
        "defaultActions.color fits no member of CreateListener",
    ),
    "no part that there is": (
        "elbv2.create_target_group",
        {"healthCheck": {"color": "red"}},
        "healthCheck.color fits no member",
    ),
}


@pytest.mark.parametrize(("operation", "inputs", "words"), REFUSED.values(), ids=REFUSED)
def test_an_argument_that_does_not_fit_is_named(operation: str, inputs: dict, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        request_of(operation, inputs, Arguments({"healthCheck": {}}))

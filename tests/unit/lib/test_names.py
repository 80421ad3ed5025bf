"""Names and suffixes: what may be one, and which stack may hold which environment."""

import pytest

from lib.names import (
    camel_case,
    log_groups,
    resource_name,
    stack_problems,
    stack_suffix,
    suffix_problems,
)

ALLOWED = (
    "lower-case letters and digits, in groups joined by single hyphens, at most 18 characters, "
    "such as dev, prod or pr-123"
)


def test_a_name_holds_part_and_suffix() -> None:
    assert resource_name("nat-eip-1", "pr12") == "flask-api-nat-eip-1-pr12"


def test_the_names_of_the_log_groups() -> None:
    """What AWS prescribes for Aurora and Container Insights; the others by their service."""
    assert log_groups("pr1") == (
        "/ecs/flask-api-pr1",
        "/aws/alb/flask-api-pr1",
        "/aws/vpc/flask-api-pr1",
        "/aws/rds/cluster/flask-api-aurora-pr1/postgresql",
        "/aws/ecs/containerinsights/flask-api-cluster-pr1/performance",
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("cpu", "cpu"),
        ("vpc_cidr", "vpcCidr"),
        ("s3_us_east1_regional_endpoint", "s3UsEast1RegionalEndpoint"),
    ],
)
def test_keys_follow_from_names(name: str, key: str) -> None:
    assert camel_case(name) == key


@pytest.mark.parametrize("suffix", ["dev", "d", "1", "pr-123", "a-b-c", "a" * 18, "0-0"])
def test_suffixes_that_can_be_used(suffix: str) -> None:
    assert not suffix_problems(suffix)


@pytest.mark.parametrize(
    "suffix",
    ["", "Prod_1", "-x", "x-", "a b", "x--y", "a" * 19, "prod;rm", "dev\n", "dév", "٣", 7, None],
)
def test_suffixes_that_cannot_be_used(suffix: object) -> None:
    """The problem names where the suffix came from, what it is, and what is allowed."""
    assert suffix_problems(suffix, "HERE") == [f"HERE is {suffix!r}; allowed: {ALLOWED}"]
    assert suffix_problems(suffix) == [f"the environment suffix is {suffix!r}; allowed: {ALLOWED}"]


@pytest.mark.parametrize(
    ("stack", "suffix"),
    [
        ("dev", "dev"),
        ("TapStackdev", "dev"),
        ("TapStack", ""),
        ("tapstackdev", "tapstackdev"),
        ("my-TapStackdev", "my-TapStackdev"),
    ],
)
def test_the_suffix_of_a_stack(stack: str, suffix: str) -> None:
    assert stack_suffix(stack) == suffix


@pytest.mark.parametrize("stack", ["dev", "TapStackdev", "shop-dev", "shop-eu-dev"])
def test_stacks_that_may_hold_an_environment(stack: str) -> None:
    assert not stack_problems(stack, "dev")


@pytest.mark.parametrize(
    "stack", ["prod", "shopdev", "dev-prod", "TapStackprod", "TapStack-de", ""]
)
def test_stacks_that_may_not_hold_an_environment(stack: str) -> None:
    assert stack_problems(stack, "dev") == [
        f"the stack is {stack!r}, but the environment suffix is 'dev'; allowed: a stack named dev, "
        "TapStackdev or something ending in -dev, so that one environment is never turned into "
        "another"
    ]

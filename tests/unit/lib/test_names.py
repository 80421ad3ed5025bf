"""Names and suffixes: what may be one, and which stack may hold which environment."""

import pytest

from lib.names import log_groups, resource_name, stack_problems, stack_suffix, suffix_problems

ALLOWED = (
    "lower-case letters and digits, in groups joined by single hyphens, at most 18 characters, "
    "such as dev, prod or pr-123"
)


def test_a_name_holds_kind_and_suffix() -> None:
    """The prefix, the kind and the suffix, in this order."""
    assert resource_name("nat-eip-1", "pr12") == "flask-api-nat-eip-1-pr12"


@pytest.mark.parametrize("suffix", ["dev", "d", "1", "pr-123", "a-b-c", "a" * 18, "0-0"])
def test_suffixes_that_can_be_used(suffix: str) -> None:
    """Groups of letters and digits, joined by single hyphens."""
    assert not suffix_problems(suffix)


@pytest.mark.parametrize(
    "suffix",
    [
        "",
        "Prod_1",
        "-x",
        "x-",
        "a b",
        "x--y",
        "a" * 19,
        "prod;rm",
        "dev\n",
        "dév",
        "٣",
        "A",
        7,
        None,
    ],
)
def test_suffixes_that_cannot_be_used(suffix: object) -> None:
    """The problem names where the suffix came from, what it is, and what is allowed."""
    assert suffix_problems(suffix, "ENVIRONMENT_SUFFIX") == [
        f"ENVIRONMENT_SUFFIX is {suffix!r}; allowed: {ALLOWED}"
    ]


def test_a_suffix_of_no_known_source() -> None:
    """A suffix that a program gives has no setting to name."""
    assert suffix_problems("X") == [f"the environment suffix is 'X'; allowed: {ALLOWED}"]


@pytest.mark.parametrize(
    ("stack", "suffix"),
    [("dev", "dev"), ("TapStackdev", "dev"), ("TapStack", ""), ("tapstackdev", "tapstackdev")],
)
def test_the_suffix_of_a_stack(stack: str, suffix: str) -> None:
    """A leading TapStack is left out."""
    assert stack_suffix(stack) == suffix


@pytest.mark.parametrize("stack", ["dev", "TapStackdev", "shop-dev", "shop-eu-dev"])
def test_stacks_that_may_hold_an_environment(stack: str) -> None:
    """The suffix itself, after TapStack, or after a hyphen."""
    assert not stack_problems(stack, "dev")


@pytest.mark.parametrize(
    "stack", ["prod", "shopdev", "dev-prod", "TapStackprod", "TapStack-de", ""]
)
def test_stacks_that_may_not_hold_an_environment(stack: str) -> None:
    """The problem names the stack, the suffix, and the stacks that there could be."""
    assert stack_problems(stack, "dev") == [
        f"the stack is {stack!r}, but the environment suffix is 'dev'; allowed: a stack named dev, "
        "TapStackdev or something ending in -dev, so that one environment is never turned into "
        "another"
    ]


def test_the_names_of_the_log_groups() -> None:
    """What AWS prescribes for Aurora and Container Insights; the others by their service."""
    assert log_groups("pr1") == (
        "/ecs/flask-api-pr1",
        "/aws/alb/flask-api-pr1",
        "/aws/vpc/flask-api-pr1",
        "/aws/rds/cluster/flask-api-aurora-pr1/postgresql",
        "/aws/ecs/containerinsights/flask-api-cluster-pr1/performance",
    )

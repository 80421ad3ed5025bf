"""Which stack is whose: by its name, and by what is in it."""

from pathlib import Path
from typing import Any

import pytest

from ops.errors import CommandError
from ops.pulumi_cli import PulumiCli
from ops.request import Request
from ops.stacks import State, choose_stack
from tests.unit.ops.support import WHERE, StandIn, deployment_of

_EMPTY: dict[str, Any] = {"secrets_providers": {"type": "service"}}


def _unfinished(suffix: str) -> dict[str, Any]:
    """Return the state of a first `up` that has failed: there are no outputs."""
    deployment = deployment_of(suffix)
    del deployment["resources"][0]["outputs"]
    return deployment


@pytest.mark.parametrize(
    ("stacks", "chosen"),
    [
        ({}, "dev"),
        ({"prod": _EMPTY, "devel": _EMPTY, "my.dev": _EMPTY}, "dev"),
        ({"dev": deployment_of("dev")}, "dev"),
        ({"acme/tap/TapStackdev": deployment_of("dev")}, "acme/tap/TapStackdev"),
        ({"shop-dev": deployment_of("dev")}, "shop-dev"),
        ({"shop-dev": _unfinished("dev")}, "shop-dev"),
        ({"shop-dev": _EMPTY}, "shop-dev"),
        # What lives counts for more than a name.
        ({"dev": _EMPTY, "shop-dev": deployment_of("dev")}, "shop-dev"),
        ({"dev": _EMPTY, "shop-dev": _EMPTY}, "dev"),
        # The environment `shop-dev` is another one.
        ({"shop-dev": deployment_of("shop-dev")}, "dev"),
        ({"dev": deployment_of("dev"), "shop-dev": deployment_of("shop-dev")}, "dev"),
    ],
)
def test_stack_is_the_one_that_holds_the_environment(
    pulumi: StandIn, stacks: dict[str, Any], chosen: str
) -> None:
    pulumi.holds(stacks)
    stack = choose_stack(PulumiCli(Path()), Request("up", "dev"))
    assert (stack.name, stack.state is not None) == (chosen, chosen in stacks)
    assert stack.file == f"Pulumi.{chosen.rpartition('/')[2]}.yaml"


@pytest.mark.parametrize("deployment", [_EMPTY, deployment_of("dev")])
def test_several_that_fit_are_named(pulumi: StandIn, deployment: dict[str, Any]) -> None:
    pulumi.holds({"a-dev": deployment, "b-dev": deployment})
    with pytest.raises(CommandError) as raised:
        choose_stack(PulumiCli(Path()), Request("up", "dev"))
    assert str(raised.value).startswith(
        "2 stacks may be of the environment dev: a-dev, b-dev. Choose one by STACK=a-dev, and keep"
    )
    assert choose_stack(PulumiCli(Path()), Request("up", "dev", stack="b-dev")).name == "b-dev"


def test_stack_of_the_environments_name_with_another_in_it_is_left_alone(pulumi: StandIn) -> None:
    pulumi.holds({"shop-dev": deployment_of("dev")})
    with pytest.raises(CommandError, match="^The stack shop-dev holds the environment dev; choose"):
        choose_stack(PulumiCli(Path()), Request("up", "shop-dev"))


def test_chosen_stack_may_be_new_but_holds_no_other_environment(pulumi: StandIn) -> None:
    pulumi.holds({"acme/shop-dev": deployment_of("shop-dev")})
    cli = PulumiCli(Path())
    assert choose_stack(cli, Request("up", "dev", stack="other/dev")).state is None
    with pytest.raises(CommandError, match="holds the environment shop-dev, not dev; say SUFFIX="):
        choose_stack(cli, Request("up", "dev", stack="acme/shop-dev"))


def test_state_tells_suffix_region_and_settings() -> None:
    state = State(deployment_of("dev", settings={"image": "v1"}))
    assert (state.suffix, state.region, state.settings) == ("dev", WHERE.name, {"image": "v1"})
    assert (State(_unfinished("dev")).suffix, State(_unfinished("dev")).settings) == ("dev", {})
    assert (State().suffix, State().region, State().resources) == (None, None, ())

"""Random passwords, as the provider `random` makes them."""

import string
from typing import Any

import pytest

from emulator.resources.aws import Aws
from emulator.resources.state import State
from emulator.services.random.resources import RANDOM_PASSWORD
from lib.region import read_region

AWS = Aws("http://127.0.0.1:1", read_region())


def password(**inputs: Any) -> str:
    """Make one."""
    return RANDOM_PASSWORD.create(AWS, inputs).outputs["result"]


def test_a_password_is_as_long_as_asked_and_another_each_time() -> None:
    one, other = password(length=200), password(length=200)
    assert (len(one), len(other)) == (200, 200)
    assert one != other
    special = set(one) - set(string.ascii_letters + string.digits)
    assert special <= set("!@#$%&*()-_=+[]{}<>:?")
    chosen = password(length=400, overrideSpecial="-_.~")
    assert set(chosen) <= set(string.ascii_letters + string.digits + "-_.~")
    assert set(chosen) & set("-_.~")


def test_classes_can_be_left_out_and_demanded() -> None:
    found = password(length=8, upper=False, numeric=False, special=False, minLower=1)
    assert set(found) <= set(string.ascii_lowercase)
    digits = password(length=6, minNumeric=5, lower=False, upper=False, minSpecial=1)
    assert sum(each in string.digits for each in digits) == 5


def test_a_password_is_kept() -> None:
    inputs = {"length": 32, "keepers": {"version": "1"}}
    made = RANDOM_PASSWORD.create(AWS, inputs)
    assert made.id == "none"
    assert RANDOM_PASSWORD.read(AWS, made) == made
    assert RANDOM_PASSWORD.update(AWS, made, inputs) == made
    RANDOM_PASSWORD.delete(AWS, made)
    assert set(RANDOM_PASSWORD.arguments.secrets) == {"result", "bcryptHash"}


@pytest.mark.parametrize(
    ("inputs", "changed"),
    [
        ({"length": 32, "keepers": {"version": "2"}}, ("keepers.version",)),
        ({"length": 32, "keepers": {"version": "1"}, "special": False}, ("special",)),
        ({"length": 32, "keepers": {"version": "1"}, "lower": True}, ()),
    ],
)
def test_what_makes_a_new_password(inputs: dict, changed: tuple[str, ...]) -> None:
    state = State("none", {"length": 32, "keepers": {"version": "1"}})
    found = RANDOM_PASSWORD.diff(state, inputs)
    assert (found.changed, found.replaces) == (changed, changed)

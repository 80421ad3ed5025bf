"""URNs."""

import pytest

from emulator.urn import Urn, type_token

STACK = "urn:pulumi:dev::tap::"


@pytest.mark.parametrize(
    ("urn", "type_", "name"),
    [
        (f"{STACK}aws:ec2/vpc:Vpc::main", "aws:ec2/vpc:Vpc", "main"),
        (f"{STACK}tap:stack:TapStack$aws:ec2/vpc:Vpc::a::b", "aws:ec2/vpc:Vpc", "a::b"),
    ],
)
def test_a_urn_has_a_type_and_a_name(urn: str, type_: str, name: str) -> None:
    parsed = Urn.parse(urn)
    assert (parsed.stack, parsed.project, parsed.type, parsed.name) == ("dev", "tap", type_, name)
    assert type_token(urn) == type_


@pytest.mark.parametrize("text", ["", "urn:pulumi:dev::tap::aws:ec2/vpc:Vpc", "dev::tap::type::n"])
def test_what_is_no_urn_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no URN"):
        Urn.parse(text)

"""What an application logged is shown without its secrets, or not at all."""

import json
from typing import Any

import pytest

from ops.verify.masking import SecretsUnread, masked, secret_values
from tests.unit.ops.support import StubClients, refusal

_SECRET = "arn:aws:secretsmanager:eu-south-1:1:secret:flask-api-db-password-dev-AbCdEf"
_PARAMETER = "arn:aws:ssm:eu-south-1:1:parameter/key"
_TEXT = json.dumps({"password": "p@ss/word", "port": 5432, "user": "me"})


def _values(*references: str, **answers: Any) -> frozenset[str]:
    told = {
        "secretsmanager__get_secret_value": {"SecretString": _TEXT},
        "ssm__get_parameter": {"Parameter": {"Value": "parameter-value"}},
        **answers,
    }
    container = {"secrets": [{"valueFrom": each} for each in references]}
    return secret_values(StubClients(**told), container)  # type: ignore[arg-type]


def test_the_values_are_those_that_the_container_gets_as_they_are_and_in_a_url() -> None:
    values = _values(f"{_SECRET}:password::", _PARAMETER)
    assert {"p@ss/word", "p%40ss%2Fword", "parameter-value", _TEXT} <= values
    assert not {"me", "5432", "user"} & values


@pytest.mark.parametrize("reference", [f"{_SECRET}:user::", f"{_SECRET}:gone::", _SECRET])
def test_what_is_too_short_or_not_there_is_no_value(reference: str) -> None:
    assert {each for each in _values(reference) if not each.startswith(("{", "%7B"))} == set()


@pytest.mark.parametrize("text", ["no JSON", "[5555555]"])
def test_a_secret_that_is_no_json_is_a_value_as_a_whole(text: str) -> None:
    answer = {"SecretString": text}
    assert text in _values(f"{_SECRET}:key::", secretsmanager__get_secret_value=answer)


def test_no_secrets_are_no_values() -> None:
    assert secret_values(StubClients(), {}) == frozenset()  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", [refusal("AccessDeniedException"), {"SecretBinary": b"x"}])
def test_a_secret_that_can_not_be_read_is_told(answer: Any) -> None:
    with pytest.raises(SecretsUnread):
        _values(_SECRET, secretsmanager__get_secret_value=answer)


def test_lines_are_masked() -> None:
    """The longest first, or what is left of it would tell; and whatever a URL has for a user."""
    values = {"abcdefgh", "abcdef"}
    assert masked("abcdefgh and abcdef", values) == "••• and •••"
    assert masked("postgresql://me:other@host/x failed", values) == "postgresql://•••@host/x failed"

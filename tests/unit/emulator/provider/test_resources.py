"""The provider by its protocol: resources made, read, changed, removed; errors on the way."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from botocore.exceptions import ClientError
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from emulator.provider import wire
from emulator.provider.properties import UNKNOWN
from emulator.resources.resource_type import State, Unfinished
from tests.support.fake_provider import (
    OTHER,
    URN,
    FakeKind,
    message,
    plain,
    secret,
    serving,
)


@pytest.fixture(name="kind")
def _kind() -> FakeKind:
    return FakeKind()


@pytest.fixture(name="plugin")
def _plugin(kind: FakeKind) -> Iterator[ResourceProviderStub]:
    with serving(kind) as plugin:
        yield plugin


def test_creation(plugin: ResourceProviderStub, kind: FakeKind) -> None:
    """Outputs repeat the inputs; what was secret, or always is, is secret."""
    given = message(name="n", size=3, nested={"a": secret("s")}, password="p")
    answer = plugin.Create(wire.CreateRequest(urn=URN, properties=given))
    inputs = {"name": "n", "size": 3, "nested": {"a": "s"}, "password": "p"}
    assert kind.asked == [("create", "AWS in eu-west-9", inputs)]
    assert answer.id == "t-1"
    assert plain(answer.properties) == {
        "name": "n",
        "size": 3.0,
        "nested": secret({"a": "s"}),
        "password": secret("p"),
        "arn": "arn:t-1",
        "count": 2.0,
        "token": secret("hush hush"),
    }


def test_a_preview_of_a_creation_makes_nothing(
    plugin: ResourceProviderStub, kind: FakeKind
) -> None:
    """The inputs are known, what is unknown stays so, the other outputs are left out."""
    given = {"name": UNKNOWN, "nested": {"a": [UNKNOWN]}, "password": UNKNOWN}
    request = wire.CreateRequest(urn=URN, properties=message(**given), preview=True)
    answer = plugin.Create(request)
    assert (answer.id, kind.asked) == ("", [])
    assert plain(answer.properties) == {**given, "password": secret(UNKNOWN)}


def test_a_resource_that_is_only_partly_made(plugin: ResourceProviderStub, kind: FakeKind) -> None:
    """The engine gets what is there and why the rest is not, then has it finished by an update."""
    part = State("t-1", {"name": "n", "password": "pa55word"}, {"arn": "arn:t-1"})
    kind.fails = Unfinished(part, RuntimeError("no tags for pa55word"))
    given = message(name="n", password=secret("pa55word"), tags={"a": "b"})
    with pytest.raises(grpc.RpcError) as failed:
        plugin.Create(wire.CreateRequest(urn=URN, properties=given))
    assert failed.value.code() == grpc.StatusCode.UNKNOWN
    assert failed.value.details() == "RuntimeError: no tags for [secret]"
    detail = wire.ErrorResourceInitFailed()
    [packed] = wire.Status.FromString(
        dict(failed.value.trailing_metadata())["grpc-status-details-bin"]
    ).details
    assert packed.Unpack(detail)
    kept = {"name": "n", "password": secret("pa55word")}
    assert (detail.id, list(detail.reasons)) == ("t-1", [failed.value.details()])
    assert plain(detail.inputs) == kept
    assert plain(detail.properties) == {**kept, "arn": "arn:t-1"}

    kind.fails = None
    plugin.Update(
        wire.UpdateRequest(id="t-1", urn=URN, old_inputs=given, olds=detail.properties, news=given)
    )
    inputs = {"name": "n", "password": "pa55word", "tags": {"a": "b"}}
    assert kind.asked == [("update", "AWS in eu-west-9", part, inputs)]


def read(plugin: ResourceProviderStub, **inputs: Any) -> wire.ReadResponse:
    """Read the thing, of which the engine has these inputs."""
    outputs = message(**inputs, **({"arn": "arn:t-1", "token": secret("t")} if inputs else {}))
    return plugin.Read(
        wire.ReadRequest(id="t-1", urn=URN, inputs=message(**inputs), properties=outputs)
    )


def test_reading_finds_what_was_changed(plugin: ResourceProviderStub, kind: FakeKind) -> None:
    """Inputs and outputs are those of now, and what was secret is secret."""
    kind.things["t-1"] = {"name": "by hand", "key": "k", "password": "p2"}
    answer = read(plugin, name="n", key=secret("k"), password=secret("p"))
    inputs = {"name": "by hand", "key": secret("k"), "password": secret("p2")}
    assert answer.id == "t-1"
    assert plain(answer.inputs) == inputs
    assert plain(answer.properties) == {**inputs, "arn": "arn:t-1"}


def test_reading_what_is_gone(plugin: ResourceProviderStub) -> None:
    """An answer without an id says so."""
    assert read(plugin, name="n") == wire.ReadResponse()


def test_an_id_is_enough_to_import(plugin: ResourceProviderStub, kind: FakeKind) -> None:
    """Secrets of the kind are secret, although nobody said so."""
    kind.things["t-1"] = {"name": "n", "password": "p"}
    answer = read(plugin)
    assert kind.asked == [("read", "AWS in eu-west-9", State("t-1", {}, {}))]
    assert plain(answer.inputs) == {"name": "n", "password": secret("p")}


def update(
    plugin: ResourceProviderStub, old: dict[str, Any], new: dict[str, Any], preview: bool = False
) -> dict[str, Any]:
    """Update the thing; return its properties."""
    outputs = message(**old, arn="arn:t-1", token=secret("t"))
    request = wire.UpdateRequest(
        id="t-1",
        urn=URN,
        olds=outputs,
        old_inputs=message(**old),
        news=message(**new),
        preview=preview,
    )
    return plain(plugin.Update(request).properties)


def test_an_update_gives_the_new_properties(plugin: ResourceProviderStub, kind: FakeKind) -> None:
    """Those that are no longer given are gone."""
    kept = {"arn": "arn:t-1", "token": secret("t")}
    assert update(plugin, {"name": "n", "size": 1}, {"name": "m"}) == {"name": "m", **kept}
    state = State("t-1", {"name": "n", "size": 1}, {"arn": "arn:t-1", "token": "t"})
    assert kind.asked == [("update", "AWS in eu-west-9", state, {"name": "m"})]


def test_a_preview_of_an_update_changes_nothing(
    plugin: ResourceProviderStub, kind: FakeKind
) -> None:
    """New inputs, known or not, and the outputs of before."""
    answer = update(plugin, {"name": "n"}, {"name": UNKNOWN, "key": secret("k")}, preview=True)
    assert kind.asked == []
    assert answer == {
        "name": UNKNOWN,
        "key": secret("k"),
        "arn": "arn:t-1",
        "token": secret("t"),
    }


def delete(plugin: ResourceProviderStub) -> None:
    """Delete the thing."""
    plugin.Delete(
        wire.DeleteRequest(
            id="t-1",
            urn=URN,
            old_inputs=message(name="n", password=secret("pa55word")),
            properties=message(name="n", password=secret("pa55word"), arn="arn:t-1"),
        )
    )


def test_deletion(plugin: ResourceProviderStub, kind: FakeKind) -> None:
    """The table knows all of the thing."""
    delete(plugin)
    state = State("t-1", {"name": "n", "password": "pa55word"}, {"arn": "arn:t-1"})
    assert kind.asked == [("delete", "AWS in eu-west-9", state)]


def aws_error(message_text: str) -> ClientError:
    """Return an error of AWS's."""
    return ClientError({"Error": {"Code": "InUse", "Message": message_text}}, "DeleteThing")


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            aws_error("a pa55word holds it"),
            "An error occurred (InUse) when calling the DeleteThing operation: a [secret] holds it",
        ),
        (KeyError("pa55word"), "KeyError: '[secret]'"),
        (
            Unfinished(State("t-1"), aws_error("half")),
            "An error occurred (InUse) when calling the DeleteThing operation: half",
        ),
    ],
)
def test_errors_reach_the_user_in_words(
    plugin: ResourceProviderStub, kind: FakeKind, error: Exception, shown: str
) -> None:
    """One line, no traceback, no secret."""
    kind.fails = error
    with pytest.raises(grpc.RpcError) as failed:
        delete(plugin)
    assert failed.value.details() == shown
    assert failed.value.code() == grpc.StatusCode.FAILED_PRECONDITION


def test_errors_print_nothing(
    plugin: ResourceProviderStub, kind: FakeKind, capfd: pytest.CaptureFixture[str]
) -> None:
    """The engine shows all that a plugin prints."""
    kind.fails = RuntimeError("broken")
    with pytest.raises(grpc.RpcError):
        delete(plugin)
    assert capfd.readouterr() == ("", "")


def test_a_type_that_is_not_there_can_not_be_made(plugin: ResourceProviderStub) -> None:
    """Should the engine ask in spite of the check."""
    with pytest.raises(grpc.RpcError) as failed:
        plugin.Create(wire.CreateRequest(urn=OTHER, properties=message(name="n")))
    assert failed.value.details() == "the emulated AWS has no type aws:test/other:Other"

"""A miniature of Pulumi's engine: it drives the plugin over gRPC for the real program.

It does what the engine does with a program's resources: resets ignored changes, checks, diffs,
creates, updates, replaces (delete first where the provider says so), removes what the program no
longer has, in reverse order; it keeps state, and keeps what is only partly made. Like the engine it
judges drift by the diff that an `up` would have.

It does not model: components' and providers' own diffs, aliases, protect, imports, targets,
retained resources, transformations, custom timeouts, replacements that spread to dependants,
removal side by side, encryption of the state, a plugin process for each run, the language host.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

import grpc
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from dev.automation import CREATED, DELETED, REPLACED, SAME, UPDATED, Engine, EngineError, Report
from dev.program import tap_program
from emulator.program.evaluate import Outcome, attempt
from emulator.program.mocks import AwsMocks
from emulator.program.recorder import Recorder
from emulator.provider import wire
from emulator.provider.wire import Struct

RegisterResourceResponse, ResourceInvokeResponse = wire.classes(
    resource_pb2, "RegisterResourceResponse", "ResourceInvokeResponse"
)

_PROVIDER = "pulumi:providers:"
_STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Held:
    """A resource in the engine's state; `unfinished` tells why it was only partly made."""

    urn: str
    id: str
    inputs: Struct
    outputs: Struct
    ignored: tuple[str, ...] = ()
    unfinished: str = ""

    @property
    def package(self) -> str:
        """The package whose plugin has it."""
        return self.urn.split("::")[2].rpartition("$")[2].split(":")[0]


@dataclass
class State:
    """What the engine remembers: resources in the order of their last registration, and leftovers.

    That order is one in which each comes after all that it depends on. `superseded` are those that
    were replaced and are still to be deleted.
    """

    held: dict[str, Held] = field(default_factory=dict)
    superseded: list[Held] = field(default_factory=list)


class Provider:
    """A plugin, called as the engine calls it."""

    def __init__(self, stub: ResourceProviderStub) -> None:
        self.stub = stub

    def check(self, urn: str, old: Struct, new: Struct) -> Struct:
        """Return checked inputs; raises EngineError with what the plugin refuses."""
        answer = self.stub.Check(wire.CheckRequest(urn=urn, olds=old, news=new))
        if answer.failures:
            raise EngineError("; ".join(failure.reason for failure in answer.failures))
        return answer.inputs

    def diff(self, held: Held, new: Struct) -> wire.DiffResponse:
        """Return what new inputs would change."""
        return self.stub.Diff(
            wire.DiffRequest(
                id=held.id,
                urn=held.urn,
                olds=held.outputs,
                old_inputs=held.inputs,
                news=new,
                ignoreChanges=held.ignored,
            )
        )

    def create(self, wanted: Held, preview: bool) -> Held:
        """Make a resource; one that is only partly made is `unfinished`."""
        request = wire.CreateRequest(urn=wanted.urn, properties=wanted.inputs, preview=preview)
        try:
            made = self.stub.Create(request)
        except grpc.RpcError as error:
            part = _partly_made(error)
            why = "; ".join(part.reasons)
            return replace(wanted, id=part.id, outputs=part.properties, unfinished=why)
        return replace(wanted, id=made.id, outputs=made.properties)

    def update(self, old: Held, wanted: Held, preview: bool) -> Held:
        """Change a resource in place."""
        updated = self.stub.Update(
            wire.UpdateRequest(
                id=old.id,
                urn=old.urn,
                olds=old.outputs,
                old_inputs=old.inputs,
                news=wanted.inputs,
                ignoreChanges=wanted.ignored,
                preview=preview,
            )
        )
        return replace(wanted, id=old.id, outputs=updated.properties)

    def read(self, held: Held) -> Held | None:
        """Return a resource as it is now."""
        request = wire.ReadRequest(
            id=held.id, urn=held.urn, properties=held.outputs, inputs=held.inputs
        )
        now = self.stub.Read(request)
        return (
            replace(held, id=now.id, inputs=now.inputs, outputs=now.properties) if now.id else None
        )

    def delete(self, held: Held) -> None:
        """Remove a resource."""
        self.stub.Delete(
            wire.DeleteRequest(
                id=held.id, urn=held.urn, properties=held.outputs, old_inputs=held.inputs
            )
        )


def _partly_made(error: grpc.RpcError) -> wire.ErrorResourceInitFailed:
    """Return what was made in spite of an error; raises the error where nothing was."""
    detail = wire.ErrorResourceInitFailed()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status = wire.Status.FromString(value)
            if any(packed.Unpack(detail) for packed in status.details):
                return detail
    raise error


def _words(error: Exception) -> str:
    return error.details() if isinstance(error, grpc.RpcError) else str(error)


class MiniatureEngine(Engine):
    """An dev.automation.Engine for one stack, with plugins by package."""

    def __init__(self, plugins: Mapping[str, ResourceProviderStub], stack: str = "dev") -> None:
        self.providers = {package: Provider(stub) for package, stub in plugins.items()}
        self.state = State()
        self.exports: Mapping[str, Any] = {}
        self.secret_exports: frozenset[str] = frozenset()
        self._stack = stack
        self._config: dict[str, str] = {}

    def configure(self, **settings: str) -> None:
        """Set keys of `tap:`."""
        self._config.update({f"tap:{key}": value for key, value in settings.items()})

    def preview(self) -> Report:
        """Tell what `up` would do, with unknown values where something is still to be made."""
        run = self._run(preview=True)
        gone = {held.urn: DELETED for held in self.state.held.values() if held.urn not in run.seen}
        return Report({**run.outcomes, **gone})

    def up(self) -> Report:
        """Make what the program asks for, then remove what it no longer asks for."""
        run = self._run(preview=False)
        outcomes = dict(run.outcomes)
        for held in reversed(self.state.superseded):
            self._delete(held)
            self.state.superseded.remove(held)
        for held in [
            each for each in reversed(self.state.held.values()) if each.urn not in run.seen
        ]:
            self._delete(held)
            del self.state.held[held.urn]
            outcomes[held.urn] = DELETED
        return Report(outcomes)

    def refresh(self) -> Report:
        """Read every resource, and forget those that are gone."""
        outcomes = {}
        for held in list(self.state.held.values()):
            provider = self.providers[held.package]
            now = provider.read(held)
            if now is None:
                del self.state.held[held.urn]
                outcomes[held.urn] = DELETED
                continue
            self.state.held[held.urn] = now
            changed = provider.diff(now, held.inputs).changes == wire.DiffResponse.DIFF_SOME
            outcomes[held.urn] = UPDATED if changed else SAME
        return Report(outcomes)

    def destroy(self) -> Report:
        """Remove everything, the last first."""
        outcomes = {}
        for held in [*self.state.superseded, *reversed(self.state.held.values())]:
            self._delete(held)
            outcomes[held.urn] = DELETED
            self.state.held.pop(held.urn, None)
        self.state.superseded.clear()
        return Report(outcomes)

    def _delete(self, held: Held) -> None:
        try:
            self.providers[held.package].delete(held)
        except grpc.RpcError as error:
            raise EngineError(_words(error)) from error

    def _run(self, preview: bool) -> "_Run":
        run = _Run(_Place(self, preview))
        with mock.patch("emulator.program.evaluate.Recorder", lambda _: run):
            outcome = attempt(
                tap_program(), stack=self._stack, config=self._config, preview=preview
            )
        self._finish(run, outcome)
        return run

    def _finish(self, run: "_Run", outcome: Outcome) -> None:
        if run.errors or outcome.error:
            errors = run.errors or [outcome.error]
            raise EngineError("\n".join(map(_words, errors)))
        self.exports = outcome.graph.exports
        self.secret_exports = outcome.graph.secret_exports


class _Place(AwsMocks):
    """Where a run takes place; a monitor of Pulumi's has to have mocks, and asks them nothing."""

    def __init__(self, engine: MiniatureEngine, preview: bool) -> None:
        super().__init__()
        self.engine = engine
        self.preview = preview


class _Deployment(MockMonitor):
    """The monitor that a program registers its resources with, in one run."""

    def __init__(self, mocks: "_Place") -> None:
        super().__init__(mocks)
        self.seen: set[str] = set()
        self.outcomes: dict[str, str] = {}
        self.errors: list[Exception] = []
        self._engine = mocks.engine
        self._preview = mocks.preview
        self._keeping = threading.Lock()

    def RegisterResource(self, request: Any) -> Any:
        """Have a plugin make, change or replace a resource; components just get a URN."""
        urn = self.make_urn(request.parent, request.type, request.name)
        answer = RegisterResourceResponse
        if request.type.startswith(_PROVIDER):
            provider = self._engine.providers[request.type.removeprefix(_PROVIDER)]
            provider.stub.Configure(wire.ConfigureRequest(args=request.object, acceptSecrets=True))
            return answer(urn=urn, id="provider", object=request.object)
        if not request.custom:
            return answer(urn=urn, object=request.object)
        self.seen.add(urn)
        try:
            held = self._bring_about(urn, request)
        except (EngineError, grpc.RpcError) as error:
            self.errors.append(error)
            raise
        return answer(urn=urn, id=held.id, object=held.outputs)

    def Invoke(self, request: Any) -> Any:
        """Have a plugin answer a look-up."""
        provider = self._engine.providers[request.tok.split(":")[0]]
        found = provider.stub.Invoke(wire.InvokeRequest(tok=request.tok, args=request.args))
        return ResourceInvokeResponse(**{"return": getattr(found, "return")})

    def _bring_about(self, urn: str, request: Any) -> Held:
        """Check, diff, and do what the difference asks for."""
        old = self._engine.state.held.get(urn)
        ignored = tuple(request.ignoreChanges)
        wanted = Held(urn, "", _without(request.object, ignored, old), Struct(), ignored)
        provider = self._engine.providers[wanted.package]
        before = old.inputs if old else Struct()
        wanted = replace(wanted, inputs=provider.check(urn, before, wanted.inputs))
        if old is None:
            return self._made(wanted, CREATED)
        difference = provider.diff(replace(old, ignored=ignored), wanted.inputs)
        if difference.replaces:
            return self._replaced(old, wanted, difference.deleteBeforeReplace)
        if old.unfinished or difference.changes == wire.DiffResponse.DIFF_SOME:
            return self._keep(provider.update(old, wanted, self._preview), UPDATED)
        return self._keep(replace(wanted, id=old.id, outputs=old.outputs), SAME)

    def _replaced(self, old: Held, wanted: Held, delete_first: bool) -> Held:
        if self._preview:
            return self._made(wanted, REPLACED)
        state = self._engine.state
        if delete_first:
            self._engine.providers[old.package].delete(old)
            with self._keeping:
                del state.held[old.urn]
            return self._made(wanted, REPLACED)
        made = self._made(wanted, REPLACED)
        with self._keeping:
            state.superseded.append(old)
        return made

    def _made(self, wanted: Held, outcome: str) -> Held:
        held = self._engine.providers[wanted.package].create(wanted, self._preview)
        self._keep(held, outcome)
        if held.unfinished:
            raise EngineError(f"{held.urn} is only partly made: {held.unfinished}")
        return held

    def _keep(self, held: Held, outcome: str) -> Held:
        with self._keeping:
            self.outcomes[held.urn] = outcome
            if not self._preview:
                self._engine.state.held.pop(held.urn, None)
                self._engine.state.held[held.urn] = held
        return held


class _Run(Recorder, _Deployment):
    """The same, with the recorder before it, which composes URNs and collects what is exported."""


def _without(inputs: Struct, ignored: tuple[str, ...], old: Held | None) -> Struct:
    """Return inputs in which the properties whose changes are ignored are as they were."""
    kept = Struct()
    kept.CopyFrom(inputs)
    for name in ignored if old else ():
        kept.fields.pop(name, None)
        if name in old.inputs.fields:
            kept.fields[name].CopyFrom(old.inputs.fields[name])
    return kept

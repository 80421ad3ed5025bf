"""Every type of the table through the plugin's process, by the protocol alone."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import grpc
import pytest

from dev.program import evaluate_tap
from emulator.program.graph import Graph, Resource
from emulator.provider import wire
from emulator.provider.properties import UNKNOWN, Properties
from emulator.provider.wire import Struct
from emulator.server.server import Server
from emulator.services.table import RESOURCE_TYPES
from lib.region import read_region
from tests.support.miniature_engine import Held, Provider
from tests.support.plugin_process import configure, running_plugin
from tests.support.samples import SAMPLES, Of, Sample

SOME, NONE = wire.DiffResponse.DIFF_SOME, wire.DiffResponse.DIFF_NONE

# Shorter texts, such as a version, mean something else elsewhere.
_SHORTEST_IDENTITY = 9


@pytest.fixture(name="graph", scope="module")
def _graph() -> Graph:
    """The program's resources, with made-up outputs."""
    return evaluate_tap(config={"tap:databaseEngineVersion": "15.10"})


@pytest.fixture(name="running", scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Provider]]:
    """An emulated AWS and one plugin process, for both packages."""
    with ExitStack() as stack:
        server = stack.enter_context(Server(read_region()))
        where = tmp_path_factory.mktemp("elsewhere")
        stub = stack.enter_context(running_plugin(server.environment(), where))
        configure(stub, region=read_region())
        yield server, Provider(stub)


class Bench:
    """A resource of the program with all that it stands on, made by the plugin.

    What one type stands on is left for the next; `made` has it in the order in which it was made.
    """

    def __init__(self, graph: Graph, server: Server, provider: Provider) -> None:
        self.server = server
        self.provider = provider
        self.made: dict[str, Held] = {}
        self.sample = Sample()
        self.resource = graph.resources[0]
        self._graph = graph
        self._real: dict[str, str] = {}

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return self.resource.urn

    def turn_to(self, token: str) -> None:
        """Choose a type; make what its resource stands on, and remove what stands on it."""
        self.sample = SAMPLES[token]
        name = self.sample.part and f"flask-api-{self.sample.part}-dev"
        self.resource = self._graph.one(token, name) if name else self._graph.of_type(token)[0]
        by_urn = {each.urn: each for each in self._graph.resources}
        for urn in reversed(list(self.made)):
            if urn == self.urn or self.resource in self._graph.ancestors(by_urn[urn]):
                self.provider.delete(self.made.pop(urn))
        others = [self._find(reference) for reference in self.sample.references()]
        wanted = {other.urn for other in others}
        for each in (self.resource, *others):
            wanted |= {ancestor.urn for ancestor in self._graph.ancestors(each)}
        for urn in self._graph.completed:
            if urn in wanted and urn not in self.made:
                self.made[urn] = self.make(by_urn[urn], self.inputs(by_urn[urn]))
                self._learn(by_urn[urn], self.made[urn])

    def clear(self) -> None:
        """Begin anew."""
        self.server.reset()
        self.made.clear()

    def inputs(self, resource: Resource, changes: Mapping[str, Any] | None = None) -> Struct:
        """Return a resource's inputs as they are here, with changes at dotted paths."""
        values = {name: self._real_value(item) for name, item in resource.inputs.items()}
        for path, value in (changes or {}).items():
            *outer, last = path.split(".")
            place = values
            for name in outer:
                place[name] = dict(place[name])
                place = place[name]
            place[last] = self._real_value(value)
        return Properties(values, resource.secret_inputs & values.keys()).to_wire()

    def make(self, resource: Resource, inputs: Struct) -> Held:
        """Make a resource as the engine does."""
        checked = self.provider.check(resource.urn, Struct(), inputs)
        made = self.provider.create(Held(resource.urn, "", checked, Struct()), preview=False)
        assert made.id and not made.unfinished
        return made

    def _find(self, reference: Of) -> Resource:
        return self._graph.one(reference.token, f"flask-api-{reference.part}-dev")

    def _learn(self, resource: Resource, made: Held) -> None:
        """Remember what stands here for a resource's made-up outputs."""
        real = {**Properties.from_wire(made.outputs).values, "id": made.id}
        for name, value in resource.outputs.items():
            if name in resource.inputs or value == resource.name or not isinstance(value, str):
                continue
            if len(value) >= _SHORTEST_IDENTITY and isinstance(real.get(name), str):
                self._real[value] = real[name]

    def _real_value(self, value: Any) -> Any:
        if isinstance(value, Of):
            return self._real_value(self._find(value).outputs[value.key])
        if isinstance(value, Mapping):
            return {name: self._real_value(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._real_value(item) for item in value]
        if isinstance(value, str):
            for made_up in sorted(self._real, key=len, reverse=True):
                value = value.replace(made_up, self._real[made_up])
        return value


@pytest.fixture(name="workshop", scope="module")
def _workshop(graph: Graph, running: tuple[Server, Provider]) -> Bench:
    return Bench(graph, *running)


@pytest.fixture(name="bench")
def _bench(workshop: Bench, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """The bench for a type; a test that fails leaves nothing to the next."""
    failures = request.session.testsfailed
    try:
        workshop.turn_to(request.param)
    except BaseException:
        workshop.clear()
        raise
    yield workshop
    if request.session.testsfailed > failures:
        workshop.clear()


def assert_as_known(provider: Provider, held: Held) -> None:
    """Assert that AWS has the resource as the engine knows it."""
    assert provider.read(held) == held
    assert provider.diff(held, held.inputs).changes == NONE


def assert_made_as_asked(held: Held, wanted: Struct) -> None:
    """Assert that outputs repeat the inputs, and that what has to be secret is."""
    asked, outputs = Properties.from_wire(wanted), Properties.from_wire(held.outputs)
    assert {name: outputs.values[name] for name in asked.values} == asked.values
    assert asked.secret <= outputs.secret


def test_every_type_has_a_sample() -> None:
    """A type without one would not be tested."""
    assert SAMPLES.keys() == RESOURCE_TYPES.keys()


@pytest.mark.parametrize("bench", SAMPLES, indirect=True)
def test_life_of_a_resource(bench: Bench) -> None:
    """Refused, previewed, made, read, changed, replaced, removed."""
    wanted = bench.inputs(bench.resource)
    refuses_what_there_is_not(bench, wanted)
    previews_what_is_not_known_yet(bench, wanted)
    held = bench.make(bench.resource, wanted)
    assert_made_as_asked(held, wanted)
    assert_as_known(bench.provider, held)
    held = changes_in_place(bench, held)
    held = is_replaced(bench, held)
    bench.provider.delete(held)
    assert (bench.provider.read(held) is not None) == bench.sample.stays
    bench.provider.delete(held)


def refuses_what_there_is_not(bench: Bench, wanted: Struct) -> None:
    """A property that the SDK does not know is refused by its name."""
    wrong = Struct()
    wrong.CopyFrom(wanted)
    wrong.update({"nonsense": 1})
    answer = bench.provider.stub.Check(wire.CheckRequest(urn=bench.urn, news=wrong))
    assert [failure.property for failure in answer.failures] == ["nonsense"]


def previews_what_is_not_known_yet(bench: Bench, wanted: Struct) -> None:
    """Unknown values stay unknown, secret ones secret; what AWS would add is left out."""
    unknown = Properties.from_wire(wanted)
    unknown = Properties(dict.fromkeys(unknown.values, UNKNOWN), unknown.secret)
    checked = bench.provider.check(bench.urn, Struct(), unknown.to_wire())
    previewed = bench.provider.create(Held(bench.urn, "", checked, Struct()), preview=True)
    assert previewed.id == ""
    properties = Properties.from_wire(previewed.outputs)
    assert properties.values == {**RESOURCE_TYPES[bench.resource.type].defaults, **unknown.values}
    assert unknown.secret <= properties.secret


def changes_in_place(bench: Bench, held: Held) -> Held:
    """Tags, and what else changes in place, are updated, back and forth."""
    changes = dict(bench.sample.change or {})
    tags = bench.resource.inputs.get("tags")
    if tags is not None:
        kept = {key: value for key, value in tags.items() if key != "Author"}
        changes["tags"] = {**kept, "Project": "another", "Extra": "one more"}
    if not changes:
        return held
    return update(bench, update(bench, held, changes), {})


def update(bench: Bench, held: Held, changes: Mapping[str, Any]) -> Held:
    """Update as the engine does, previewed, and assert that AWS has what was asked for."""
    wanted = bench.inputs(bench.resource, changes)
    new = bench.provider.check(bench.urn, held.inputs, wanted)
    difference = bench.provider.diff(held, new)
    assert (difference.changes, list(difference.replaces)) == (SOME, [])
    aim = Held(bench.urn, "", new, Struct())
    calls = len(bench.server.calls)
    assert_made_as_asked(bench.provider.update(held, aim, preview=True), wanted)
    assert len(bench.server.calls) == calls
    updated = bench.provider.update(held, aim, preview=False)
    assert_made_as_asked(updated, wanted)
    assert_as_known(bench.provider, updated)
    return updated


def is_replaced(bench: Bench, held: Held) -> Held:
    """What can't change in place replaces, in the order that the difference asks for."""
    if bench.sample.replace is None:
        return held
    wanted = bench.inputs(bench.resource, bench.sample.replace)
    difference = bench.provider.diff(held, bench.provider.check(bench.urn, held.inputs, wanted))
    assert set(difference.replaces) == {path.partition(".")[0] for path in bench.sample.replace}
    ignoring = Held(held.urn, held.id, held.inputs, held.outputs, tuple(bench.sample.replace))
    assert bench.provider.diff(ignoring, wanted).changes == NONE
    if not bench.sample.replaceable:
        return held
    if difference.deleteBeforeReplace:
        bench.provider.delete(held)
        new = bench.make(bench.resource, wanted)
    else:
        new = bench.make(bench.resource, wanted)
        bench.provider.delete(held)
    assert_as_known(bench.provider, new)
    return new


def test_a_type_that_there_is_not_is_refused(running: tuple[Server, Provider]) -> None:
    """By its name, cleanly."""
    urn = "urn:pulumi:dev::tap::aws:s3/bucketV2:BucketV2::bucket"
    answer = running[1].stub.Check(wire.CheckRequest(urn=urn))
    assert ["BucketV2" in failure.reason for failure in answer.failures] == [True]


@pytest.mark.parametrize("bench", ["aws:rds/cluster:Cluster"], indirect=True)
def test_what_aws_refuses_is_refused_in_its_words(bench: Bench) -> None:
    """With its code, and no secret in the message."""
    wanted = bench.inputs(bench.resource, {"masterPassword": "short/@pass"})
    with pytest.raises(grpc.RpcError) as refused:
        bench.make(bench.resource, wanted)
    assert "InvalidParameterValue" in refused.value.details()
    assert "short/@pass" not in refused.value.details()

"""What the engine asks of a provider, answered by the table, on plain values.

Knows nothing of the wire. Its methods raise what the table raises, and ProviderError.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.provider.properties import Properties
from emulator.resources.resource_type import Difference, Problem, ResourceType, State, Unfinished

Table = Mapping[str, ResourceType]
Lookup = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]


class ProviderError(Exception):
    """The provider can't do what it is asked; the message is for the user."""


class PartlyMade(Exception):
    """A resource is there, but not all of it could be set: the next `up` has to update it."""

    def __init__(self, resource: "Resource", cause: Exception) -> None:
        super().__init__(str(cause))
        self.resource = resource
        self.cause = cause


@dataclass(frozen=True)
class Resource:
    """A resource as the engine keeps it.

    `outputs` repeat the inputs, as all providers have it; an input that they lack could not be set
    yet.
    """

    id: str
    inputs: Properties
    outputs: Properties

    def state(self) -> State:
        """Return what the table knows of it."""
        inputs, outputs = self.inputs.values, self.outputs.values
        return State(
            self.id,
            {name: item for name, item in inputs.items() if name in outputs},
            {name: item for name, item in outputs.items() if name not in inputs},
        )


class Operations:
    """The operations of the providers `aws` and `random`; safe for many threads.

    `connect` gives the emulated AWS for a region (None: none is configured).
    """

    def __init__(
        self,
        table: Table,
        lookups: Mapping[str, Lookup],
        connect: Callable[[str | None], Any],
    ) -> None:
        self._table = table
        self._lookups = lookups
        self._connect = connect
        self._aws: Any = None
        self._checking = threading.Lock()

    def configure(self, region: str | None) -> None:
        """Connect to the region that the provider's configuration names."""
        self._aws = self._connect(region)

    def check(self, token: str, inputs: Properties) -> list[Problem]:
        """Return what is wrong with inputs, such as a type or a property that there is not."""
        try:
            # The SDK that knows the arguments loads its modules late, one thread at a time.
            with self._checking:
                return self._kind(token).check(inputs.values)
        except ProviderError as error:
            return [Problem("", str(error))]

    def defaults(self, token: str, inputs: Properties) -> Mapping[str, Any]:
        """Return what the real provider would add to inputs."""
        defaults = self._kind(token).defaults
        return {name: item for name, item in defaults.items() if name not in inputs.values}

    def diff(
        self, token: str, resource: Resource, inputs: Properties, ignored: Collection[str]
    ) -> Difference:
        """Return what new inputs would change."""
        return self._kind(token).diff(resource.state(), inputs.values, ignored)

    def create(self, token: str, inputs: Properties, preview: bool) -> Resource:
        """Make a resource; in a preview nothing is made, and what AWS would add is left out."""
        kind = self._kind(token)
        if preview:
            return Resource("", inputs, _marked(kind, inputs.values, inputs.secret))
        try:
            return _resource(kind, kind.create(self._aws, inputs.values), inputs.secret)
        except Unfinished as error:
            unfinished = _resource(kind, error.state, inputs.secret)
            raise PartlyMade(unfinished, error.cause) from error

    def read(self, token: str, resource: Resource) -> Resource | None:
        """Return a resource as AWS has it now, or None; an id alone is enough to find it."""
        kind = self._kind(token)
        state = kind.read(self._aws, resource.state())
        secret = resource.inputs.secret | resource.outputs.secret
        return None if state is None else _resource(kind, state, secret)

    def update(self, token: str, resource: Resource, inputs: Properties, preview: bool) -> Resource:
        """Change a resource in place."""
        kind = self._kind(token)
        secret = resource.outputs.secret | inputs.secret
        state = resource.state()
        if preview:
            state = State(state.id, inputs.values, state.outputs)
        else:
            state = kind.update(self._aws, state, inputs.values)
        return _resource(kind, state, secret)

    def delete(self, token: str, resource: Resource) -> None:
        """Remove a resource; one that is gone already is no error."""
        self._kind(token).delete(self._aws, resource.state())

    def look_up(self, token: str, args: Properties) -> Mapping[str, Any]:
        """Answer a function of the provider."""
        if token not in self._lookups:
            raise ProviderError(f"the emulated AWS has no look-up {token}")
        return self._lookups[token](self._aws, args.values)

    def _kind(self, token: str) -> ResourceType:
        if token not in self._table:
            raise ProviderError(f"the emulated AWS has no type {token}")
        return self._table[token]


def _marked(kind: ResourceType, values: Mapping[str, Any], secret: frozenset[str]) -> Properties:
    return Properties(values, (secret | kind.secrets) & values.keys())


def _resource(kind: ResourceType, state: State, secret: frozenset[str]) -> Resource:
    return Resource(
        id=state.id,
        inputs=_marked(kind, state.inputs, secret),
        outputs=_marked(kind, {**state.outputs, **state.inputs}, secret),
    )

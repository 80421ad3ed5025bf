"""Resource types of AWS: those that calls of boto3 make, describe, change and delete.

A type is data: botocore's model of each operation does the mapping. What is irregular stands in
functions beside it. Each request passes botocore's own validation.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from emulator.resources.arguments import Arguments, Inputs
from emulator.resources.aws import Aws
from emulator.resources.difference import same
from emulator.resources.from_aws import Answer, member
from emulator.resources.resource_type import ResourceType
from emulator.resources.state import ResourceError, State, Unfinished, is_gone
from emulator.resources.tags import ServiceTags
from emulator.resources.updates import Change, Target, Update


@dataclass(frozen=True)
class JoinedId:
    """An id that is made of arguments or outputs, in this order."""

    separator: str
    names: tuple[str, ...]

    def join(self, inputs: Inputs) -> str:
        """Return the id that arguments make."""
        return self.separator.join(str(inputs[name]) for name in self.names)

    def split(self, id_: str) -> dict[str, str]:
        """Return what an id says, whose last part may hold the separator; raises ResourceError."""
        parts = id_.split(self.separator, len(self.names) - 1)
        if len(parts) < len(self.names):
            raise ResourceError(f"the id {id_} is not {self.separator.join(self.names)}")
        return dict(zip(self.names, parts, strict=True))


@dataclass(frozen=True)
class Creation:
    """What is to be made: `inputs` are all its arguments, `given` those for the first call."""

    aws: Aws
    arguments: Arguments
    inputs: Inputs
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Create:
    """The call that makes a resource.

    `id` is where its answer has the id (JMESPath), or a function of the arguments. `extra` is what
    the request has besides.
    """

    operation: str
    id: str | Callable[[Inputs], str]
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, new: Creation) -> str:
        """Make the resource and return its id."""
        answer = new.aws.send(self.operation, new.given, new.arguments, **self.extra)
        made = jmespath.search(self.id, answer) if isinstance(self.id, str) else self.id(new.inputs)
        if not made:
            raise ResourceError(f"{self.operation} made nothing: {answer}")
        return made


@dataclass(frozen=True)
class Arn:
    """The ARN of a resource whose description has none: what stands before its id in it."""

    service: str
    prefix: str

    def __call__(self, aws: Aws, state: State) -> dict[str, Any]:
        """Return the output that it is."""
        return {"arn": aws.arn(self.service, self.prefix + state.id)}


@dataclass(frozen=True)
class Describe:
    """The call that describes a resource, and where its answer has it, if alive (JMESPath).

    `joined` is the id's form, where an id alone says what the call needs.
    """

    operation: str
    target: Target
    item: str | Callable[[State], str]
    joined: JoinedId | None = None

    def item_of(self, aws: Aws, state: State) -> Mapping[str, Any] | None:
        """Return what AWS says of the resource, None when it is gone."""
        if self.joined:
            state = replace(state, outputs={**self.joined.split(state.id), **state.outputs})
        try:
            answer = aws.call(self.operation, **self.target(state))
        except ClientError as error:
            if is_gone(error):
                return None
            raise
        path = self.item if isinstance(self.item, str) else self.item(state)
        return jmespath.search(path, answer) or None


@dataclass(frozen=True)
class Delete:
    """The call that deletes a resource."""

    operation: str
    target: Target

    def __call__(self, aws: Aws, state: State) -> None:
        """Delete the resource."""
        aws.call(self.operation, **self.target(state))


@dataclass(frozen=True, kw_only=True)
class BotoType(ResourceType):
    """One resource type of AWS.

    `outputs` are what its description has under the same names, whatever their case, and functions
    that give those which are told elsewhere; `paths` are JMESPath of what the description has under
    other names, arguments that it calls otherwise than the request included. The `updates` are
    made in order, the tags' last.
    """

    made_by: Callable[[Creation], str]
    described_by: Describe
    deleted_by: Callable[[Aws, State], None]
    outputs: tuple[str | Callable[[Aws, State], Mapping[str, Any]], ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    updates: tuple[Update, ...] = ()
    tags: ServiceTags | None = None

    def create(self, aws: Aws, inputs: Inputs) -> State:
        """Make the resource: one call, then the updates that its other arguments need."""
        inputs = self.arguments.complete(inputs)
        later = {name for update in self._updates if update.new for name in update.names}
        begun = {name: item for name, item in inputs.items() if name not in later}
        given = {name: item for name, item in begun.items() if name not in self.arguments.unsent}
        if self.tags and (tags := given.pop("tags", None)):
            given |= self.tags.at_creation(tags)
        made = self.made_by(Creation(aws, self.arguments, inputs, given))
        return self._apply(aws, State(made, begun), inputs, later & inputs.keys())

    def read(self, aws: Aws, state: State) -> State | None:
        """Return the resource as AWS has it now, its arguments included; None when it is gone."""
        item = self.described_by.item_of(aws, state)
        if item is None:
            return None
        state = replace(state, outputs=self._outputs(aws, state, item))
        answer = Answer(item, self.arguments.renames, self.paths)
        found = answer.arguments(state.inputs)
        for update in self._updates:
            found |= update.read(aws, state)
        return replace(state, inputs=self._settled(state.inputs, found))

    def update(self, aws: Aws, state: State, inputs: Inputs) -> State:
        """Change the resource to have these arguments; where nothing differs, nothing is called."""
        inputs = self.arguments.complete(inputs)
        names = self.diff(state, inputs).names
        able = {name for update in self._updates for name in self._concerned(aws, update, names)}
        stuck = sorted(names - able.union(self.arguments.unsent))
        if stuck:
            raise ResourceError(f"{', '.join(stuck)} of {self.token} can't change in place")
        if not names:
            return replace(state, inputs=inputs)
        return self._apply(aws, state, inputs, names)

    def delete(self, aws: Aws, state: State) -> None:
        """Delete the resource; that it is gone already is no error."""
        try:
            self.deleted_by(aws, state)
        except ClientError as error:
            if not is_gone(error):
                raise

    @cached_property
    def _updates(self) -> tuple[Update, ...]:
        return self.updates + ((self.tags.update(),) if self.tags else ())

    def _concerned(self, aws: Aws, update: Update, names: Collection[str]) -> frozenset[str]:
        """Return those of the changed arguments that an update sets."""
        concerned = {name for name in names if name in update.names}
        if update.others_by:
            mine = self.arguments.unsent.union(*(each.names for each in self._updates))
            taken = aws.taken(update.others_by, names, self.arguments)
            concerned.update(name for name in taken if name not in mine)
        return frozenset(concerned)

    def _apply(self, aws: Aws, state: State, inputs: Inputs, names: frozenset[str]) -> State:
        """Make the updates that these arguments need, in order."""
        done = dict(state.inputs)
        aim = replace(state, inputs=inputs)
        try:
            aim = self._described(aws, aim)
            for update in self._updates:
                concerned = self._concerned(aws, update, names)
                if concerned or update.last:
                    update.apply(Change(aws, self.arguments, aim, state.inputs, concerned))
                for name in concerned:
                    done.pop(name, None)
                    done |= {name: inputs[name]} if name in inputs else {}
            return self._described(aws, aim) if names else aim
        except Exception as cause:
            raise Unfinished(replace(aim, inputs=done), cause) from cause

    def _described(self, aws: Aws, state: State) -> State:
        item = self.described_by.item_of(aws, state)
        if item is None:
            raise ResourceError(f"{self.token} {state.id} is nowhere to be found")
        return replace(state, outputs=self._outputs(aws, state, item))

    def _outputs(self, aws: Aws, state: State, item: Mapping[str, Any]) -> dict[str, Any]:
        known = {name: jmespath.search(path, item) for name, path in self.paths.items()}
        for output in self.outputs:
            if isinstance(output, str):
                known[output] = member(item, output)
            else:
                known |= output(aws, replace(state, outputs=known))
        if self.tags:
            known["tagsAll"] = dict(state.inputs.get("tags", {}))
        return {name: value for name, value in known.items() if value is not None}

    def _settled(self, given: Inputs, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was found, in the given form where it means the same."""
        meanings = self.arguments.comparison.meanings
        settled: dict[str, Any] = {}
        for name, value in found.items():
            if name in given and same(given[name], value, meanings.get(name)):
                settled[name] = given[name]
            elif value is not None and (name in given or value):
                is_text = isinstance(given.get(name), str) and not isinstance(value, str)
                settled[name] = json.dumps(value) if is_text else value
        return settled

"""Kinds of AWS: resource types that calls of boto3 make, read, change and remove.

A kind is data: botocore's model of each operation does the mapping. What is irregular stands in
functions beside it. Each request passes botocore's own validation.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from emulator.resources.aws import Aws
from emulator.resources.difference import same
from emulator.resources.observed import Observation
from emulator.resources.resource_type import ResourceType
from emulator.resources.state import Inputs, ResourceError, State, Unfinished, fill, is_gone
from emulator.resources.tags import Tags
from emulator.resources.updates import Change, Step

# Every resource of pulumi_aws 7 takes one; the emulated AWS has that of the provider alone.
_NEVER_SENT = frozenset({"region"})


@dataclass(frozen=True)
class Create:
    """The call that makes a resource; `id` is where its answer has the id (JMESPath).

    An `id` with braces is a template of the arguments instead. `extra` are arguments besides the
    program's, as templates of those.
    """

    operation: str
    id: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, aws: Aws, kind: "BotoType", inputs: Inputs) -> str:
        """Make the resource and return its id."""
        given = kind.creation_arguments(inputs)
        if kind.tags and kind.tags.ec2_type and (tags := given.pop("tags", None)):
            specification = {"ResourceType": kind.tags.ec2_type, "Tags": tags}
            given["TagSpecifications"] = [specification]
        request = aws.operation(self.operation).request(given, kind.arguments.renames)
        answer = aws.call(self.operation, **{**request, **fill(self.extra, inputs)})
        made = fill(self.id, inputs) if "{" in self.id else jmespath.search(self.id, answer)
        if not made:
            raise ResourceError(f"{kind.token} was not made: {answer}")
        return made


@dataclass(frozen=True)
class Find:
    """The call that describes a resource, and where (JMESPath) its answer has it, if alive.

    `outputs` are JMESPath in what it says of the resource, or templates of an ARN: `arn:` and then
    the service, a colon, and what follows the account. `observed` are JMESPath of arguments that it
    has under other names than the request. `more` gives outputs that other calls tell. `id_parts`
    is a pattern whose named groups the id holds.
    """

    operation: str
    arguments: Mapping[str, Any]
    item: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    observed: Mapping[str, str] = field(default_factory=dict)
    more: Callable[[Aws, State], Mapping[str, Any]] | None = None
    id_parts: str = ""

    def look(self, aws: Aws, state: State) -> Mapping[str, Any] | None:
        """Return what AWS says of the resource, None when it is gone."""
        parts = re.fullmatch(self.id_parts, state.id)
        facts = {**(parts.groupdict() if parts else {}), **state.facts}
        try:
            answer = aws.call(self.operation, **fill(self.arguments, facts))
        except ClientError as error:
            if is_gone(error):
                return None
            raise
        return jmespath.search(fill(self.item, facts), answer) or None

    def read_outputs(self, aws: Aws, state: State, item: Mapping[str, Any]) -> dict[str, Any]:
        """Return the outputs of a resource of which AWS says this."""
        known: dict[str, Any] = {}
        for name, path in self.outputs.items():
            if path.startswith("arn:"):
                known[name] = aws.arn(fill(path.removeprefix("arn:"), {**state.facts, **known}))
            else:
                known[name] = jmespath.search(path, item)
        if self.more:
            known |= self.more(aws, replace(state, outputs=known))
        return {name: value for name, value in known.items() if value is not None}

    def read_inputs(
        self, item: Mapping[str, Any], kind: ResourceType, inputs: Inputs
    ) -> dict[str, Any]:
        """Return the arguments as AWS has them; of what it says nothing, as they were."""
        renames = kind.arguments.renames
        seen = {name: jmespath.search(path, item) for name, path in self.observed.items()}
        left = {path: target for path, target in renames.items() if path not in seen}
        return Observation({**item, **seen}, left).of(inputs)


@dataclass(frozen=True)
class Remove:
    """The call that removes a resource, its arguments templates of what is known."""

    operation: str
    arguments: Mapping[str, Any]

    def __call__(self, aws: Aws, state: State) -> None:
        """Remove the resource."""
        aws.call(self.operation, **fill(self.arguments, state.facts))


@dataclass(frozen=True, kw_only=True)
class BotoType(ResourceType):
    """One resource type of AWS. `own_steps` are taken in order, the tags last."""

    make: Callable[[Aws, "BotoType", Inputs], str]
    find: Find
    remove: Callable[[Aws, State], None]
    own_steps: tuple[Step, ...] = ()
    tags: Tags | None = None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of a creation or change."""
        return self.own_steps + ((self.tags.step(),) if self.tags else ())

    def creation_arguments(self, inputs: Inputs) -> dict[str, Any]:
        """Return the arguments that the call which makes the resource takes, in AWS's form."""
        left = self._later() | self.arguments.local | _NEVER_SENT
        given = {name: item for name, item in inputs.items() if name not in left}
        return self.arguments.convert(given)

    def create(self, aws: Aws, inputs: Inputs) -> State:
        """Make the resource: one call, then the steps that its other arguments need."""
        inputs = self.arguments.complete(inputs)
        made = self.make(aws, self, inputs)
        later = self._later()
        begun = State(made, {name: item for name, item in inputs.items() if name not in later})
        return self._proceed(aws, begun, inputs, later & inputs.keys())

    def read(self, aws: Aws, state: State) -> State | None:
        """Return the resource as AWS has it now, its arguments included; None when it is gone."""
        item = self.find.look(aws, state)
        if item is None:
            return None
        state = replace(state, outputs=self._outputs(aws, state, item))
        found = self.find.read_inputs(item, self, state.inputs)
        for step in self.steps:
            if step.observe:
                found |= step.observe(aws, state)
        return replace(state, inputs=self._settle(state.inputs, found))

    def update(self, aws: Aws, state: State, inputs: Inputs) -> State:
        """Change the resource to have these arguments."""
        inputs = self.arguments.complete(inputs)
        names = self.diff(state, inputs).names
        able = frozenset().union(*(step.names for step in self.steps), self.arguments.local)
        stuck = sorted(names - able - _NEVER_SENT)
        if stuck:
            raise ResourceError(f"{', '.join(stuck)} of {self.token} can't change in place")
        return self._proceed(aws, state, inputs, names)

    def delete(self, aws: Aws, state: State) -> None:
        """Remove the resource; that it is gone already is no error."""
        try:
            self.remove(aws, state)
        except ClientError as error:
            if not is_gone(error):
                raise

    def _later(self) -> frozenset[str]:
        return frozenset().union(*(step.names for step in self.steps if step.creates))

    def _proceed(self, aws: Aws, state: State, inputs: Inputs, names: frozenset[str]) -> State:
        """Take the steps that these arguments need, in order."""
        done = dict(state.inputs)
        aim = replace(state, inputs=inputs)
        try:
            aim = self._refresh(aws, aim)
            for step in self.steps:
                if step.names & names or step.always:
                    step.apply(Change(aws, self, aim, state.inputs, step.names & names))
                for name in step.names & names:
                    done.pop(name, None)
                    done |= {name: inputs[name]} if name in inputs else {}
            return self._refresh(aws, aim) if names else aim
        except Exception as cause:
            raise Unfinished(replace(aim, inputs=done), cause) from cause

    def _refresh(self, aws: Aws, state: State) -> State:
        item = self.find.look(aws, state)
        if item is None:
            raise ResourceError(f"{self.token} {state.id} is nowhere to be found")
        return replace(state, outputs=self._outputs(aws, state, item))

    def _outputs(self, aws: Aws, state: State, item: Mapping[str, Any]) -> dict[str, Any]:
        outputs = self.find.read_outputs(aws, state, item)
        return outputs | {"tagsAll": dict(state.inputs.get("tags", {}))} if self.tags else outputs

    def _settle(self, given: Inputs, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was found, in the given form where it means the same."""
        meanings = self.arguments.meanings
        settled: dict[str, Any] = {}
        for name, value in found.items():
            if name in given and same(given[name], value, meanings.get(name)):
                settled[name] = given[name]
            elif value is not None and (name in given or value):
                is_text = isinstance(given.get(name), str) and not isinstance(value, str)
                settled[name] = json.dumps(value) if is_text else value
        return settled

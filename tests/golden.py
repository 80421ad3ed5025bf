"""Golden graphs: all that the program asks for, as text to be reviewed.

`make golden`, or `python -m tests.golden`, writes them anew. `standard.json` is the graph of the
profile, which tests/unit/lib/test_golden.py compares whole; `ephemeral.json` tells what that
profile changes in it, and `differences.json` what each setting does, for
tests/properties/test_every_setting.py.

Outputs that are no inputs are named by the resource that they come from (`{Vpc vpc.id}`), region
and account by `{region}` and `{account}`; JSON text is shown as what it says, under its name and
`(JSON)`; `{tags}` are the common ones with the resource's own name. Parent and provider are left
out where they are the component and its provider, options where they are the default.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator.program.graph import Graph, Options, Resource
from emulator.program.mocks import ACCOUNT
from tests.unit.support import CHANGES, COMPONENT, PROVIDER, REGION, graph_of, label, tags, with_all

FOLDER = Path(__file__).parent / "unit" / "golden"

_WIDTH = 80
_SHORTEST_REFERENCE = 8
_OPTIONS = dataclasses.asdict(Options())

_MORE_CHANGES: tuple[dict[str, str], ...] = (
    {"natGateways": "none"},
    {"databaseInstances": "1"},
    {"image": "public.ecr.aws/nginx/nginx:1.27"},
)

# What differences.json has: each setting by itself, and some other values. JSON is no part of the
# title.
CHANGED_SETTINGS = {
    " ".join(f"{key}={text}".partition("={")[0] for key, text in settings.items()): settings
    for settings in (*(with_all({k: text}) for k, (text, _) in CHANGES.items()), *_MORE_CHANGES)
}


def standard() -> str:
    """Return the text of `standard.json`."""
    return render({"{tags}": tags("{part}"), **describe(graph_of())})


def ephemeral() -> str:
    """Return the text of `ephemeral.json`."""
    return render(difference({"profile": "ephemeral"}))


def difference(settings: Mapping[str, str]) -> dict[str, Any]:
    """Return what settings change in the standard graph."""
    return _difference(_without_settings(graph_of()), _without_settings(graph_of(**settings)))


def _without_settings(graph: Graph) -> dict[str, Any]:
    """Return a graph as plain data, but for the output that repeats what was set."""
    described = describe(graph)
    exports = {key: value for key, value in described["exports"].items() if key != "settings"}
    return {**described, "exports": exports}


def describe(graph: Graph) -> dict[str, Any]:
    """Return a graph as plain data; the same program gives the same."""
    labels = {resource.urn: label(resource) for resource in graph.resources}
    references = _references(graph)
    lookups = [
        {"token": lookup.token, "args": lookup.args, "provider": labels[lookup.provider]}
        for lookup in graph.lookups
    ]
    described = {
        "resources": {
            labels[resource.urn]: _describe(resource, labels) for resource in graph.resources
        },
        "lookups": sorted(lookups, key=lambda lookup: lookup["token"]),
        "warnings": list(graph.warnings),
        "exports": graph.exports,
        "secret exports": sorted(graph.secret_exports),
    }
    return _readable(described, references)


def _describe(resource: Resource, labels: Mapping[str, str]) -> dict[str, Any]:
    def labelled(urns: frozenset[str]) -> list[str]:
        return sorted(labels[urn] for urn in urns)

    inputs = dict(resource.inputs)
    if inputs.get("tags") == tags(label(resource).partition(" ")[2]):
        inputs["tags"] = "{tags}"
    options = dataclasses.asdict(resource.options)
    properties = resource.property_dependencies
    described = {
        "type": resource.type,
        "inputs": inputs,
        "secret inputs": sorted(resource.secret_inputs),
        "depends on": labelled(resource.dependencies),
        "through": {key: labelled(urns) for key, urns in properties.items() if urns},
        "options": {key: value for key, value in options.items() if value != _OPTIONS[key]},
        "parent": labels.get(resource.parent, resource.parent.rpartition("::")[2]),
        "provider": labels.get(resource.provider, ""),
    }
    usual = {"parent": "TapStack tap", "provider": "aws aws-dev"}
    return {key: value for key, value in described.items() if value and value != usual.get(key)}


def _references(graph: Graph) -> dict[str, str]:
    """Return the outputs that are no inputs, with the resource and the output that they are of."""
    found: dict[str, str] = {}
    for resource in graph.resources:
        if resource.type in (COMPONENT, PROVIDER):
            continue
        known = {ACCOUNT, resource.name, *map(str, resource.inputs.values())}
        for key, value in sorted(resource.outputs.items()):
            if isinstance(value, str) and value not in known and len(value) >= _SHORTEST_REFERENCE:
                found.setdefault(value, f"{{{label(resource)}.{key}}}")
    # Of two, one may be a part of the other.
    longest_first = sorted(found.items(), key=lambda pair: -len(pair[0]))
    return {**dict(longest_first), REGION: "{region}", ACCOUNT: "{account}"}


def _readable(value: Any, references: Mapping[str, str]) -> Any:
    """Return plain data with references, and with JSON text read."""
    if isinstance(value, Mapping):
        named = (_read_json(key, item) for key, item in value.items())
        return {key: _readable(item, references) for key, item in named}
    if isinstance(value, list | tuple):
        return [_readable(item, references) for item in value]
    if isinstance(value, str):
        for text, reference in references.items():
            value = value.replace(text, reference)
    return value


def _read_json(key: str, value: Any) -> tuple[str, Any]:
    """Return a property with its name; JSON of an object or a list as what it says."""
    if isinstance(value, str) and value[:2] in ('{"', "[{"):
        return f"{key} (JSON)", json.loads(value)
    return key, value


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one description has and the other has not, resource by resource."""
    old, new = before["resources"], after["resources"]
    rest = ({k: v for k, v in each.items() if k != "resources"} for each in (before, after))
    changed = {key: dict(_changes(old[key], new[key])) for key in old.keys() & new.keys()}
    found = {
        "added": {key: new[key] for key in new.keys() - old.keys()},
        "removed": sorted(old.keys() - new.keys()),
        "changed": {key: changes for key, changes in changed.items() if changes},
        "besides": dict(_changes(*rest)),
    }
    return {key: value for key, value in found.items() if value}


def _changes(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give the path of each value that differs, and what it was and is."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys()):
            yield from _changes(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from _changes(*pair, f"{path}.{index}")
    elif old != new:
        if isinstance(old, list) and isinstance(new, list):
            old, new = ([each for each in a if each not in b] for a, b in ((old, new), (new, old)))
        yield path, {"was": old, "is": new}


def render(value: Any, indent: str = "") -> str:
    """Return data as JSON with sorted keys, in few lines."""
    line = json.dumps(value, sort_keys=True, ensure_ascii=False)
    # The first two levels are blocks, whatever their size.
    if len(indent) > 2 and len(indent) + len(line) < _WIDTH or not value:
        return line
    inner = indent + " "
    if isinstance(value, Mapping):
        items = [f"{json.dumps(key)}: {render(value[key], inner)}" for key in sorted(value)]
        return "{\n" + ",\n".join(inner + item for item in items) + f"\n{indent}}}"
    if isinstance(value, list | tuple):
        return "[\n" + ",\n".join(inner + render(item, inner) for item in value) + f"\n{indent}]"
    return line


if __name__ == "__main__":
    for profile, golden in (("standard", standard()), ("ephemeral", ephemeral())):
        (FOLDER / f"{profile}.json").write_text(f"{golden}\n", encoding="utf-8")
    differences = {title: difference(each) for title, each in CHANGED_SETTINGS.items()}
    (FOLDER / "differences.json").write_text(f"{render(differences)}\n", encoding="utf-8")

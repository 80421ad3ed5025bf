"""docs/json.md: what the commands print with `--json`, from the models that print it."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from ops.cost.bill import CostReport
from ops.leftovers.model import LeftoversReport
from ops.pulumi_cli import ROOT
from ops.report import Report
from ops.show.model import AccountShown, EnvironmentShown
from ops.sweep.model import SweepReport

DOCUMENT = ROOT / "docs" / "json.md"

_HEAD = """\
# What `--json` prints

`python -m ops verify --suffix dev --json`, or `make verify SUFFIX=dev JSON=1`: one JSON object on
the standard output, and nothing else there. `version` changes when a field goes or means
something else; new fields may come at any time. Times are ISO 8601, in UTC. `make docs` writes this
page from the pydantic models that print it; `MODEL.model_json_schema()` has them as JSON Schema.
"""

_MODELS: Mapping[str, type[BaseModel]] = {
    "doctor, verify": Report,
    "show --suffix": EnvironmentShown,
    "show, without a suffix": AccountShown,
    "leftovers": LeftoversReport,
    "cost": CostReport,
    "sweep": SweepReport,
}


def json_document() -> str:
    """Return the text of the page."""
    return "\n".join((_HEAD, *(_part(title, model) for title, model in _MODELS.items())))


def _part(title: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    tables = [f"## {title}\n", _table(schema)]
    for name, definition in schema.get("$defs", {}).items():
        tables += [f"**{name}**: {definition.get('description', '').splitlines()[0]}\n"]
        tables += [_table(definition)]
    return "\n".join(tables)


def _table(schema: Mapping[str, Any]) -> str:
    return "\n".join(("| field | type | what it is |", "|---|---|---|", *_rows(schema), ""))


def _rows(schema: Mapping[str, Any]) -> Iterator[str]:
    for name, field in schema.get("properties", {}).items():
        yield f"| `{name}` | {_type(field)} | {field.get('description', '')} |"


def _type(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return field["$ref"].rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(map(_type, field["anyOf"]))
    if "const" in field or "enum" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    if isinstance(field.get("additionalProperties"), Mapping):
        return f"object of {_type(field['additionalProperties'])}"
    return str(field.get("type", "any"))

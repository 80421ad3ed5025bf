"""What other commands told of an environment, each as JSON in a file of its own."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib.service.container import PLACEHOLDER_IMAGE
from ops.cost.bill import CostReport
from ops.pull_request.comment import Known, Price
from ops.report import Report
from ops.show.model import EnvironmentShown

_Read = Callable[[str], Mapping[str, Any]]


def read_reports(folder: Path) -> Known:
    """Return what the reports in a folder tell.

    `cost.json`, `show.json` and `verify.json` are what those commands print with `--json`,
    `history.json` is `pulumi stack history --json --page-size 1`. One that is missing, or that is
    none, says nothing: a comment has to come of a run that failed, too.
    """
    known = Known()
    for name, read in _READERS.items():
        try:
            known = replace(known, **read((folder / name).read_text(encoding="utf-8")))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue
    return known


def _cost(text: str) -> Mapping[str, Any]:
    bill = CostReport.model_validate_json(text).bill
    estimate = any(part.estimate for part in bill.parts)
    return {"price": Price(bill.at_rest.day, bill.awake.day, estimate)}


def _show(text: str) -> Mapping[str, Any]:
    shown = EnvironmentShown.model_validate_json(text)
    balancers = [each.address for each in shown.parts if each.type == "load balancer"]
    image = shown.image
    runs = None if image is None else "" if image.name == PLACEHOLDER_IMAGE else image.tag or "?"
    return {"address": next(filter(None, balancers), ""), "image": runs}


def _verify(text: str) -> Mapping[str, Any]:
    report = Report.model_validate_json(text)
    return {"findings": len(list(report.findings))}


def _history(text: str) -> Mapping[str, Any]:
    changes = json.loads(text)[0]["resourceChanges"]
    return {"changes": {str(op): int(count) for op, count in changes.items()}}


_READERS: Mapping[str, _Read] = {
    "cost.json": _cost,
    "show.json": _show,
    "verify.json": _verify,
    "history.json": _history,
}

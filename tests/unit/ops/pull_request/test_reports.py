"""What a comment takes from the JSON of other commands."""

import json
from pathlib import Path

import pytest

from lib.service.container import PLACEHOLDER_IMAGE
from ops.cost.bill import Bill, CostReport, PartCost, Rate
from ops.pull_request.comment import Price
from ops.pull_request.reports import read_reports
from ops.report import CheckReport, Finding, Report
from ops.show.model import EnvironmentShown, Image, Part

_ADDRESS = "http://a.elb.amazonaws.com"
_FINDING = Finding(words="w", advice="a")


def _rate(day: float) -> Rate:
    return Rate(hour=day / 24, day=day, month=day * 30)


def _cost(estimate: bool) -> str:
    part = PartCost(
        part="tasks",
        at_rest_number=1,
        awake_number=1,
        at_most_number=2,
        each_hour=0.1,
        at_rest=_rate(1),
        awake=_rate(2),
        at_most=_rate(3),
        estimate=estimate,
    )
    bill = Bill(
        region="eu-south-1",
        profile="ephemeral",
        prices="snapshot",
        parts=(part,),
        at_rest=_rate(1.5),
        awake=_rate(2.5),
        at_most=_rate(3.5),
        use=(),
        free=(),
    )
    return CostReport(environment="pr7", bill=bill, exit_code=0).model_dump_json()


def _show(image: Image | None, *parts: Part) -> str:
    return EnvironmentShown(
        environment="pr7", region="r", verdict="v", exit_code=0, image=image, parts=parts
    ).model_dump_json()


def _verify(*findings: Finding) -> str:
    checks = [
        CheckReport(name=n, summary="", findings=findings[i : i + 1])
        for i, n in ((0, "a"), (1, "b"))
    ]
    return Report(
        command="verify", environment="pr7", region="r", verdict="v", exit_code=0, checks=checks
    ).model_dump_json()


_BALANCER = Part(type="load balancer", name="alb", id="1", address=_ADDRESS)
_DATABASE = Part(type="Aurora cluster", name="aurora", id="1", address="elsewhere")


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("cost.json", _cost(True), "price", Price(1.5, 2.5, True)),
        ("cost.json", _cost(False), "price", Price(1.5, 2.5, False)),
        ("show.json", _show(Image(name="r:v1", tag="v1"), _DATABASE, _BALANCER), "image", "v1"),
        ("show.json", _show(Image(name="r@sha256:1")), "image", "?"),
        ("show.json", _show(Image(name=PLACEHOLDER_IMAGE, tag="3")), "image", ""),
        ("show.json", _show(None), "image", None),
        ("show.json", _show(None, _DATABASE, _BALANCER), "address", _ADDRESS),
        ("verify.json", _verify(), "findings", 0),
        ("verify.json", _verify(_FINDING, _FINDING), "findings", 2),
        ("history.json", '[{"resourceChanges": {"create": 3}}]', "changes", {"create": 3}),
        ("history.json", "[]", "changes", {}),
        ("history.json", '[{"resourceChanges": null}]', "changes", {}),
        ("history.json", '[{"resourceChanges": {"create": "<b>"}}]', "changes", {}),
        ("verify.json", "Traceback", "findings", None),
        ("cost.json", json.dumps({"bill": {}}), "price", None),
    ],
)
def test_each_report_says_its_own(
    tmp_path: Path, name: str, text: str, field: str, value: object
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert getattr(read_reports(tmp_path), field) == value


def test_one_that_is_broken_hides_none_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "cost.json").write_bytes(b"\xff")
    (tmp_path / "verify.json").write_text(_verify(), encoding="utf-8")
    known = read_reports(tmp_path)
    assert (known.price, known.findings) == (None, 0)

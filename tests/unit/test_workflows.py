"""The workflows, as far as can be seen without running them: when, by which rights, whose code."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.support.expressions import condition, evaluate, insert
from tests.support.workflows import ROOT, WORKFLOWS, action, wants, workflow

_NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.yml"))
_OURS = "acme/shop"


def _jobs() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name in _NAMES:
        for job, declared in workflow(name)["jobs"].items():
            yield name, job, declared


def _steps() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for name, job, declared in _jobs():
        yield from ((name, job, step) for step in declared["steps"])


def _event(action_name: str, labels: list[str], label: str, repository: str) -> dict[str, Any]:
    pull = {"labels": [{"name": each} for each in labels], "number": 7}
    pull["head"] = {"repo": {"full_name": repository} if repository else None}
    return {"action": action_name, "label": {"name": label}, "pull_request": pull}


@pytest.mark.parametrize(
    ("done", "labels", "label", "repository", "jobs"),
    [
        ("opened", ["preview"], "", _OURS, {"up"}),
        ("synchronize", ["bug", "preview"], "", _OURS, {"up"}),
        ("reopened", ["preview"], "", _OURS, {"up"}),
        ("synchronize", ["previews"], "", _OURS, set()),
        ("labeled", ["preview"], "preview", _OURS, {"up"}),
        ("labeled", ["bug", "preview"], "bug", _OURS, set()),
        ("labeled", ["preview"], "preview", "eve/shop", {"fork"}),
        ("synchronize", ["preview"], "", "eve/shop", {"fork"}),
        ("opened", [], "", "eve/shop", set()),
        ("unlabeled", [], "preview", _OURS, {"down"}),
        ("unlabeled", ["preview"], "bug", _OURS, set()),
        ("closed", ["preview"], "", _OURS, {"down"}),
        ("closed", ["bug"], "", _OURS, set()),
        ("closed", ["preview"], "", "eve/shop", set()),
        ("closed", ["preview"], "", "", set()),
    ],
)
def test_which_job_an_event_starts(
    done: str, labels: list[str], label: str, repository: str, jobs: set[str]
) -> None:
    github = {"event": _event(done, labels, label, repository), "repository": _OURS}
    started = set()
    for name, on in (("preview-up", "pull_request"), ("preview-down", "pull_request_target")):
        declared = workflow(name)
        assert set(declared["on"]) == {on}
        if done in declared["on"][on]["types"]:
            started |= {job for job, each in declared["jobs"].items() if wants(each, github, {})}
    assert started == jobs


def test_up_and_down_take_turns_and_nothing_that_waits_is_lost() -> None:
    groups = [
        workflow("preview-up")["jobs"]["up"]["concurrency"],
        workflow("preview-down")["jobs"]["down"]["concurrency"],
    ]
    number = "${{ github.event.pull_request.number }}"
    group = {"group": f"preview-{number}", "cancel-in-progress": False, "queue": "max"}
    assert groups == [group, group]


def test_down_has_the_default_branch_alone() -> None:
    down = workflow("preview-down")["jobs"]["down"]
    [checkout] = [step for step in down["steps"] if action(step) == "actions/checkout"]
    assert checkout["with"]["ref"] == "${{ github.event.repository.default_branch }}"
    assert "head" not in str(down["steps"]) + str(down["env"])


@pytest.mark.parametrize(("name", "job", "declared"), list(_jobs()))
def test_each_job_has_the_rights_that_it_needs_and_no_more(
    name: str, job: str, declared: Mapping[str, Any]
) -> None:
    """One that takes a role names an environment: the OIDC subject says which role it may take."""
    takes_role = any(
        action(step) == "aws-actions/configure-aws-credentials" for step in declared["steps"]
    )
    rights = declared.get("permissions", workflow(name)["permissions"])
    uses_token = "github.token" in str(declared["steps"])
    expected = {"contents": "read"} if declared["steps"][0].get("uses") else {}
    expected |= {"id-token": "write"} if takes_role else {}
    expected |= {"pull-requests": "write"} if uses_token else {}
    assert rights == expected
    assert declared.get("environment") in (("preview", "long-lived") if takes_role else (None,))
    assert declared["timeout-minutes"] <= 60, job


def test_no_secret_is_handed_to_a_workflow() -> None:
    for name in _NAMES:
        assert "secrets." not in (WORKFLOWS / f"{name}.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["preview-up", "preview-down", "nightly"])
def test_without_the_stacks_file_the_state_says_how_it_is_encrypted(name: str) -> None:
    for job in workflow(name)["jobs"].values():
        if "environment" in job:
            assert job["env"]["PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER"] == "true"


def test_each_action_is_pinned_and_no_checkout_keeps_the_token() -> None:
    for name, _, step in _steps():
        if uses := step.get("uses"):
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", uses), (name, uses)
        if action(step) == "actions/checkout":
            assert step["with"]["persist-credentials"] is False


def test_each_command_can_be_run_by_hand() -> None:
    """A job of make, a command of ops or a script; nothing of an event is pasted into it."""
    for name, job, step in _steps():
        if not (command := step.get("run")) or job == "fork":
            continue
        assert "${{" not in command
        assert re.match(
            r"make |\.venv/bin/python -m ops |\.github/scripts/|\.ci/run|echo ", command
        )
        script = ROOT / command.split()[0]
        assert not command.startswith(".") or script.exists(), (name, command)


_CONTEXTS = {"a": {"b": "x", "list": [{"name": "One"}, {"name": "two"}], "none": None}}
_FUNCTIONS = {"success": lambda: False, "always": lambda: True}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a.b == 'X' && 'yes' || 'no'", "yes"),
        ("a.b != 'x' && 'yes' || 'no'", "no"),
        ("contains(a.list.*.name, 'one')", True),
        ("contains(a.list.*.name, 'on')", False),
        ("contains(a.b, 'X')", True),
        ("!a.missing.deeper", True),
        ("(a.none || 'it''s') == 'it''s'", True),
    ],
)
def test_expressions_of_the_stand_in_for_a_runner(text: str, value: object) -> None:
    assert evaluate(text, _CONTEXTS, {}) == value


def test_conditions_and_texts_of_the_stand_in_for_a_runner() -> None:
    assert not condition("a.b == 'x'", _CONTEXTS, _FUNCTIONS)
    assert condition("always() && ${{ a.b == 'x' }}", _CONTEXTS, _FUNCTIONS)
    assert insert("<${{ a.b }}-${{ a.none }}-${{ a.b == 'x' }}>", _CONTEXTS, {}) == "<x--true>"
    for text in ("a.b 'x'", "unknown.b", "a.b ?", "(a.b"):
        with pytest.raises(ValueError, match="is not|no context|goes on|missing"):
            evaluate(text, _CONTEXTS, {})

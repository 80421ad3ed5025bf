"""`long-lived`: the environments whose settings are in the tree."""

from pathlib import Path

import pytest

from ops.app import app


def test_each_stack_file_is_an_environment_but_those_of_pull_requests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the suffix that the file says, else by that of the stack's name, as the program does."""
    files = {
        "Pulumi.yaml": "name: tap\n",
        "Pulumi.prod.yaml": "config: {tap:minTasks: 2}\n",
        "Pulumi.TapStackdev.yaml": "",
        "Pulumi.shop-test.yaml": "config: {tap:environmentSuffix: test}\n",
        "Pulumi.pr7.yaml": "",
        "Pulumi.acme-pr8.yaml": "config: {tap:environmentSuffix: pr8}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        app(["long-lived"], obj=tmp_path)
    assert not end.value.code
    assert capsys.readouterr().out == "dev TapStackdev\nprod prod\ntest shop-test\n"

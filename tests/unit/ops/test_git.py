"""What is read from git: addresses lose their credentials, and nothing is made up."""

import subprocess
from pathlib import Path

import pytest

from ops import git


@pytest.fixture(name="tree")
def make_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, apart from the git settings of this machine."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    tree = tmp_path / "tree"
    tree.mkdir()
    subprocess.run(("git", "init", "--quiet", str(tree)), check=True)
    return tree


def _git(tree: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Jane O'Neil", "-c", "user.email=j@x.com")
    subprocess.run(("git", "-C", str(tree), *identity, *arguments), check=True)


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("https://github.com/shop/api.git", "https://github.com/shop/api.git"),
        ("https://jane:s3cret@github.com/shop/api", "https://github.com/shop/api"),
        ("https://x-access-token:gh@ps@github.com/shop/api", "https://github.com/shop/api"),
        ("https://git.example:8443/api?private_token=s3cret", "https://git.example:8443/api"),
        ("ssh://git@github.com:22/shop/api.git", "ssh://github.com:22/shop/api.git"),
        ("git@github.com:shop/api.git", "github.com:shop/api.git"),
        ("/srv/git/api.git", "/srv/git/api.git"),
    ],
)
def test_address_loses_its_credentials(address: str, plain: str) -> None:
    assert git.without_credentials(address) == plain


def test_tree_tells_its_origin_and_its_last_author(tree: Path) -> None:
    assert (git.repository(tree), git.commit_author(tree)) == (None, None)
    _git(tree, "remote", "add", "origin", "https://jane:s3cret@github.com/shop/api.git")
    _git(tree, "commit", "--quiet", "--allow-empty", "--message", "First")
    assert git.repository(tree) == "https://github.com/shop/api.git"
    assert git.commit_author(tree) == "Jane O'Neil <j@x.com>"


def test_machine_without_git_tells_neither(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tree))
    assert (git.repository(tree), git.commit_author(tree)) == (None, None)

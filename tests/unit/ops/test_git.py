"""What is read from git: addresses lose their credentials, and nothing is made up."""

import subprocess
import sys
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
        ("https://jane:s3cret@api.pulumi.com/jane", "https://api.pulumi.com/jane"),
        ("s3://states?region=x&token=s3cret", "s3://states"),
        ("s3://states#token=s3cret", "s3://states"),
        ("postgres://jane:s3@cret@db/states", "postgres://db/states"),
        ("file:///home/jane/states", "file:///home/jane/states"),
    ],
)
def test_address_loses_its_credentials(address: str, plain: str) -> None:
    assert git.without_credentials(address) == plain


@pytest.mark.parametrize(
    ("address", "form"),
    [
        *(
            (address, "github.com/shop/api")
            for address in (
                "https://github.com/shop/api.git",
                "https://github.com/shop/api.git#main",
                "https://github.com/shop/api",
                "https://GitHub.com:443/shop/api.git/",
                "https://jane:s3cret@github.com/shop/api",
                "https://x-access-token:gh@ps@github.com/shop/api",
                "https://github.com/shop/api?private_token=s3cret",
                "ssh://git@github.com/shop/api.git",
                "ssh://git@github.com:22/shop/api.git",
                "git@github.com:shop/api.git",
                "github.com:/shop/api",
                "git://github.com/shop/api.git",
            )
        ),
        ("https://git.example:8443/api", "git.example:8443/api"),
        ("ssh://git@git.example:7999/shop/api.git", "git.example:7999/shop/api"),
        ("git@[::1]:shop/api.git", "[::1]/shop/api"),
        ("file:///srv/git/api.git", "/srv/git/api"),
        ("/srv/git/api.git", "/srv/git/api"),
        ("../a:b/api", "../a:b/api"),
    ],
)
def test_repository_is_the_same_for_every_clone(address: str, form: str) -> None:
    """And its user and password are in no tag."""
    assert git.normal_form(address) == form


def test_tree_tells_its_origin_and_its_last_author(tree: Path) -> None:
    assert (git.repository(tree), git.commit_author(tree)) == (None, None)
    _git(tree, "remote", "add", "origin", "https://jane:s3cret@github.com/shop/api.git")
    _git(tree, "commit", "--quiet", "--allow-empty", "--message", "First")
    assert git.repository(tree) == "github.com/shop/api"
    assert git.commit_author(tree) == "Jane O'Neil <j@x.com>"


@pytest.mark.parametrize(
    ("encoding", "author"), [("utf-8", "Zo? ?ukasz <j@x.com>"), ("latin-1", "Zo? ?ukasz <j@x.com>")]
)
def test_author_of_any_encoding_is_read_and_can_be_handed_on(
    tree: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, author: str
) -> None:
    """Latin-1 for an e with dots, and a letter that Latin-1 does not have."""
    name = b"Zo\xeb \xc5\x81ukasz" if encoding == "latin-1" else b"Zo\xeb \xffukasz"
    (tree / "file").write_bytes(b"")
    _git(tree, "add", "file")
    tree_id = subprocess.run(
        ("git", "-C", str(tree), "write-tree"), capture_output=True, check=True
    ).stdout.decode()
    who = name + b" <j@x.com> 1 +0000"
    body = b"tree " + tree_id.encode() + b"author " + who + b"\ncommitter " + who + b"\n\nx\n"
    made = subprocess.run(
        ("git", "-C", str(tree), "hash-object", "-t", "commit", "-w", "--stdin"),
        input=body,
        capture_output=True,
        check=True,
    )
    _git(tree, "update-ref", "HEAD", made.stdout.decode().strip())
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: encoding)
    assert git.commit_author(tree) == author


def test_machine_without_git_tells_neither(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tree))
    assert (git.repository(tree), git.commit_author(tree)) == (None, None)

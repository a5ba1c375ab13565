"""What a clone is: its commit, branch, remote, and what is in progress."""

from pathlib import Path

import pytest
from tests.git_repository import GitRepository, needs_git

from basewise.discover.git.clone_facts import CloneFacts, read_facts, without_secrets
from basewise.discover.git.clones import Clone, find_clones
from basewise.discover.git.command import GitFailed, find_git
from basewise.model.limits import Limits

pytestmark = needs_git


def facts(root: Path) -> CloneFacts:
    git = find_git(Limits())
    assert git is not None
    return read_facts(next(find_clones(root, Limits())), git)


@pytest.fixture
def shop(tmp_path: Path) -> GitRepository:
    repository = GitRepository(tmp_path / "shop")
    repository.commit({"Dockerfile": "FROM python:3.11\n"})
    return repository


def test_a_clone_says_its_commit_branch_and_remote(shop: GitRepository) -> None:
    shop.git("remote", "add", "fork", "https://git.test/fork.git")
    shop.git("remote", "add", "origin", "https://ada:s3cret@git.test/shop.git")
    found = facts(shop.root)
    assert found.head == shop.git("rev-parse", "HEAD")
    assert (found.branch, found.state, found.url) == ("main", "", "https://git.test/shop.git")
    assert (found.cut, found.partial, found.object_format) == (frozenset(), False, "sha1")


def test_without_origin_the_first_remote_counts(shop: GitRepository) -> None:
    shop.git("remote", "add", "a", "git@git.test:a.git")
    shop.git("remote", "add", "b", "git@git.test:b.git")
    assert facts(shop.root).url == "git@git.test:a.git"


def test_a_branch_with_a_slash_and_a_commit_of_packed_references_are_read(shop: GitRepository) -> None:
    shop.branch("team/orders")
    shop.git("pack-refs", "--all")
    assert facts(shop.root).branch == "team/orders"
    assert facts(shop.root).head == shop.git("rev-parse", "HEAD")


def test_a_detached_head_has_no_branch(shop: GitRepository) -> None:
    shop.git("checkout", "--quiet", "--detach")
    assert (facts(shop.root).branch, facts(shop.root).state) == ("", "detached")


def test_a_clone_without_commit_is_empty(tmp_path: Path) -> None:
    found = facts(GitRepository(tmp_path / "new").root)
    assert (found.head, found.branch, found.state) == ("", "main", "empty")


@pytest.mark.parametrize(
    ("command", "state"),
    [
        (["rebase", "main"], "rebase"),
        (["rebase", "--apply", "main"], "rebase"),
        (["merge", "main"], "merge"),
        (["cherry-pick", "main"], "cherry-pick"),
        (["revert", "main~1"], "revert"),
        (["bisect", "start"], "bisect"),
    ],
)
def test_what_is_in_progress_is_told(shop: GitRepository, command: list[str], state: str) -> None:
    shop.branch("side")
    shop.commit({"Dockerfile": "FROM python:3.12\n"})
    shop.switch("main")
    shop.commit({"Dockerfile": "FROM python:3.13\n"})
    shop.switch("side")
    shop.git(*command, fails=True)
    assert facts(shop.root).state == state


def test_a_linked_working_tree_has_its_own_commit_and_the_objects_of_all(shop: GitRepository, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    shop.git("worktree", "add", "--quiet", str(linked), "-b", "linked")
    shop.commit({"Dockerfile": "FROM python:3.12\n"})
    assert facts(linked).branch == "linked"
    assert facts(linked).head == shop.git("rev-parse", "HEAD~1")
    assert facts(linked).objects == facts(shop.root).objects


def test_a_shallow_clone_knows_where_it_ends(shop: GitRepository, tmp_path: Path) -> None:
    shop.commit({"README.md": "words\n"})
    clone = tmp_path / "clone"
    shop.git("clone", "--quiet", "--depth=1", f"file://{shop.root}", str(clone))
    assert facts(clone).cut == {shop.git("rev-parse", "HEAD")}


def test_what_git_cannot_read_is_refused_with_its_words(tmp_path: Path) -> None:
    git = find_git(Limits())
    assert git is not None
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    with pytest.raises(GitFailed, match="not a git repository"):
        read_facts(Clone(tmp_path, tmp_path / ".git"), git)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://git.test/a.git", "https://git.test/a.git"),
        ("https://token@git.test/a.git", "https://git.test/a.git"),
        ("https://ada:pa@ss@git.test:8443/a.git", "https://git.test:8443/a.git"),
        ("https://ada:pa/ss@git.test/a.git", ""),
        ("https://git.test/a.git?private_token=s3cret#x", "https://git.test/a.git"),
        ("ssh://git@git.test/a.git", "ssh://git.test/a.git"),
        ("ssh://git@[::1]:22/a.git", "ssh://[::1]:22/a.git"),
        ("git@git.test:acme/a.git", "git@git.test:acme/a.git"),
        ("ada:s3cret@git.test:acme/a.git", "git.test:acme/a.git"),
        ("file:///srv/a.git", "file:///srv/a.git"),
        ("/srv/a.git", "/srv/a.git"),
        ("https://git.test/\x1b[31ma", "https://git.test/[31ma"),
    ],
)
def test_an_address_is_told_without_what_may_be_a_login(url: str, expected: str) -> None:
    assert without_secrets(url) == expected

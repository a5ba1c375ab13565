"""The first commit of the history of HEAD that named a base line in a file, whatever happened to the file since."""

import subprocess
from pathlib import Path

import msgspec
import pytest
from tests.git_repository import GitRepository, block, day, needs_git
from tests.unit.discover.git.histories import ALL, history, since, wanted

from basewise.discover.git.clone_facts import read_facts
from basewise.discover.git.clones import find_clones
from basewise.discover.git.command import find_git
from basewise.discover.git.introductions import read_history
from basewise.model.limits import Limits

pytestmark = needs_git


def dockerfile(base: str, seed: str = "orders", more: str = "") -> str:
    return f"FROM {base}\n{block(seed)}{more}"


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "shop")


def test_a_base_is_named_since_the_commit_that_named_it_and_not_since_those_that_kept_it(
    repository: GitRepository,
) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.commit({"Dockerfile": dockerfile("python:3.12", more="RUN make\n")})
    repository.commit({"README.md": "words\n"})
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}


def test_the_commit_is_told(repository: GitRepository) -> None:
    first = repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.commit({"README.md": "words\n"})
    assert [one.commit for one in history(repository.root).introductions] == [first]


def test_a_digest_that_moves_is_the_same_base_line(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.commit({"Dockerfile": dockerfile("docker.io/library/python:3.12@sha256:" + "a" * 64)})
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(1), "git")}


def test_every_file_and_every_line_has_its_own_date(repository: GitRepository) -> None:
    repository.commit({"a/Dockerfile": dockerfile("python:3.12", "a")})
    repository.commit({"b/Dockerfile": dockerfile("python:3.12", "b")})
    repository.commit({"a/Dockerfile": "FROM golang:1.23 AS build\n" + dockerfile("python:3.12", "a")})
    assert since(repository.root) == {
        ("a/Dockerfile", "python:3.12"): (day(1), "git"),
        ("b/Dockerfile", "python:3.12"): (day(2), "git"),
        ("a/Dockerfile", "golang:1.23"): (day(3), "git"),
    }


def test_a_default_of_an_argument_names_a_base_as_discovery_reads_it(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": "ARG TAG=3.11\n" + dockerfile("python:${TAG}")})
    repository.commit({"Dockerfile": "ARG TAG=3.12\n" + dockerfile("python:${TAG}")})
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}


def test_a_manifest_is_read_by_its_own_source(repository: GitRepository) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: 'nginx:1.27'}]}\n"
    repository.commit({"web.yaml": "# nginx:1.27 is planned\n"})
    repository.commit({"web.yaml": pod})
    assert since(repository.root) == {("web.yaml", "nginx:1.27"): (day(2), "git")}


def test_renames_are_followed_with_and_without_changes(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.move("Dockerfile", "orders/Dockerfile")
    repository.move("orders/Dockerfile", "services/orders/Dockerfile", dockerfile("python:3.12", more="RUN make\n"))
    repository.move("services/orders/Dockerfile", "services/orders/prod.Dockerfile")
    assert since(repository.root) == {("services/orders/prod.Dockerfile", "python:3.12"): (day(1), "git")}


def test_a_rename_that_changes_the_base_is_where_the_new_one_is_named(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.move("Dockerfile", "orders/Dockerfile", dockerfile("python:3.12"))
    assert since(repository.root) == {("orders/Dockerfile", "python:3.12"): (day(2), "git")}


def test_two_files_that_change_names_keep_their_own_dates(repository: GitRepository) -> None:
    repository.commit({"a.Dockerfile": dockerfile("python:3.12", "alpha")})
    repository.commit({"b.Dockerfile": dockerfile("node:22", "beta")})
    repository.git("mv", "a.Dockerfile", "c.Dockerfile")
    repository.commit({})
    repository.git("mv", "b.Dockerfile", "a.Dockerfile")
    repository.commit({})
    assert since(repository.root) == {
        ("c.Dockerfile", "python:3.12"): (day(1), "git"),
        ("a.Dockerfile", "node:22"): (day(2), "git"),
    }


def test_a_name_that_was_no_dockerfile_named_nothing(repository: GitRepository) -> None:
    repository.commit({"notes.txt": dockerfile("python:3.12")})
    repository.move("notes.txt", "Dockerfile")
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}


def test_the_commit_of_a_side_branch_counts_and_its_merge_does_not(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.branch("side")
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.switch("main")
    repository.commit({"README.md": "words\n"})
    repository.merge("side")
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}


def test_a_merge_counts_for_what_neither_side_named(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.10")})
    repository.branch("side")
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.switch("main")
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.merge("side", files={"Dockerfile": dockerfile("python:3.13")})
    assert since(repository.root) == {("Dockerfile", "python:3.13"): (day(4), "git")}


def test_of_two_sides_that_name_it_independently_the_earlier_counts(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.branch("side")
    repository.commit({"Dockerfile": dockerfile("python:3.12", more="RUN side\n")})
    repository.switch("main")
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.merge("side", files={"Dockerfile": dockerfile("python:3.12")})
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}


def test_an_octopus_is_read_on_all_its_arms(repository: GitRepository) -> None:
    repository.commit({"README.md": "words\n"})
    for name in ("a", "b", "c"):
        repository.branch(name, "main")
        repository.commit({f"{name}/Dockerfile": dockerfile(f"{name}:1", name)})
    repository.switch("main")
    repository.merge("a", "b", "c")
    assert {key: at for key, (at, _) in since(repository.root).items()} == {
        ("a/Dockerfile", "a:1"): day(2),
        ("b/Dockerfile", "b:1"): day(3),
        ("c/Dockerfile", "c:1"): day(4),
    }


def test_a_file_that_only_one_side_renamed_keeps_what_the_other_named_in_it(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.branch("side")
    repository.move("Dockerfile", "orders/Dockerfile")
    repository.switch("main")
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.merge("side")
    assert since(repository.root) == {("orders/Dockerfile", "python:3.12"): (day(3), "git")}


def test_a_revert_of_a_revert_keeps_the_first_date(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.number += 1
    repository.git("revert", "--no-edit", "HEAD")
    repository.number += 1
    repository.git("revert", "--no-edit", "HEAD")
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}


def test_a_revert_names_what_was_named_before_it_since_then(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.number += 1
    repository.git("revert", "--no-edit", "HEAD")
    assert since(repository.root) == {("Dockerfile", "python:3.11"): (day(1), "git")}


def test_a_file_that_was_removed_and_added_again_is_the_same_file(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.commit({"Dockerfile": None})
    repository.commit({"Dockerfile": dockerfile("python:3.12", "another")})
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(1), "git")}


def test_a_picked_commit_keeps_the_date_at_which_it_was_written(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.branch("side")
    picked = repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.switch("main")
    repository.commit({"README.md": "words\n"})
    repository.number += 1
    repository.git("cherry-pick", picked)
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}


def test_a_rebase_keeps_the_date_at_which_a_line_was_written_and_lends_it_to_no_other(
    repository: GitRepository,
) -> None:
    """The rebased commit was written before the one below it, and has the base only because it stands on that one."""
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.branch("side")
    repository.commit({"Dockerfile": dockerfile("python:3.11", more="RUN make\n")})
    repository.switch("main")
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.switch("side")
    repository.number += 1
    repository.git("rebase", "--quiet", "main")
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(3), "git")}


@pytest.mark.parametrize("written", [-30 * 365, 10_000])
def test_a_date_that_cannot_be_one_gives_way_to_that_of_the_committer(repository: GitRepository, written: int) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12")}, written=written)
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(1), "git")}


def test_a_commit_without_any_date_that_can_be_one_is_told_instead_of_a_date(repository: GitRepository) -> None:
    repository.number = -30 * 365
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    found = history(repository.root)
    assert found.introductions == []
    assert found.problems == [
        "Dockerfile: the commit that first names docker.io/library/python:3.12 has no date that can be one"
    ]


def test_a_commit_without_date_takes_no_date_from_another(repository: GitRepository) -> None:
    repository.commit({"README.md": "words\n"})
    repository.number = -30 * 365
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    assert history(repository.root).introductions == []


def test_what_was_never_committed_has_no_date(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.write({"Dockerfile": dockerfile("python:3.12"), "new/Dockerfile": dockerfile("node:22")})
    assert since(repository.root) == {}


def test_other_branches_are_no_history_of_head(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.11")})
    repository.branch("side")
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.switch("main")
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(3), "git")}


def test_a_link_named_dockerfile_names_nothing(repository: GitRepository) -> None:
    (repository.root / "Dockerfile").symlink_to("FROM python:3.12")
    repository.commit({})
    (repository.root / "Dockerfile").unlink()
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(2), "git")}


def test_names_with_blanks_line_ends_and_other_alphabets_are_followed(repository: GitRepository) -> None:
    repository.commit({"dépôt à l'aise/Docker file/Dockerfile": dockerfile("python:3.12")})
    repository.move("dépôt à l'aise/Docker file/Dockerfile", "a\nb/Dockerfile")
    assert since(repository.root) == {("a\nb/Dockerfile", "python:3.12"): (day(1), "git")}


def shallow(repository: GitRepository, to: Path, depth: int) -> Path:
    repository.git("clone", "--quiet", f"--depth={depth}", f"file://{repository.root}", str(to))
    return to


def test_a_shallow_clone_says_that_a_line_may_be_older_than_its_history(
    repository: GitRepository, tmp_path: Path
) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12"), "b/Dockerfile": dockerfile("node:20", "b")})
    repository.commit({"README.md": "words\n"})
    repository.commit({"README.md": "more words\n"})
    repository.commit({"b/Dockerfile": dockerfile("node:22", "b")})
    assert since(shallow(repository, tmp_path / "clone", 2)) == {
        ("Dockerfile", "python:3.12"): (day(3), "git-shallow"),
        ("b/Dockerfile", "node:22"): (day(4), "git"),
    }


def test_a_clone_with_a_depth_that_reaches_the_first_commit_is_whole(repository: GitRepository, tmp_path: Path) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.commit({"README.md": "words\n"})
    assert since(shallow(repository, tmp_path / "clone", 9)) == {("Dockerfile", "python:3.12"): (day(1), "git")}


def test_a_partial_clone_fetches_nothing_and_says_what_it_lacks(repository: GitRepository, tmp_path: Path) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.commit({"Dockerfile": dockerfile("python:3.12", more="RUN make\n")})
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--filter=blob:none", f"file://{repository.root}", str(clone))
    found = history(clone)
    assert [(one.at, one.method) for one in found.introductions] == [(day(2), "git-shallow")]
    assert found.problems == [
        "1 contents of files are not here, or too large",
        "a partial clone: only renames without changes were followed",
    ]
    missing = ["git", "-C", str(clone), "rev-list", "--objects", "--missing=print", "HEAD"]
    assert "?" in subprocess.run(missing, capture_output=True, text=True, check=True).stdout


def test_a_clone_with_sha256_is_read(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "shop", "--object-format=sha256")
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.commit({"README.md": "words\n"})
    assert since(repository.root) == {("Dockerfile", "python:3.12"): (day(1), "git")}


def test_history_before_the_limit_is_told_to_be_cut(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12"), "b/Dockerfile": dockerfile("node:20", "b")})
    repository.commit({"README.md": "words\n"})
    repository.commit({"b/Dockerfile": dockerfile("node:22", "b")})
    repository.write({"c/Dockerfile": dockerfile("not-committed:1")})
    found = history(repository.root, Limits(git_commits=2))
    assert {(one.file, one.at, one.method) for one in found.introductions} == {
        ("Dockerfile", day(2), "git-shallow"),
        ("b/Dockerfile", day(3), "git"),
    }
    assert found.problems == ["history before that of git_commits = 2 commits was not read"]


def test_a_limit_on_contents_is_told(repository: GitRepository) -> None:
    for number in range(6):
        repository.commit({"Dockerfile": dockerfile("python:3.12", more=f"RUN {number}\n")})
    found = history(repository.root, Limits(git_versions=3))
    assert [one.method for one in found.introductions] == ["git-shallow"]
    assert found.problems == ["history was read as far as git_versions = 3 allows"]


def test_a_limit_on_changes_is_told(repository: GitRepository) -> None:
    for number in range(6):
        repository.commit({"Dockerfile": dockerfile("python:3.12", more=f"RUN {number}\n"), "a": f"{number}"})
    found = history(repository.root, Limits(git_changes=6))
    assert [(one.at, one.method) for one in found.introductions] == [(day(4), "git-shallow")]
    assert found.problems == ["history was read as far as git_changes = 6 allows"]


def test_a_limit_on_the_paths_that_are_followed_is_told(repository: GitRepository) -> None:
    files = {f"{number}/Dockerfile": dockerfile("python:3.12", f"seed{number}") for number in range(4)}
    repository.commit(files)
    for number in range(4):
        repository.branch(f"side{number}")
        repository.move(f"{number}/Dockerfile", f"moved/{number}/Dockerfile")
        repository.switch("main")
        repository.commit({"README.md": f"{number}\n"})
    repository.merge(*(f"side{number}" for number in range(4)))
    assert set(since(repository.root).values()) == {(day(1), "git")}
    found = history(repository.root, Limits(git_paths=8))
    assert found.problems == ["history was read as far as git_paths = 8 allows"]


def test_a_time_limit_is_told(repository: GitRepository) -> None:
    repository.commit({"Dockerfile": dockerfile("python:3.12")})
    limits = Limits()
    git = find_git(limits)
    assert git is not None
    facts = read_facts(next(find_clones(repository.root, limits)), git)
    late = msgspec.structs.replace(git, ends_at=0.0, monotonic=lambda: 1.0)
    found = read_history(wanted(repository.root), facts, ALL, late)
    assert found.introductions == []
    assert found.problems == ["git log was stopped after git_seconds = 60"]


def test_a_missing_object_is_a_problem_of_this_clone(repository: GitRepository) -> None:
    first = repository.commit({"Dockerfile": dockerfile("python:3.12")})
    repository.commit({"README.md": "words\n"})
    (repository.root / ".git" / "objects" / first[:2] / first[2:]).unlink()
    found = history(repository.root)
    assert found.introductions == []
    assert len(found.problems) == 1
    assert found.problems[0].startswith("git log ended with code 128")

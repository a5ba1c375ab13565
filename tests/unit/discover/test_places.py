import pytest

from basewise.discover.places import Place, below, in_context, in_folder, root_of
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits


@pytest.mark.parametrize(
    ("folder", "written", "path"),
    [("", ".", ""), ("a", "..", ""), ("a/b", "../c", "a/c"), ("a", "./b/", "a/b"), ("", "a//b", "a/b")],
)
def test_paths_are_seen_from_their_folder(folder: str, written: str, path: str) -> None:
    assert below(folder, written) == path


@pytest.mark.parametrize(
    ("folder", "written"), [("", ".."), ("a", "../../b"), ("", "/a"), ("", "https://x"), ("", "a\0")]
)
def test_paths_outside_of_the_target_are_none(folder: str, written: str) -> None:
    assert below(folder, written) is None


def test_a_dockerfile_is_named_from_its_context_or_from_the_working_directory() -> None:
    assert in_context("svc", "app", "D") == Place("svc/app/D", "svc/app")
    assert in_context("svc", "app", "../D") == Place("svc/D", "svc/app")
    assert in_folder("svc", "app", "D") == Place("svc/D", "svc/app")
    assert in_folder("svc", "app", "") == Place("svc/app/Dockerfile", "svc/app")
    assert in_context("", "..", "") is None


@pytest.mark.parametrize(
    ("path", "there", "root"),
    [
        ("repo/.github/workflows/ci.yml", "repo/Dockerfile", "repo"),
        ("repo/.github/workflows/ci.yml", "other/Dockerfile", "repo"),
        ("repo/ci/Jenkinsfile", "repo/Dockerfile", "repo"),
        ("repo/ci/Jenkinsfile", "repo/ci/Dockerfile", "repo/ci"),
        ("repo/ci/Jenkinsfile", "nowhere", "repo/ci"),
        (".circleci/config.yml", "Dockerfile", ""),
    ],
)
def test_a_command_runs_where_its_dockerfile_is(path: str, there: str, root: str) -> None:
    file = SourceFile(path, b"", Limits(), {there: b"FROM x"}.get)
    assert root_of(file, ".", "") == root

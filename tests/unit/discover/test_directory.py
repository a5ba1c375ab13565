import os
from pathlib import Path

import pytest

from basewise.discover.directory import SKIPPED_DIRECTORIES, discover, summarise
from basewise.discover.interface import Discovered
from basewise.discover.sources import SOURCES
from basewise.model.errors import UsageError
from basewise.model.limits import Limits

ALL = list(SOURCES.values())
LIMITS = Limits()
BROKEN = "apiVersion: v1\nkind: Pod\nimage: [\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c, image: nginx}]}\n"


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def walk(root: Path, limits: Limits = LIMITS) -> dict[str, Discovered]:
    return dict(discover(root, ALL, limits))


def test_a_tree_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "b/Dockerfile": "FROM a\n",
            "a/deploy/x.yaml": POD,
            "a/Dockerfile": "FROM b\n",
            "README.md": "FROM c\n",
            "config.yaml": "image: x\n",
        },
    )
    assert list(walk(tmp_path)) == ["a/Dockerfile", "a/deploy/x.yaml", "b/Dockerfile"]
    assert walk(tmp_path)["a/deploy/x.yaml"].usages[0].file == "a/deploy/x.yaml"


@pytest.mark.parametrize("name", sorted(SKIPPED_DIRECTORIES))
def test_other_peoples_code_is_not_entered(tmp_path: Path, name: str) -> None:
    write(tmp_path, {f"{name}/Dockerfile": "FROM a\n", f"deep/{name}/x.yaml": POD})
    assert walk(tmp_path) == {}


def test_ci_directories_with_a_dot_are_entered(tmp_path: Path) -> None:
    write(tmp_path, {".github/Dockerfile": "FROM a\n"})
    assert list(walk(tmp_path)) == [".github/Dockerfile"]


def test_a_single_file_may_be_the_target(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM a\n"})
    assert list(walk(tmp_path / "Dockerfile")) == ["Dockerfile"]


def test_a_target_that_is_a_link_is_followed(tmp_path: Path) -> None:
    write(tmp_path, {"real/Dockerfile": "FROM a\n"})
    (tmp_path / "link").symlink_to("real")
    assert list(walk(tmp_path / "link")) == ["Dockerfile"]


def test_nothing_at_the_target_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or directory"):
        walk(tmp_path / "missing")


def test_a_link_to_a_file_that_is_read_anyway_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, {"real/Dockerfile": "FROM a\n"})
    (tmp_path / "Dockerfile").symlink_to("real/Dockerfile")
    assert list(walk(tmp_path)) == ["real/Dockerfile"]


@pytest.mark.parametrize("target", ["../outside/Dockerfile", "real/base.txt", "vendor/Dockerfile", "missing"])
def test_a_link_to_a_file_that_is_not_read_otherwise_is_said(tmp_path: Path, target: str) -> None:
    write(tmp_path, {"outside/Dockerfile": "FROM a\n"})
    write(tmp_path, {"root/real/base.txt": "FROM a\n", "root/vendor/Dockerfile": "FROM a\n"})
    (tmp_path / "root/Dockerfile").symlink_to(target)
    found = walk(tmp_path / "root")
    assert list(found) == ["Dockerfile"]
    assert found["Dockerfile"].status.status == "not_assessed"
    assert "symbolic link" in found["Dockerfile"].status.reason


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(".")
    (tmp_path / "b.yaml").symlink_to("b.yaml")
    assert list(walk(tmp_path)) == ["b.yaml"]


def test_a_pipe_with_the_name_of_a_manifest_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    assert walk(tmp_path) == {}
    assert "not a regular file" in walk(tmp_path / "x.yaml")["x.yaml"].status.reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_recorded(tmp_path: Path) -> None:
    write(tmp_path, {"closed/Dockerfile": "FROM a\n", "x.yaml": POD})
    (tmp_path / "closed").chmod(0)
    (tmp_path / "x.yaml").chmod(0)
    found = walk(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert found["closed"].status.reason == "cannot be listed: Permission denied"
    assert found["x.yaml"].status.reason == "cannot be read: Permission denied"


def test_a_directory_that_cannot_be_listed_is_recorded_and_the_walk_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a/Dockerfile": "FROM a\n", "b/Dockerfile": "FROM b\n"})
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if path == tmp_path / "a":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = walk(tmp_path)
    assert found["a"].status.reason == "cannot be listed: Permission denied"
    assert "b/Dockerfile" in found


def test_a_name_in_another_encoding_becomes_printable(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text(POD)
    assert list(walk(tmp_path)) == ["\N{REPLACEMENT CHARACTER}.yaml"]


def test_the_walk_ends_at_the_limit_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, {f"{i}.txt": "" for i in range(5)} | {"9.yaml": POD})
    found = walk(tmp_path, Limits(source_files=3))
    assert list(found) == ["3.txt"]
    assert "source_files = 3" in found["3.txt"].status.reason


def test_a_large_file_is_read_only_as_far_as_the_limit(tmp_path: Path) -> None:
    with (tmp_path / "x.yaml").open("wb") as file:
        file.truncate(50_000_000_000)  # sparse
    found = walk(tmp_path, Limits(yaml_bytes=1000, dockerfile_bytes=1000))
    assert found["x.yaml"].status.reason == "larger than yaml_bytes = 1000"


def test_a_source_with_nothing_in_it_is_not_assessed(tmp_path: Path) -> None:
    source = summarise(str(tmp_path), walk(tmp_path).values())
    assert (source.kind, source.status) == ("directory", "not_assessed")
    assert source.reason == f"no Dockerfile or manifest found below {tmp_path}"


def test_a_file_of_another_kind_is_not_assessed(tmp_path: Path) -> None:
    write(tmp_path, {"notes.txt": "FROM a\n"})
    source = summarise(str(tmp_path / "notes.txt"), walk(tmp_path / "notes.txt").values())
    assert (source.kind, source.status) == ("file", "not_assessed")


def test_a_directory_is_a_source_that_was_read_and_its_broken_files_speak_for_themselves(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM a\n", "broken.yaml": BROKEN})
    found = walk(tmp_path)
    assert summarise(str(tmp_path), found.values()).status == "ok"
    assert found["broken.yaml"].status.status == "not_assessed"


def test_a_single_file_is_a_source_with_its_own_status(tmp_path: Path) -> None:
    write(tmp_path, {"broken.yaml": BROKEN})
    path = tmp_path / "broken.yaml"
    assert summarise(str(path), walk(path).values()).status == "not_assessed"


def test_sources_are_registered_under_their_own_kind() -> None:
    assert {name: source.kind for name, source in SOURCES.items()} == {name: name for name in SOURCES}

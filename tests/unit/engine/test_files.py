"""Files below targets are read once, under the names that their user can open."""

from pathlib import Path

import pytest

from basewise.engine.files import Files
from basewise.model.errors import UsageError
from basewise.model.limits import DEFAULT_LIMITS

DOCKERFILE = "FROM python:3.12\n"


def read(*targets: Path) -> Files:
    files = Files(DEFAULT_LIMITS)
    for target in targets:
        files.add(target)
    return files


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Dockerfile").write_text(DOCKERFILE)
    files = read(tmp_path / "a" / "Dockerfile", tmp_path, tmp_path / "a")
    assert [usage.file for usage in files.usages] == [str(tmp_path / "a" / "Dockerfile")]
    assert [source.kind for source in files.sources] == ["file", "directory", "directory"]


def test_a_file_of_a_kind_that_names_no_image_is_told_from_one_of_no_kind(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("replicas: 2\n")
    (tmp_path / "README.md").write_text("# Read me\n")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    files = read(tmp_path / "values.yaml", tmp_path / "README.md", tmp_path / "Dockerfile")
    assert files.silent == [str(tmp_path / "values.yaml")]
    assert list(files.read) == [str(tmp_path / "Dockerfile")]
    assert [source.status for source in files.sources] == ["not_assessed", "not_assessed", "ok"]


def test_what_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file or directory"):
        read(tmp_path / "gone")

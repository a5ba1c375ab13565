"""The workspace keeps what was found, whatever happens to the next run."""

import sqlite3
from pathlib import Path

import pytest

from basewise.model.contents import ImageContents
from basewise.model.errors import UsageError
from basewise.workspace.sqlite import SqliteWorkspace


def test_contents_come_back_as_they_were_kept(tmp_path: Path) -> None:
    workspace = SqliteWorkspace(tmp_path)
    contents = ImageContents(digest="sha256:a", diff_ids=["sha256:b"], newest_owned_mtime=3)
    workspace.keep_contents("sha256:a", contents)
    assert workspace.contents("sha256:a") == contents
    assert workspace.contents("sha256:b") is None
    workspace.close()


def test_a_damaged_row_is_no_contents(tmp_path: Path) -> None:
    workspace = SqliteWorkspace(tmp_path)
    workspace.keep_contents("sha256:a", ImageContents(digest="sha256:a"))
    other = sqlite3.connect(tmp_path / "workspace.sqlite")
    other.execute("UPDATE contents SET body = x'00'")
    other.commit()
    other.close()
    assert workspace.contents("sha256:a") is None
    workspace.close()


def test_contents_of_an_older_analyser_are_read_anew(tmp_path: Path) -> None:
    workspace = SqliteWorkspace(tmp_path)
    workspace.keep_contents("sha256:a", ImageContents(digest="sha256:a", analyser=0))
    assert workspace.contents("sha256:a") is None
    workspace.close()


def test_documents_are_appended_and_the_latest_is_a_file_too(tmp_path: Path) -> None:
    workspace = SqliteWorkspace(tmp_path)
    workspace.save_document("inventory", "2026-01-01T00:00:00Z", b"first")
    path = workspace.save_document("inventory", "2026-01-02T00:00:00Z", b"second")
    assert workspace.latest_document("inventory") == Path(path).read_bytes() == b"second"
    assert workspace.latest_document("mapping") is None
    workspace.close()


def test_two_runs_share_a_workspace(tmp_path: Path) -> None:
    one, other = SqliteWorkspace(tmp_path), SqliteWorkspace(tmp_path)
    one.keep_contents("sha256:a", ImageContents(digest="sha256:a"))
    other.keep_contents("sha256:b", ImageContents(digest="sha256:b"))
    assert one.contents("sha256:b") is not None
    assert other.contents("sha256:a") is not None
    one.close()
    other.close()


def test_a_file_that_is_no_workspace_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "workspace.sqlite").write_bytes(b"notes of a person, longer than a page header" * 40)
    with pytest.raises(UsageError, match="no workspace"):
        SqliteWorkspace(tmp_path)
    assert (tmp_path / "workspace.sqlite").read_bytes().startswith(b"notes")


def test_a_workspace_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    SqliteWorkspace(tmp_path).close()
    other = sqlite3.connect(tmp_path / "workspace.sqlite")
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(UsageError, match="version 99"):
        SqliteWorkspace(tmp_path)

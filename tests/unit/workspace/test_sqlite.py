"""The workspace keeps what was found, whatever happens to the next run."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from basewise.model.contents import ImageContents
from basewise.model.errors import BasewiseError, UsageError
from basewise.model.limits import Limits
from basewise.storage.packed import pack
from basewise.workspace.sqlite import SqliteWorkspace


def test_contents_come_back_as_they_were_kept(tmp_path: Path) -> None:
    workspace = SqliteWorkspace(tmp_path)
    contents = ImageContents(digest="sha256:a", diff_ids=["sha256:b"], newest_owned_mtime=3)
    workspace.keep_contents({"sha256:a": contents})
    assert workspace.contents("sha256:a") == contents
    assert workspace.contents("sha256:b") is None
    workspace.close()


def test_a_damaged_row_is_no_contents(tmp_path: Path) -> None:
    workspace = SqliteWorkspace(tmp_path)
    workspace.keep_contents({"sha256:a": ImageContents(digest="sha256:a")})
    other = sqlite3.connect(tmp_path / "workspace.sqlite")
    other.execute("UPDATE contents SET body = x'00'")
    other.commit()
    other.close()
    assert workspace.contents("sha256:a") is None
    workspace.close()


def test_contents_of_an_older_analyser_are_read_anew(tmp_path: Path) -> None:
    workspace = SqliteWorkspace(tmp_path)
    workspace.keep_contents({"sha256:a": ImageContents(digest="sha256:a", analyser=0)})
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
    one.keep_contents({"sha256:a": ImageContents(digest="sha256:a")})
    other.keep_contents({"sha256:b": ImageContents(digest="sha256:b")})
    assert one.contents("sha256:b") is not None
    assert other.contents("sha256:a") is not None
    one.close()
    other.close()


def test_many_runs_begin_a_new_workspace_together(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from basewise.workspace.sqlite import SqliteWorkspace; "
        "w = SqliteWorkspace(Path(sys.argv[1])); w.save_document('inventory', 'now', b'{}'); w.close()"
    )
    for attempt in range(4):
        folder = str(tmp_path / str(attempt))
        runs = [subprocess.Popen([sys.executable, "-c", program, folder], stderr=subprocess.PIPE) for _ in range(4)]
        errors = [run.communicate(timeout=60)[1] for run in runs]
        assert [run.returncode for run in runs] == [0] * 4, errors


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


def test_a_path_that_cannot_be_opened_is_said_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "workspace.sqlite").mkdir()
    with pytest.raises(UsageError, match="cannot be opened") as error:
        SqliteWorkspace(tmp_path)
    assert "--workspace" in error.value.remedy


def test_a_directory_that_cannot_be_made_is_said_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no workspace can be made") as error:
        SqliteWorkspace(tmp_path / "file" / "work")
    assert "--workspace" in error.value.remedy


@pytest.mark.parametrize("version", [0, 1])
def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path, version: int) -> None:
    other = sqlite3.connect(tmp_path / "workspace.sqlite")
    other.execute("CREATE TABLE mine (x)")
    other.execute(f"PRAGMA user_version = {version}")
    other.close()
    before = (tmp_path / "workspace.sqlite").read_bytes()
    with pytest.raises(UsageError, match="a database, but no workspace"):
        SqliteWorkspace(tmp_path)
    assert (tmp_path / "workspace.sqlite").read_bytes() == before


def test_a_workspace_says_whose_file_it_is(tmp_path: Path) -> None:
    SqliteWorkspace(tmp_path).close()
    other = sqlite3.connect(tmp_path / "workspace.sqlite")
    assert other.execute("PRAGMA application_id").fetchone() == (0x42575753,)
    other.close()


def test_a_malformed_workspace_is_said_with_the_way_out(tmp_path: Path) -> None:
    workspace = SqliteWorkspace(tmp_path)
    for number in range(200):
        workspace.save_document("inventory", "now", bytes([number]) * 5000)
    workspace.close()
    path = tmp_path / "workspace.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    workspace = SqliteWorkspace(tmp_path)
    with pytest.raises(BasewiseError, match="is damaged: database disk image is malformed") as error:
        workspace.latest_document("inventory")
    assert "Move it away" in error.value.remedy
    workspace.close()


@pytest.mark.parametrize("body", [b"no zstd", pack(bytes(1_000_000))], ids=["damaged", "too large"])
def test_a_damaged_document_is_said_and_a_new_one_helps(tmp_path: Path, body: bytes) -> None:
    workspace = SqliteWorkspace(tmp_path, Limits(kept_contents_bytes=1000))
    workspace.save_document("inventory", "now", b"{}")
    other = sqlite3.connect(tmp_path / "workspace.sqlite")
    other.execute("UPDATE documents SET body = ?", (body,))
    other.commit()
    other.close()
    with pytest.raises(BasewiseError, match="the newest inventory") as error:
        workspace.latest_document("inventory")
    assert error.value.remedy == "Make the inventory again."
    workspace.save_document("inventory", "now", b"{}")
    assert workspace.latest_document("inventory") == b"{}"
    workspace.close()

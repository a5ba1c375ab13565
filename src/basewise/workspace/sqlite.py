"""A workspace in a directory: SQLite for contents and all documents, the latest documents as files beside it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from basewise.model.contents import ANALYSER_VERSION, ImageContents
from basewise.model.errors import BasewiseError, UsageError
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.storage import atomic
from basewise.storage.packed import NotPacked, pack, unpack
from basewise.workspace.interface import Workspace

APPLICATION_ID = 0x42575753  # "BWWS": SQLite's header field that tells whose file it is
SCHEMA_VERSION = 1
BUSY_SECONDS = 60.0
"""How long a run waits for another that is writing; writes take milliseconds."""
_TABLES = """
CREATE TABLE IF NOT EXISTS contents (
    key TEXT PRIMARY KEY, analyser INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, generated_at TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_by_name ON documents (name, id);
"""
_CREATE = (
    f"BEGIN IMMEDIATE; {_TABLES} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
    "COMMIT;"
)
_WHAT_IT_IS = (
    "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),"
    " (SELECT count(*) FROM sqlite_master)"
)
"""One statement, so that a workspace which another process is making is seen whole or not at all."""
_CONTENTS = msgspec.msgpack.Decoder(ImageContents)
_EMPTY = (0, 0, 0)
_PRIMARY_CODE = 0xFF  # the lower byte of SQLite's extended result codes
_NAME_ANOTHER = "Name another directory with --workspace."
_MOVE_AWAY = "Move it away and run again: images are read anew, and the documents beside it stay."


class SqliteWorkspace(Workspace):
    """The default workspace, `.basewise/`.

    Raises:
        UsageError: the directory holds a workspace of another version, or no workspace can be there.
    """

    def __init__(self, directory: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self._directory = directory
        self._limits = limits
        self._lock = threading.Lock()
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"no workspace can be made at {directory}: {error.strerror}", remedy=_NAME_ANOTHER
            ) from error
        self._path = directory / "workspace.sqlite"
        with self._errors():
            self._connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, check_same_thread=False)
        try:
            with self._errors():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        found = self._connection.execute(_WHAT_IT_IS).fetchone()
        if found == _EMPTY:
            self._connection.executescript(_CREATE)
            return
        application, version, _ = found
        if application != APPLICATION_ID:
            raise UsageError(f"{self._path} is a database, but no workspace", remedy=_NAME_ANOTHER)
        if version != SCHEMA_VERSION:
            raise UsageError(
                f"{self._path} is of version {version}, this Basewise reads {SCHEMA_VERSION}",
                remedy="Use the Basewise that wrote it, or name another with --workspace.",
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """One thread at a time, and what SQLite cannot do as an error for a person."""
        with self._lock:
            try:
                yield
            except sqlite3.ProgrammingError:
                raise  # ours
            except sqlite3.DatabaseError as error:
                raise self._for_a_person(error) from error

    def _for_a_person(self, error: sqlite3.DatabaseError) -> BasewiseError:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code == sqlite3.SQLITE_NOTADB:
            return UsageError(f"{self._path} is no workspace: {error}", remedy=_NAME_ANOTHER)
        if code == sqlite3.SQLITE_CANTOPEN:
            return UsageError(f"{self._path} cannot be opened: {error}", remedy=_NAME_ANOTHER)
        if code == sqlite3.SQLITE_CORRUPT:
            return BasewiseError(f"the workspace {self._path} is damaged: {error}", remedy=_MOVE_AWAY)
        return BasewiseError(
            f"the workspace {self._path} cannot be written or read: {error}",
            remedy="What was recorded before is kept; free space or end the other run, then run again.",
        )

    def contents(self, key: str) -> ImageContents | None:
        with self._errors():
            row = self._connection.execute(
                "SELECT body FROM contents WHERE key = ? AND analyser = ?", (key, ANALYSER_VERSION)
            ).fetchone()
        if row is None:
            return None
        try:
            data = unpack(row[0], self._limits.kept_contents_bytes)
            return _CONTENTS.decode(data)
        except (NotPacked, msgspec.DecodeError):
            return None  # a damaged row is read anew from its layers

    def keep_contents(self, contents: Mapping[str, ImageContents]) -> None:
        rows = [(key, one.analyser, pack(msgspec.msgpack.encode(one))) for key, one in contents.items()]
        with self._errors(), self._connection as connection:
            connection.executemany("INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", rows)

    def save_document(self, name: str, generated_at: str, body: bytes) -> str:
        packed = pack(body)
        with self._errors(), self._connection as connection:
            connection.execute(
                "INSERT INTO documents (name, generated_at, body) VALUES (?, ?, ?)", (name, generated_at, packed)
            )
        path = self._directory / f"{name}.json"
        try:
            atomic.replace(path, body)
        except OSError as error:
            raise BasewiseError(
                f"{path} cannot be written: {error.strerror}",
                remedy="The document is kept in the workspace all the same.",
            ) from error
        return str(path)

    def latest_document(self, name: str) -> bytes | None:
        with self._errors():
            row = self._connection.execute(
                "SELECT body FROM documents WHERE name = ? ORDER BY id DESC LIMIT 1", (name,)
            ).fetchone()
        if row is None:
            return None
        try:
            return unpack(row[0], self._limits.kept_contents_bytes)
        except NotPacked as error:
            raise BasewiseError(
                f"the newest {name} in the workspace {self._path} {error}", remedy=f"Make the {name} again."
            ) from error

    def close(self) -> None:
        self._connection.close()

"""A workspace in a directory: SQLite for contents and all documents, the latest documents as files beside it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import zstandard

from basewise.model.contents import ANALYSER_VERSION, ImageContents
from basewise.model.errors import BasewiseError, UsageError
from basewise.model.limits import DEFAULT_LIMITS
from basewise.storage import atomic
from basewise.workspace.interface import Workspace

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


class SqliteWorkspace(Workspace):
    """The default workspace, `.basewise/`.

    Raises:
        UsageError: the directory holds a workspace of another version, or no workspace can be there.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"no workspace can be made at {directory}: {error.strerror}") from error
        path = directory / "workspace.sqlite"
        self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        with self._errors():
            self._prepare(path)

    def _prepare(self, path: Path) -> None:
        try:
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{path} is no workspace: {error}", remedy="Name another with --workspace.") from error
        if version not in {0, SCHEMA_VERSION}:
            raise UsageError(
                f"{path} is of version {version}, this Basewise reads {SCHEMA_VERSION}",
                remedy="Use the Basewise that wrote it, or name another with --workspace.",
            )
        if version == 0:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        self._connection.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _errors(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.OperationalError as error:
                raise BasewiseError(
                    f"the workspace {self._directory} cannot be written or read: {error}",
                    remedy="What was recorded before is kept; free space or end the other run, then run again.",
                ) from error

    def contents(self, key: str) -> ImageContents | None:
        with self._errors() as connection:
            row = connection.execute(
                "SELECT body FROM contents WHERE key = ? AND analyser = ?", (key, ANALYSER_VERSION)
            ).fetchone()
        if row is None:
            return None
        try:
            data = zstandard.ZstdDecompressor().decompress(row[0], max_output_size=DEFAULT_LIMITS.kept_contents_bytes)
            return msgspec.msgpack.decode(data, type=ImageContents)
        except (zstandard.ZstdError, msgspec.DecodeError):
            return None  # a damaged row is read anew from its layers

    def keep_contents(self, key: str, contents: ImageContents) -> None:
        body = zstandard.ZstdCompressor().compress(msgspec.msgpack.encode(contents))
        with self._errors() as connection:
            connection.execute("INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", (key, contents.analyser, body))

    def save_document(self, name: str, generated_at: str, body: bytes) -> str:
        packed = zstandard.ZstdCompressor().compress(body)
        with self._errors() as connection:
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
        with self._errors() as connection:
            row = connection.execute(
                "SELECT body FROM documents WHERE name = ? ORDER BY id DESC LIMIT 1", (name,)
            ).fetchone()
        if row is None:
            return None
        return zstandard.ZstdDecompressor().decompress(row[0], max_output_size=DEFAULT_LIMITS.kept_contents_bytes)

    def close(self) -> None:
        self._connection.close()

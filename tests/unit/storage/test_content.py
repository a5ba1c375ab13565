"""Content is kept under its digest, and a disk that says no costs nothing but time."""

from pathlib import Path

from basewise.model.digest import sha256_of
from basewise.storage.content import ContentDirectory

DATA = b"content"
DIGEST = sha256_of(DATA)


def test_content_comes_back_to_whoever_shares_the_directory(tmp_path: Path) -> None:
    ContentDirectory(tmp_path).put(DIGEST, DATA)
    assert ContentDirectory(tmp_path).get(DIGEST, 100) == DATA


def test_more_than_is_wanted_is_nothing(tmp_path: Path) -> None:
    ContentDirectory(tmp_path).put(DIGEST, DATA)
    assert ContentDirectory(tmp_path).get(DIGEST, len(DATA) - 1) is None


def test_what_is_no_digest_never_becomes_a_path(tmp_path: Path) -> None:
    store = ContentDirectory(tmp_path / "store")
    store.put("sha256:../../escape", DATA)
    assert store.get("sha256:../../escape", 100) is None
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "sha256").write_text("in the way")
    store = ContentDirectory(tmp_path)
    store.put(DIGEST, DATA)
    assert store.get(DIGEST, 100) is None

import gzip
from pathlib import Path

import pytest
from tests.unit.advisories.records import write_archive, write_kev

from basewise.advisories.feeds import FeedFile, find_feeds
from basewise.model.errors import UsageError

EPSS = "#model_version:v1,score_date:2026-11-22T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1111,0.5,0.9\n"


def found(path: Path) -> list[tuple[str, str, str]]:
    return [(feed.kind, feed.hint, feed.location) for feed in find_feeds(path)]


def test_a_directory_is_read_in_osvs_layout(tmp_path: Path) -> None:
    write_archive(tmp_path, "BellSoft Hardened Containers", [])
    write_archive(tmp_path, "Debian", [])
    write_kev(tmp_path / "kev-2025-11.json")
    write_kev(tmp_path / "known_exploited_vulnerabilities.json")
    (tmp_path / "epss.csv").write_text(EPSS)
    (tmp_path / "epss_scores-current.csv.gz").write_bytes(gzip.compress(EPSS.encode()))
    (tmp_path / "Wolfi.zip").write_bytes(b"")
    (tmp_path / "README.md").write_text("")
    assert found(tmp_path) == [
        ("epss", "", "epss.csv"),
        ("epss", "", "epss_scores-current.csv.gz"),
        ("kev", "", "kev-2025-11.json"),
        ("kev", "", "known_exploited_vulnerabilities.json"),
        ("osv", "BellSoft Hardened Containers", "BellSoft Hardened Containers/all.zip"),
        ("osv", "Debian", "Debian/all.zip"),
        ("osv", "Wolfi", "Wolfi.zip"),
    ]


def test_a_single_archive_is_known_by_its_content_and_named_by_its_place(tmp_path: Path) -> None:
    path = write_archive(tmp_path, "Debian", [])
    assert find_feeds(path) == [FeedFile(kind="osv", path=path, hint="Debian", location="all.zip")]
    assert found(path.rename(tmp_path / "Wolfi.bin")) == [("osv", "Wolfi", "Wolfi.bin")]


def test_single_score_files_are_known_by_their_content(tmp_path: Path) -> None:
    assert found(write_kev(tmp_path / "a.txt", "CVE-2024-1111"))[0][0] == "kev"
    (tmp_path / "b.txt").write_text(EPSS)
    (tmp_path / "c.txt").write_bytes(gzip.compress(EPSS.encode()))
    assert found(tmp_path / "b.txt")[0][0] == found(tmp_path / "c.txt")[0][0] == "epss"


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"{}", b"PK\x03\x04 cut", b"\x1f\x8b broken", gzip.compress(b"hello")],
    ids=["empty", "text", "json", "cut zip", "broken gzip", "gzip"],
)
def test_another_file_is_a_usage_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is no advisory file"):
        find_feeds(path)


def test_nothing_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        find_feeds(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="holds no advisories"):
        find_feeds(tmp_path)

import gzip
import json
from pathlib import Path

import msgspec
import pytest
from tests.unit.advisories.records import NOW, write_kev

from basewise.advisories.archive import BrokenFeed
from basewise.advisories.scores import Table, read_epss, read_kev
from basewise.model.limits import DEFAULT_LIMITS

SMALL = msgspec.structs.replace(DEFAULT_LIMITS, feed_table_bytes=1000)


def epss(path: Path, text: str) -> Table:
    path.write_text(text)
    return read_epss(path, DEFAULT_LIMITS, NOW)


def test_the_catalogue_gives_dates_and_ransomware(tmp_path: Path) -> None:
    table = read_kev(write_kev(tmp_path / "kev.json", "CVE-2024-1111"), DEFAULT_LIMITS, NOW)
    assert table == Table("2026-11-20T00:00:00Z", {"CVE-2024-1111": ("2026-11-01", "2026-11-22", 1)}, 0)
    other = read_kev(write_kev(tmp_path / "kev.json", "CVE-2024-1111", ransomware="Unknown"), DEFAULT_LIMITS, NOW)
    assert other.rows["CVE-2024-1111"][2] == 0


def test_a_release_date_in_the_future_gives_way_to_the_newest_entry(tmp_path: Path) -> None:
    path = write_kev(tmp_path / "kev.json", "CVE-2024-1111", released="2027-01-01T00:00:00Z")
    assert read_kev(path, DEFAULT_LIMITS, NOW).date == "2026-11-01T00:00:00Z"


def test_entries_that_name_no_cve_are_counted(tmp_path: Path) -> None:
    path = write_kev(tmp_path / "kev.json", "CVE-2024-1111", "nothing")
    document = json.loads(path.read_text())
    document["vulnerabilities"] += ["text", {"cveID": 5}, {"cveID": "CVE-2024-2222", "dateAdded": "soon"}]
    path.write_text(json.dumps(document))
    table = read_kev(path, DEFAULT_LIMITS, NOW)
    assert table.rows["CVE-2024-2222"] == ("", "", 0)
    assert table.skipped == 3


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"vulnerabilities": []}', '{"vulnerabilities": [1]}', "[" * 10**6])
def test_another_document_is_no_catalogue(tmp_path: Path, text: str) -> None:
    (tmp_path / "kev.json").write_text(text)
    with pytest.raises(BrokenFeed, match="CISA's catalogue"):
        read_kev(tmp_path / "kev.json", DEFAULT_LIMITS, NOW)


def test_predictions_are_read_with_their_date(tmp_path: Path) -> None:
    text = (
        "#model_version:v1,score_date:2026-08-22T00:00:00+0000\ncve,epss,percentile\r\n"
        "CVE-2024-1111,0.04919,0.91446\nCVE-2024-2222,2,0\nCVE-2024-3333,x,0\nnonsense\n\n"
    )
    table = epss(tmp_path / "epss.csv", text)
    assert table == Table("2026-08-22T00:00:00Z", {"CVE-2024-1111": (0.04919, 0.91446)}, 3)


def test_gzip_is_inflated_whatever_the_name(tmp_path: Path) -> None:
    path = tmp_path / "epss.csv"
    path.write_bytes(gzip.compress(b"cve,epss,percentile\nCVE-2024-1111,0,nan\nCVE-2024-2222,0,1\n"))
    assert read_epss(path, DEFAULT_LIMITS, NOW) == Table("", {"CVE-2024-2222": (0.0, 1.0)}, 1)


def test_another_text_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(BrokenFeed, match="FIRST's table"):
        epss(tmp_path / "epss.csv", "a,b,c\n")


def test_a_bomb_is_not_inflated(tmp_path: Path) -> None:
    path = tmp_path / "epss.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 10_000_000))
    with pytest.raises(BrokenFeed, match="larger than 1000 bytes"):
        read_epss(path, SMALL, NOW)


def test_damaged_gzip_is_a_broken_feed(tmp_path: Path) -> None:
    path = tmp_path / "epss.csv.gz"
    path.write_bytes(gzip.compress(b"cve,epss,percentile\n" * 100)[:-9])
    with pytest.raises(BrokenFeed, match="damaged gzip"):
        read_epss(path, DEFAULT_LIMITS, NOW)

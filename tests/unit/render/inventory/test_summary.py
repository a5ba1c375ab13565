from __future__ import annotations

import msgspec
import pytest
from tests import documents

from basewise.model.advisory import Feed
from basewise.model.contents import Unowned
from basewise.model.inventory import Base, Inventory
from basewise.render.inventory.summary import summary

FRESH = documents.FEEDS[0]
OLD_DEBIAN = msgspec.structs.replace(FRESH, date="2026-11-01T00:00:00Z")
OLD_ALPINE = msgspec.structs.replace(FRESH, name="OSV Alpine", date="2026-11-01T00:00:00Z")


def lines(**changes: object) -> list[str]:
    return summary(msgspec.structs.replace(documents.inventory(), **changes))


def test_it_counts_what_was_read_and_found() -> None:
    assert lines()[:5] == [
        "1 workload, 1 image, 3 layers, 5 bases, 1 of them unidentified, 1 builder base",
        "3 vulnerabilities, 1 of them only from images' own layers, 1 in KEV, 1 distribution past its end of life",
        "files of no package: up to 5.0 MiB in one image (registry.test/shop/orders:1.4.2)",
        "not assessed, or in part: 13 (listed with reasons in the output)",
        "data: OSV Debian 3 days old; CISA KEV 53 days old, stale",
    ]


def test_without_gaps_none_are_mentioned() -> None:
    assert not any("not assessed" in line for line in lines(not_assessed=[]))


def test_what_findings_say_nothing_about_is_named_by_its_largest() -> None:
    (image,) = documents.inventory().images
    covered = msgspec.structs.replace(image, unowned=Unowned())
    large = msgspec.structs.replace(
        image, references=["docker.io/library/shop:1"], unowned=Unowned(files=2, bytes=2048)
    )
    assert "files of no package: up to 2.0 KiB in one image (shop:1)" in lines(images=[covered, large])
    assert not any(line.startswith("files of no package") for line in lines(images=[covered]))


def test_data_of_unknown_age_is_stale() -> None:
    feed = Feed(name="x", date="", digest="")
    assert "data: x of unknown age" in lines(feeds=[feed])


@pytest.mark.parametrize(
    ("bases", "feeds", "step"),
    [
        ([], documents.FEEDS, "name a directory"),
        ([documents.PYTHON], [], "basewise db update"),
        ([documents.UNIDENTIFIED, documents.PYTHON], documents.FEEDS, "--known-base REF"),
        ([documents.PYTHON], documents.FEEDS[1:], "basewise db update"),
        ([documents.PYTHON], documents.FEEDS, "basewise inspect python:3.11-slim-bullseye"),
        ([documents.PYTHON], [FRESH, OLD_ALPINE], "basewise db update, because OSV Alpine is stale;"),
        ([documents.PYTHON], [OLD_DEBIAN, OLD_ALPINE], "basewise db update, because OSV Debian, OSV Alpine are stale;"),
        ([documents.PYTHON], documents.FEEDS[1:], "because there are no advisories"),
        ([documents.MISSING, documents.EMPTY, documents.NGINX], documents.FEEDS, "basewise inspect nginx:1.25"),
        ([documents.MISSING, documents.EMPTY], documents.FEEDS, "make readable what was not assessed"),
        ([documents.GOLANG], documents.FEEDS, "name the manifests"),
    ],
)
def test_the_last_line_says_what_to_do_next(bases: list[Base], feeds: list[Feed], step: str) -> None:
    last = lines(bases=bases, feeds=feeds)[-1]
    assert last.startswith("next: ")
    assert step in last


def test_no_line_steers_a_terminal() -> None:
    hostile = Inventory(generated_at=documents.NOW, tool="", bases=[documents.HOSTILE_BASE], feeds=documents.FEEDS)
    assert all(line.isprintable() for line in summary(hostile))


def test_each_stale_feed_is_called_so() -> None:
    assert "data: OSV Debian 3 days old; OSV Alpine 22 days old, stale" in lines(feeds=[FRESH, OLD_ALPINE])


def test_old_lists_of_exploited_vulnerabilities_hide_none_and_block_no_next_step() -> None:
    assert documents.FEEDS[1].name == "CISA KEV"
    assert "db update" not in lines(bases=[documents.PYTHON], feeds=documents.FEEDS)[-1]


def test_two_ended_distributions_are_past_their_end_of_life() -> None:
    other = msgspec.structs.replace(documents.EOL_FINDING, vulnerability="EOL-debian-10", source_version="10")
    assert lines(findings=[documents.EOL_FINDING, other])[1].endswith("2 distributions past their end of life")


def test_a_run_that_read_no_image_counts_no_vulnerabilities() -> None:
    unread = lines(images=[], findings=[])
    assert unread[1] == "vulnerabilities: not assessed"
    assert unread[-1].startswith("next: make the images readable")

from __future__ import annotations

import msgspec
import pytest
from tests import documents

from basewise.model.advisory import Feed
from basewise.model.contents import Distribution
from basewise.model.inventory import Base, Inventory
from basewise.render.inventory.summary import summary


def lines(**changes: object) -> list[str]:
    return summary(msgspec.structs.replace(documents.inventory(), **changes))


def test_it_counts_what_was_read_and_found() -> None:
    assert lines()[:4] == [
        "1 workload, 1 image, 3 layers, 5 bases, 1 of them unidentified, 1 builder base",
        "3 vulnerabilities in 3 source package versions, 1 in KEV, 1 end of life",
        "not assessed, or in part: 13 (listed with reasons in the output)",
        "data: OSV Debian 3 days old; CISA KEV 53 days old, stale",
    ]


def test_without_gaps_none_are_mentioned() -> None:
    assert not any("not assessed" in line for line in lines(not_assessed=[]))


def test_data_of_unknown_age_is_stale() -> None:
    feed = Feed(name="x", date="", digest="")
    assert "data: x of unknown age" in lines(feeds=[feed])


def test_a_feed_counts_that_speaks_of_a_release_under_another_stream() -> None:
    module = "SUSE:Linux Enterprise Module for Basesystem 15 SP7"
    feed = Feed(name="OSV SUSE", date=documents.NOW, digest="", ecosystems=[module])
    images = [
        msgspec.structs.replace(
            documents.inventory().images[0],
            distribution=Distribution(id="sles", ecosystem="SUSE:Linux Enterprise Server 15 SP7"),
        )
    ]
    assert "data: OSV SUSE 0 days old" in lines(feeds=[feed], images=images)
    assert "data: none" in lines(
        feeds=[msgspec.structs.replace(feed, ecosystems=["SUSE:Linux Micro 6.0"])], images=images
    )


@pytest.mark.parametrize(
    ("bases", "feeds", "step"),
    [
        ([], documents.FEEDS, "name a directory"),
        ([documents.PYTHON], [], "basewise db update"),
        ([documents.UNIDENTIFIED, documents.PYTHON], documents.FEEDS, "--known-base REF"),
        ([documents.PYTHON], documents.FEEDS[1:], "basewise db update"),
        ([documents.PYTHON], documents.FEEDS, "basewise inspect python:3.11-slim-bullseye"),
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

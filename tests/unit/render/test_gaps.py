from __future__ import annotations

from basewise.model.inventory import NotAssessed
from basewise.render import gaps


def entry(kind: str, name: str) -> NotAssessed:
    return NotAssessed(kind, name, "not_assessed", "gone")


def test_each_gap_says_what_and_why() -> None:
    assert gaps.sentences([entry("layer", "sha256:0")]) == ["layer sha256:0: gone"]


def test_what_was_looked_at_in_part_says_so() -> None:
    part = NotAssessed("packages", "registry.test/a:1", "partial", "3 of 12 packages: no advisories")
    assert gaps.sentences([part]) == ["packages registry.test/a:1 (in part): 3 of 12 packages: no advisories"]


def test_images_are_named_as_people_write_them_and_files_as_they_are() -> None:
    hub = "docker.io/library/python:3.12"
    assert gaps.sentences([entry("image", hub), entry("packages", hub), entry("source", hub)]) == [
        "image python:3.12: gone",
        "packages python:3.12: gone",
        f"source {hub}: gone",
    ]


def test_the_first_are_listed_and_the_rest_counted() -> None:
    entries = [entry("image", f"x:{number}") for number in range(gaps.FIRST + 2)]
    sentences = gaps.sentences(entries)
    assert gaps.title(entries) == "Not assessed, or in part: 12"
    assert len(sentences) == gaps.FIRST + 1
    assert sentences[-1] == "and 2 more: see not_assessed with --format json"


def test_a_list_that_fits_counts_no_rest() -> None:
    entries = [entry("image", f"x:{number}") for number in range(gaps.FIRST)]
    assert len(gaps.sentences(entries)) == gaps.FIRST

from __future__ import annotations

import re

import pytest
from tests import checks

from basewise.phases.check import Asked, Looked, check_usages
from basewise.render.check.table import CheckTable
from basewise.render.interface import Page


def lines(document: object, page: Page = Page()) -> list[str]:
    return CheckTable().render(document, page).decode().splitlines()  # type: ignore[arg-type]


def test_a_finding_is_a_line_that_editors_can_jump_from_with_its_remedy_below() -> None:
    shown = lines(checks.check())
    at = shown.index(
        f"app/Dockerfile:3:6: error: public-base: python:3.12@{checks.DIGEST} is a public image that nothing allows"
    )
    assert shown[at + 1].startswith("    Use one that check.allow covers (quay.io/**)")


def test_what_is_excepted_or_known_is_not_shown_and_what_is_expired_or_unused_is() -> None:
    text = "\n".join(lines(checks.ratcheted()))
    assert "node:22" not in text
    assert "known/Dockerfile" not in text
    assert "basewise.yaml:9: the exception of team-a for debian expired on 2026-01-01; 3 of its findings" in text
    assert "basewise.yaml:14: the exception of team-a for nobody/uses-it covers nothing; remove it" in text
    assert "gone/Dockerfile: latest: docker.io/library/x" in text
    assert "source empty/: no Dockerfile or manifest found below empty/" in text


def test_a_check_without_findings_says_what_it_looked_at() -> None:
    assert lines(checks.passing()) == ["no findings: 1 image named in 1 file"]


def test_no_text_from_a_file_ends_a_line_or_steers_the_terminal() -> None:
    shown = CheckTable().render(checks.check(), Page()).decode()
    assert "\x1b" not in shown
    assert "\r" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


def test_a_file_whose_name_is_a_workflow_command_is_none() -> None:
    looked = Looked(usages=[checks.usage("registry.example/a:1", "::error::x/Dockerfile")], targets=[""])
    document = check_usages(looked, Asked(), now=checks.NOW, tool=checks.TOOL)
    assert lines(document)[0].startswith("./::error::x/Dockerfile:1: error")


def test_colour_is_for_pages_that_take_it_and_changes_no_words() -> None:
    coloured = CheckTable().render(checks.ratcheted(), Page(colour=True)).decode()
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines() == lines(checks.ratcheted())


@pytest.mark.parametrize("width", [1, 40, 80, 200])
def test_remedies_are_wrapped_at_the_page_and_what_is_to_be_copied_stays_whole(width: int) -> None:
    shown = lines(checks.check(), Page(width=width))
    assert any("@sha256:…;" in line for line in shown)
    longest = max(len(word) for line in shown for word in line.split())
    assert all(len(line) <= max(width, 40, longest + 4) for line in shown if line.startswith("    "))

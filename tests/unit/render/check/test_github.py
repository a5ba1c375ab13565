"""Workflow commands, read as GitHub's runner reads them.

The reader below is written from https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands and
from what actions/runner does (src/Runner.Common/ActionCommand.cs, TryParseV2): a line that begins with `::`, a name up
to the first space, properties up to the next `::`, separated by commas; then %3A, %2C, %0D, %0A and %25 are decoded.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import checks

from basewise.model.check import Check
from basewise.phases.check import Asked, Looked, check_usages
from basewise.render.check.github import GitHub
from basewise.render.interface import Page

ANNOTATIONS = {"error", "warning", "notice"}
PROPERTIES = {"file", "line", "endLine", "col", "endColumn", "title"}


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def command(line: str) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, written = line[2:end].partition(" ")
    properties = dict(pair.split("=", 1) for pair in written.split(",") if "=" in pair)
    return Command(
        name,
        {key: decoded(value, {"%3A": ":", "%2C": ","}) for key, value in properties.items()},
        decoded(line[end + 2 :], {}),
    )


def decoded(text: str, more: dict[str, str]) -> str:
    for code, character in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(code, character)
    return text


def rendered(document: Check) -> list[str]:
    return GitHub().render(document, Page()).decode().split("\n")[:-1]


def commands(document: Check) -> list[Command]:
    return [found for line in rendered(document) if (found := command(line))]


def test_each_finding_that_counts_is_an_annotation_of_its_place() -> None:
    found = commands(checks.check())
    assert len([one for one in found if "file" in one.properties]) == len(
        [one for one in checks.check().findings if one.state == "new" and one.file]
    )
    (first, *_) = [one for one in found if one.properties.get("file") == "app/Dockerfile"]
    assert first.name == "error"
    assert first.properties == {"file": "app/Dockerfile", "line": "3", "col": "6", "title": "basewise public-base"}
    assert "Use one that check.allow covers" in first.message


def test_every_line_is_a_command_that_github_documents() -> None:
    for document in (checks.check(), checks.ratcheted()):
        for line in rendered(document):
            found = command(line)
            assert found is not None, line
            assert found.name in ANNOTATIONS
            assert set(found.properties) <= PROPERTIES
            assert found.message


def test_errors_come_first_because_only_the_first_are_shown() -> None:
    names = [one.name for one in commands(checks.check())]
    assert names == sorted(names)


def test_what_is_excepted_or_known_is_no_annotation() -> None:
    assert not [one for one in commands(checks.ratcheted()) if "node:22" in one.message]
    assert "known/Dockerfile" not in {one.properties.get("file") for one in commands(checks.ratcheted())}


def test_targets_and_exceptions_without_a_place_are_annotations_of_the_run() -> None:
    titles = [one.properties["title"] for one in commands(checks.check()) if "file" not in one.properties]
    assert titles.count("basewise: not assessed") == 1
    assert titles.count("basewise exceptions") == 2


def test_a_check_without_findings_is_silent() -> None:
    assert rendered(checks.passing()) == []


@pytest.mark.parametrize("many", [11, 25])
def test_more_annotations_than_github_shows_are_said(many: int) -> None:
    usages = [checks.usage("registry.example/a:1", f"{number}/Dockerfile") for number in range(many)]
    document = check_usages(Looked(usages=usages, targets=[""]), Asked(), now=checks.NOW, tool=checks.TOOL)
    assert len(commands(document)) == many
    assert rendered(document)[-1].startswith(f"basewise: {many} errors and 0 warnings are in this log")


@given(st.text(), st.text())
def test_no_text_gets_out_of_its_field(file: str, message: str) -> None:
    one = msgspec.structs.replace(checks.check().findings[0], file=file, message=message, line=1)
    found = commands(msgspec.structs.replace(checks.passing(), findings=[one]))
    assert len(found) == 1
    assert found[0].name == "error"
    assert found[0].properties.get("file", "") == file
    assert set(found[0].properties) <= PROPERTIES

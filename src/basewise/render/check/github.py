"""Annotations of GitHub Actions: workflow commands on standard output.

Follows https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands, section "Setting an error
message", and the escaping of actions/toolkit (packages/core/src/command.ts, escapeData and escapeProperty).
"""

from __future__ import annotations

from collections.abc import Iterator

from basewise.model.check import Check, CheckFinding
from basewise.render.check.words import COMMAND_LINE, counted, exception_remarks
from basewise.render.interface import Page, Renderer
from basewise.render.printable import printable

_SHOWN = 10
"""Annotations of each level that GitHub shows for one step; the others stand in the log only."""


class GitHub(Renderer[Check]):
    """One command a line for each finding that counts, errors first; then what has no place in a file."""

    def render(self, document: Check, page: Page) -> bytes:  # noqa: ARG002 -- commands have no width or colour
        return "".join(f"{line}\n" for line in _lines(document)).encode("utf-8", "replace")


def _lines(document: Check) -> Iterator[str]:
    found = sorted(counted(document), key=lambda finding: finding.level)
    for finding in found:
        yield _command(finding.level, f"{finding.message}. {finding.remedy}", _properties(finding))
    for remark in exception_remarks(document):
        yield _command("warning", remark, {"title": "basewise exceptions"})
    for gap in document.not_assessed:
        yield _command("warning", f"{gap.name}: {gap.reason}", {"title": "basewise: not assessed"})
    errors = sum(finding.level == "error" for finding in found)
    if max(errors, len(found) - errors) > _SHOWN:
        yield (
            f"basewise: {errors} errors and {len(found) - errors} warnings are in this log; "
            f"GitHub shows the first {_SHOWN} of each as annotations of a step."
        )


def _properties(finding: CheckFinding) -> dict[str, str]:
    properties = {"file": finding.file, "line": str(max(finding.line, 1))} if finding.file else {}
    if finding.file and finding.line and finding.column:
        properties["col"] = str(finding.column)
    return {**properties, "title": f"basewise {finding.rule}" + ("" if finding.file else f" ({COMMAND_LINE})")}


def _command(name: str, message: str, properties: dict[str, str]) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(printable(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

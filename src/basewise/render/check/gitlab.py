"""A Code Quality report of GitLab, for `artifacts:reports:codequality`.

Follows https://docs.gitlab.com/ci/testing/code_quality/, section "Code Quality report format". GitLab compares the
reports of two branches by fingerprint, so known findings are in it too, as information.
"""

from __future__ import annotations

from typing import Any

import msgspec

from basewise.model.check import Check, CheckFinding
from basewise.model.configuration import CONFIGURATION_NAME
from basewise.render.interface import Page, Renderer
from basewise.render.printable import printable

_SEVERITIES = {"error": "major", "warning": "minor"}
_KNOWN = "info"


class GitLab(Renderer[Check]):
    """A JSON array, without the findings that are excepted."""

    def render(self, document: Check, page: Page) -> bytes:  # noqa: ARG002 -- data has no width or colour
        issues = [_issue(finding) for finding in document.findings if finding.state != "excepted"]
        return msgspec.json.format(msgspec.json.encode(issues), indent=2) + b"\n"


def _issue(finding: CheckFinding) -> dict[str, Any]:
    known = finding.state == "baseline"
    return {
        "description": printable(f"{finding.message}. {finding.remedy}"),
        "check_name": f"basewise/{finding.rule}",
        "fingerprint": finding.fingerprint,
        "severity": _KNOWN if known else _SEVERITIES[finding.level],
        "location": {
            # Every issue needs a file; what was named on the command line is asked by the configuration.
            "path": finding.file or CONFIGURATION_NAME,
            "lines": {"begin": max(finding.line, 1)},
        },
    }

"""SARIF 2.1.0, for code scanning.

Follows the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", sections 3.27 (result),
3.35 (suppression), 3.49 (reportingDescriptor) and 3.58 (notification).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from basewise.model.check import Check, CheckFinding
from basewise.model.policy import RULES
from basewise.render.check.words import exception_of, exception_remarks
from basewise.render.interface import Page, Renderer
from basewise.render.printable import printable

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_ORDER = list(RULES)


class Sarif(Renderer[Check]):
    """One run: every rule, every finding with its state, what could not be looked at as notifications."""

    def render(self, document: Check, page: Page) -> bytes:  # noqa: ARG002 -- data has no width or colour
        log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(document)]}
        return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _run(document: Check) -> dict[str, Any]:
    name, _, version = document.tool.partition(" ")
    return {
        "tool": {"driver": {"name": name, "version": version or "unknown", "rules": _rules()}},
        "automationDetails": {"id": "basewise/check/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the checkout."}}},
        "invocations": [
            {
                "executionSuccessful": not document.not_assessed,
                "endTimeUtc": document.generated_at,
                "toolExecutionNotifications": _notifications(document),
            }
        ],
        "results": [_result(document, finding) for finding in document.findings],
    }


def _rules() -> list[dict[str, Any]]:
    return [
        {
            "id": rule.id,
            "name": "".join(word.capitalize() for word in rule.id.split("-")),
            "shortDescription": {"text": f"{rule.title}."},
            "fullDescription": {"text": rule.help},
            "help": {"text": rule.help},
            "defaultConfiguration": {"level": rule.level},
        }
        for rule in RULES.values()
    ]


def _result(document: Check, finding: CheckFinding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": _ORDER.index(finding.rule),
        "level": finding.level,
        "message": {"text": printable(f"{finding.message}. {finding.remedy}")},
        "locations": _locations(finding),
        "partialFingerprints": {"basewiseCheck/v1": finding.fingerprint},
    }
    if document.baseline is not None:
        result["baselineState"] = "unchanged" if finding.state == "baseline" else "new"
    exception = exception_of(document, finding)
    if exception is not None and finding.state == "excepted":
        until = f"{exception.reason.rstrip('.')} ({exception.owner}, until {exception.expires})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": printable(until)}]
    return result


def _locations(finding: CheckFinding) -> list[dict[str, Any]]:
    """None for what was named on the command line."""
    if not finding.file:
        return []
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.file), "uriBaseId": _ROOT}}
    if finding.line:
        column = {"startColumn": finding.column} if finding.column else {}
        place["region"] = {"startLine": finding.line, **column}
    return [{"physicalLocation": place}]


def _notifications(document: Check) -> list[dict[str, Any]]:
    gaps = [f"{gap.name}: {gap.reason}" for gap in document.not_assessed]
    remarks = list(exception_remarks(document))
    return [
        *({"level": "error", "message": {"text": printable(text)}} for text in gaps),
        *({"level": "warning", "message": {"text": printable(text)}} for text in remarks),
    ]

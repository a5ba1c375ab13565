"""The report, held against what GitLab documents of it.

Source: https://docs.gitlab.com/ci/testing/code_quality/, section "Code Quality report format": a JSON array, without a
byte order mark; every issue has `description`, `check_name`, a unique `fingerprint`, `location.path` relative and
without a leading `./`, `location.lines.begin` (or `location.positions.begin.line`), and a `severity` of five.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from tests import checks

from basewise.model.check import Check
from basewise.render.check.gitlab import GitLab
from basewise.render.interface import Page

DOCUMENTED = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def report(document: Check) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(GitLab().render(document, Page()))
    return issues


@pytest.mark.parametrize("document", [checks.check(), checks.ratcheted(), checks.passing()])
def test_a_report_is_what_gitlab_documents(document: Check) -> None:
    issues = report(document)
    jsonschema.Draft202012Validator(DOCUMENTED).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_severities_follow_levels_and_known_findings_are_information() -> None:
    severities = {(one["check_name"], one["location"]["path"]): one["severity"] for one in report(checks.ratcheted())}
    assert severities["basewise/public-base", "app/Dockerfile"] == "major"
    assert severities["basewise/unreadable", "broken.yaml"] == "minor"
    assert severities["basewise/unpinned", "known/Dockerfile"] == "info"


def test_what_is_excepted_is_not_reported() -> None:
    assert "web/Dockerfile" not in {issue["location"]["path"] for issue in report(checks.check())}


def test_the_documented_form_refuses_what_it_should() -> None:
    (issue, *_) = report(checks.check())
    for broken in ({**issue, "severity": "high"}, {**issue, "location": {"path": "./x", "lines": {"begin": 1}}}):
        assert not jsonschema.Draft202012Validator(DOCUMENTED).is_valid([broken])

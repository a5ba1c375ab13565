"""JUnit's XML, for servers of CI that show tests and nothing else.

There is no standard; this keeps to what Jenkins and GitLab read (https://docs.gitlab.com/ci/testing/unit_test_reports/,
https://github.com/jenkinsci/xunit-plugin, junit-10.xsd): suites of cases, each with at most one `failure`, `error` or
`skipped`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from basewise.model.check import Check, CheckFinding
from basewise.model.policy import RULES, Rule
from basewise.render.check.words import exception_of, place
from basewise.render.interface import Page, Renderer
from basewise.render.printable import printable

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, section 2.2, has no character for."""


class JUnit(Renderer[Check]):
    """A suite for each rule, a case for each finding; a rule that nothing breaks is one case that passes."""

    def render(self, document: Check, page: Page) -> bytes:  # noqa: ARG002 -- data has no width or colour
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="basewise check">']
        for rule in RULES.values():
            lines += _suite(document, rule, [one for one in document.findings if one.rule == rule.id])
        lines += [*_gaps(document), "</testsuites>"]
        return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _suite(document: Check, rule: Rule, findings: Sequence[CheckFinding]) -> list[str]:
    cases = [_case(document, finding) for finding in findings] or [_open(rule.id, rule.title) + "/>"]
    failures = sum(_fails(finding) for finding in findings)
    skipped = sum(finding.state != "new" for finding in findings)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    return [f"  <testsuite name={_quoted(rule.id)} {counts}>", *cases, "  </testsuite>"]


def _case(document: Check, finding: CheckFinding) -> str:
    case = _open(finding.file or finding.rule, f"{place(finding)}: {finding.rule}: {finding.reference}".rstrip(": "))
    text = f"{finding.message}. {finding.remedy}"
    if finding.state != "new":
        exception = exception_of(document, finding)
        why = f"excepted by {exception.owner} until {exception.expires}" if exception else "in the baseline"
        return f"{case}><skipped message={_quoted(f'{why}: {finding.message}')}/></testcase>"
    if _fails(finding):
        body = escape(_clean(f"{place(finding)}: {text}"))
        attributes = f"message={_quoted(finding.message)} type={_quoted(finding.rule)}"
        return f"{case}><failure {attributes}>{body}</failure></testcase>"
    return f"{case}><system-out>{escape(_clean(f'{finding.level}: {text}'))}</system-out></testcase>"


def _gaps(document: Check) -> list[str]:
    """Targets that could not be looked at, a suite of errors; nothing when there is none."""
    if not document.not_assessed:
        return []
    count = len(document.not_assessed)
    cases = [
        f"{_open('targets', gap.name)}><error message={_quoted(gap.reason)} type={_quoted(gap.status)}/></testcase>"
        for gap in document.not_assessed
    ]
    head = f'  <testsuite name="targets" tests="{count}" failures="0" errors="{count}" skipped="0">'
    return [head, *cases, "  </testsuite>"]


def _fails(finding: CheckFinding) -> bool:
    return finding.state == "new" and finding.level == "error"


def _open(group: str, name: str) -> str:
    return f"    <testcase classname={_quoted(group)} name={_quoted(name)}"


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", printable(text))

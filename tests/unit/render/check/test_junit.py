"""JUnit's XML, held against what its readers take.

Sources: https://github.com/jenkinsci/xunit-plugin (junit-10.xsd), and "File format" of
https://docs.gitlab.com/ci/testing/unit_test_reports/.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import checks

from basewise.model.check import Check
from basewise.model.policy import RULES
from basewise.render.check.junit import JUnit
from basewise.render.interface import Page

OUTCOMES = {"failure", "error", "skipped"}


def suites(document: Check) -> dict[str, ET.Element]:
    root = ET.fromstring(JUnit().render(document, Page()))
    assert root.tag == "testsuites"
    return {suite.attrib["name"]: suite for suite in root}


@pytest.mark.parametrize("document", [checks.check(), checks.ratcheted(), checks.passing()])
def test_suites_count_what_they_hold(document: Check) -> None:
    found = suites(document)
    assert set(RULES) <= set(found)
    for suite in found.values():
        cases = list(suite)
        assert cases, "a suite without a case is no test that passed"
        outcomes = [[part.tag for part in case if part.tag in OUTCOMES] for case in cases]
        assert all(case.tag == "testcase" and case.attrib["classname"] and case.attrib["name"] for case in cases)
        assert all(len(outcome) <= 1 for outcome in outcomes)
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == outcomes.count(["failure"])
        assert int(suite.attrib["errors"]) == outcomes.count(["error"])
        assert int(suite.attrib["skipped"]) == outcomes.count(["skipped"])


def test_errors_fail_warnings_pass_and_what_is_known_or_excepted_is_skipped() -> None:
    found = suites(checks.ratcheted())
    assert found["public-base"].find("testcase[@classname='app/Dockerfile']/failure") is not None
    assert found["unreadable"].find("testcase[@classname='broken.yaml']/system-out") is not None
    known = found["unpinned"].find("testcase[@classname='known/Dockerfile']/skipped")
    assert known is not None
    assert known.attrib["message"].startswith("in the baseline: ")
    excepted = found["public-base"].find("testcase[@classname='web/Dockerfile']/skipped")
    assert excepted is not None
    assert excepted.attrib["message"].startswith("excepted by team-a until 2027-05-31: ")


def test_a_rule_that_nothing_breaks_is_a_test_that_passes() -> None:
    (case,) = suites(checks.passing())["refused"]
    assert list(case) == []


def test_a_target_that_says_nothing_is_an_error() -> None:
    assert suites(checks.check())["targets"].attrib["errors"] == "1"
    assert "targets" not in suites(checks.passing())


@given(st.text(alphabet=st.characters(), max_size=40), st.text(max_size=40))
def test_any_text_is_xml(file: str, message: str) -> None:
    one = msgspec.structs.replace(checks.check().findings[0], file=file, message=message)
    found = suites(msgspec.structs.replace(checks.passing(), findings=[one]))
    assert found["unpinned"].tag == "testsuite"

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from tests import checks

from basewise.model.check import Check
from basewise.model.policy import RULES
from basewise.render.check.sarif import Sarif
from basewise.render.interface import Page

SCHEMA = Path(os.environ.get("BASEWISE_TEST_DATA", "no-test-data")) / "schemas" / "sarif-2.1.0-rtm.6.json"


def run(document: Check) -> dict[str, Any]:
    log = json.loads(Sarif().render(document, Page()))
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    result: dict[str, Any] = only
    return result


def result(document: Check, file: str, rule: str) -> dict[str, Any]:
    (found,) = [
        one
        for one in run(document)["results"]
        if one["ruleId"] == rule
        and [at["physicalLocation"]["artifactLocation"]["uri"] for at in one["locations"]] == [file]
    ]
    answer: dict[str, Any] = found
    return answer


@pytest.mark.skipif(not SCHEMA.is_file(), reason=f"needs the schema of SARIF: {SCHEMA}")
@pytest.mark.parametrize("document", [checks.check(), checks.ratcheted(), checks.passing()])
def test_a_log_obeys_the_schema_of_the_standard(document: Check) -> None:
    schema = json.loads(SCHEMA.read_bytes())
    validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    log = json.loads(Sarif().render(document, Page()))
    validator.validate(log)
    log["runs"][0]["results"].append({"message": {}})
    assert not validator.is_valid(log)


def test_every_rule_has_its_text_and_every_result_leads_to_its_rule() -> None:
    found = run(checks.check())
    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    assert found["results"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in found["results"])


def test_a_result_has_its_place_its_level_and_a_fingerprint() -> None:
    one = result(checks.check(), "app/Dockerfile", "public-base")
    assert one["level"] == "error"
    assert one["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 6}
    assert len(one["partialFingerprints"]["basewiseCheck/v1"]) == 64


def test_results_have_a_state_only_where_there_is_a_baseline() -> None:
    assert all("baselineState" not in one for one in run(checks.check())["results"])
    assert result(checks.ratcheted(), "known/Dockerfile", "unpinned")["baselineState"] == "unchanged"
    assert result(checks.ratcheted(), "app/Dockerfile", "public-base")["baselineState"] == "new"


def test_an_exception_is_a_suppression_with_its_reason_until_it_expires() -> None:
    (suppression,) = result(checks.check(), "web/Dockerfile", "public-base")["suppressions"]
    assert suppression["status"] == "accepted"
    assert suppression["justification"] == "moves in May (team-a, until 2027-05-31)"
    assert "suppressions" not in result(checks.check(), "old/Dockerfile", "public-base")


def test_any_path_is_a_relative_uri_that_leads_back_to_it() -> None:
    uris = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in run(checks.check())["results"]
        if one["locations"]
    }
    assert checks.HOSTILE in {unquote(uri) for uri in uris}
    assert all(not urlsplit(uri).scheme and uri.isascii() and " " not in uri for uri in uris)


def test_what_could_not_be_looked_at_is_a_notification_and_no_success() -> None:
    (invocation,) = run(checks.check())["invocations"]
    assert not invocation["executionSuccessful"]
    assert any("empty/" in one["message"]["text"] for one in invocation["toolExecutionNotifications"])
    assert run(checks.passing())["invocations"][0]["executionSuccessful"]

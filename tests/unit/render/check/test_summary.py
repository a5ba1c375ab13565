from __future__ import annotations

import msgspec
from tests import checks

from basewise.model.policy import Policy, RuleLevels
from basewise.phases.check import Asked, Looked, check_usages
from basewise.render.check.summary import summary


def test_a_run_ends_with_what_was_counted_and_what_to_do() -> None:
    lines = summary(checks.ratcheted())
    assert lines[0].startswith("failed: ")
    assert "2 places not checked" in lines[0]
    assert "7 images named in 5 files" in lines[0]
    assert lines[1] == "exceptions: 3 for 2 findings; 1 expired, 1 unused"
    assert lines[2] == "baseline: 2 in known.json, 1 of them still there, 1 gone"
    assert "not assessed, or in part: 1" in lines[3]
    assert lines[-1].startswith("next: write what the remedies say")


def test_a_check_that_passes_has_nothing_to_do_next() -> None:
    (only,) = summary(checks.passing())
    assert only == "passed: 0 errors, 0 warnings; 1 image named in 1 file, 1 of unknown end of life"


def test_what_is_passed_without_a_look_is_said() -> None:
    policy = Policy(rules=RuleLevels(unreadable="off"))
    looked = Looked(usages=[checks.unread("${BASE}", "variable")], targets=[""])
    document = check_usages(looked, Asked(policy=policy), now=checks.NOW, tool=checks.TOOL)
    assert "1 place not checked (1 passed, as the rule is off)" in summary(document)[0]


def test_a_fleet_without_baseline_is_told_how_to_begin_with_one() -> None:
    assert "--update-baseline" in summary(checks.check())[-1]


def test_a_check_that_is_incomplete_says_what_to_do_about_that() -> None:
    incomplete = msgspec.structs.replace(checks.passing(), verdict="incomplete")
    assert "make readable" in summary(incomplete)[-1]

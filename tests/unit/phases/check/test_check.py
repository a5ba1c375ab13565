from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import checks
from tests.checks import DIGEST, NOW, TOOL, policy_exception, unread, usage

from basewise.model.check import Check
from basewise.model.evidence import Status
from basewise.model.inventory import NotAssessed
from basewise.model.policy import Policy, RoleLevels, RuleLevels
from basewise.model.workload import Usage
from basewise.phases.check import Asked, Looked, Problem, check_usages

PINNED = f"registry.example/a:1@{DIGEST}"
TAGGED = "registry.example/a:1"


def check(*usages: Usage, asked: Asked = Asked(), **looked: object) -> Check:
    seen = msgspec.structs.replace(Looked(usages=list(usages), targets=[""]), **looked)
    return check_usages(seen, asked, now=NOW, tool=TOOL)


def asked(**policy: object) -> Asked:
    return Asked(policy=Policy(**policy), places=["basewise.yaml:1"] * 9)  # type: ignore[arg-type]


def rules(done: Check) -> list[str]:
    return [finding.rule for finding in done.findings]


def test_a_fleet_that_keeps_the_rules_passes() -> None:
    done = check(usage(PINNED))
    assert (done.verdict, done.findings) == ("passed", [])
    assert (done.counts.files, done.counts.usages, done.counts.life_unknown) == (1, 1, 1)


def test_a_finding_knows_its_place_and_is_an_error_by_default() -> None:
    (finding,) = check(usage(TAGGED, "a/Dockerfile", 4, column=6, build_stage="run")).findings
    assert (finding.rule, finding.level, finding.state) == ("unpinned", "error", "new")
    assert (finding.file, finding.line, finding.column, finding.build_stage) == ("a/Dockerfile", 4, 6, "run")


@pytest.mark.parametrize(("level", "verdict"), [("error", "failed"), ("warning", "passed"), ("off", "passed")])
def test_only_errors_fail(level: str, verdict: str) -> None:
    done = check(usage(TAGGED), asked=asked(rules=RuleLevels(unpinned=level)))  # type: ignore[arg-type]
    assert done.verdict == verdict
    assert [finding.level for finding in done.findings] == ([] if level == "off" else [level])


def test_a_level_may_depend_on_what_the_image_is_for() -> None:
    levels = RuleLevels(unpinned=RoleLevels(build="warning", ci="off"))
    usages = [usage(TAGGED, line=1), usage(TAGGED, line=2, role="build"), usage(TAGGED, line=3, role="ci")]
    done = check(*usages, asked=asked(rules=levels, roles=["runtime", "build", "ci"]))
    assert [(finding.line, finding.level) for finding in done.findings] == [(1, "error"), (2, "warning")]


def test_a_role_without_a_level_of_its_own_keeps_the_rules_default() -> None:
    levels = RuleLevels(unreadable=RoleLevels(ci="off"))
    assert levels.of("unreadable", "runtime") == "warning"
    assert RuleLevels(latest=RoleLevels(ci="off")).of("latest", "runtime") == "error"


def test_images_of_ci_and_development_are_looked_at_when_asked_for() -> None:
    usages = [usage(TAGGED, line=1, role="ci"), usage(TAGGED, line=2, role="dev")]
    assert check(*usages).counts.usages == 0
    assert len(check(*usages, asked=asked(roles=["ci", "dev"])).findings) == 2


def test_kinds_narrow_what_is_looked_at() -> None:
    usages = [usage(TAGGED, line=1), usage(TAGGED, "x.yaml", 2, kind="kubernetes")]
    assert [one.file for one in check(*usages, asked=asked(kinds=["kubernetes"])).findings] == ["x.yaml"]


def test_an_image_of_the_command_line_is_always_looked_at() -> None:
    named = usage(TAGGED, "", 0, kind="argument")
    assert rules(check(named, asked=asked(roles=["ci"], kinds=["compose"]))) == ["unpinned"]


def test_scratch_is_no_image() -> None:
    assert check(usage("scratch")).findings == []


def test_a_name_with_a_variable_is_not_passed_in_silence() -> None:
    done = check(unread("${BASE}", "'${BASE}' holds a variable: its value is filled in later"))
    assert (done.verdict, rules(done)) == ("incomplete", ["unreadable"])
    assert "ARG NAME=value" in done.findings[0].remedy


def test_a_failed_rule_wins_over_what_could_not_be_checked() -> None:
    assert check(unread("${BASE}", "variable"), usage(TAGGED)).verdict == "failed"


def test_unreadable_may_fail_or_be_passed_and_is_counted_then() -> None:
    variable = unread("${BASE}", "variable")
    assert check(variable, asked=asked(rules=RuleLevels(unreadable="error"))).verdict == "failed"
    off = check(variable, asked=asked(rules=RuleLevels(unreadable="off")))
    assert (off.verdict, off.counts.unreadable_off) == ("passed", 1)


def test_a_file_that_could_not_be_read_is_a_finding_with_the_line_that_its_reason_names() -> None:
    problem = Problem("a.yaml", Status("partial", "line 12: did not find expected node content"))
    done = check(usage(PINNED), problems=[problem])
    assert done.verdict == "incomplete"
    (finding,) = done.findings
    assert (finding.file, finding.line, finding.kind, finding.role) == ("a.yaml", 12, "file", "unknown")


def test_a_target_that_says_nothing_is_never_a_pass() -> None:
    gap = NotAssessed("source", "services", "not_assessed", "no Dockerfile or manifest found below services")
    assert check(not_assessed=[gap]).verdict == "incomplete"


def test_an_exception_covers_its_rules_images_and_paths_up_to_its_last_day() -> None:
    covering = policy_exception(match="registry.example/*", path="app", rules=["unpinned"], expires=NOW.date())
    done = check(usage(TAGGED), asked=asked(exceptions=[covering]))
    assert (done.verdict, done.findings[0].state, done.findings[0].exception) == ("passed", "excepted", 0)
    assert done.exceptions[0].state == "used"


@pytest.mark.parametrize(
    "other",
    [
        {"match": "registry.example/b"},
        {"path": "old"},
        {"rules": ["latest"]},
    ],
)
def test_an_exception_covers_nothing_else(other: dict[str, object]) -> None:
    done = check(usage(TAGGED), asked=asked(exceptions=[policy_exception(**other)]))
    assert (done.verdict, done.exceptions[0].state) == ("failed", "unused")


def test_an_expired_exception_counts_again_and_is_named() -> None:
    done = check(usage(TAGGED), asked=asked(exceptions=[policy_exception(expires=date(2026, 11, 23))]))
    assert (done.verdict, done.findings[0].state) == ("failed", "new")
    assert "team-a (basewise.yaml:1) expired on 2026-11-23" in done.findings[0].message
    assert (done.exceptions[0].state, done.exceptions[0].findings) == ("expired", 1)


def test_an_exception_that_holds_is_preferred_to_one_that_has_expired() -> None:
    exceptions = [policy_exception(expires=date(2020, 1, 1)), policy_exception(owner="team-b")]
    assert check(usage(TAGGED), asked=asked(exceptions=exceptions)).findings[0].exception == 1


def test_an_exception_by_image_does_not_cover_a_name_that_nobody_can_read() -> None:
    variable = unread("${BASE}", "variable")
    assert check(variable, asked=asked(exceptions=[policy_exception()])).verdict == "incomplete"
    by_path = policy_exception(match="", path="app")
    assert check(variable, asked=asked(exceptions=[by_path])).verdict == "passed"


def test_a_run_over_a_part_does_not_call_an_exception_unused() -> None:
    unused = asked(exceptions=[policy_exception(match="other/x")])
    assert check(usage(TAGGED), asked=unused, targets=["app"]).exceptions[0].state == "not-looked-for"
    narrowed = msgspec.structs.replace(unused, narrowed=True)
    assert check(usage(TAGGED), asked=narrowed).exceptions[0].state == "not-looked-for"


def test_what_a_file_here_builds_is_no_public_image() -> None:
    done = check(usage("docker.io/acme/api:1"), built=frozenset({"docker.io/acme/api:1"}))
    assert (done.verdict, done.counts.built_here) == ("passed", 1)


@given(st.permutations(checks.LOOKED.usages))
def test_findings_do_not_depend_on_the_order_of_reading(usages: list[Usage]) -> None:
    shuffled = msgspec.structs.replace(checks.LOOKED, usages=usages)
    assert check_usages(shuffled, checks.ASKED, now=NOW, tool=TOOL) == checks.check()


def test_who_builds_upon_a_name_takes_what_the_registry_has() -> None:
    """A tag that some file gives to what it builds excuses no FROM line that names it."""
    built = frozenset({TAGGED})
    assert check(usage(TAGGED), built=built).verdict == "passed"
    assert rules(check(usage(TAGGED, build_stage="run"), built=built)) == ["unpinned"]

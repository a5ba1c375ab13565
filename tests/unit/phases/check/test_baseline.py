from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.checks import DIGEST, NOW, TOOL, policy_exception, unread, usage

from basewise.model.check import Baseline, Check
from basewise.model.evidence import Status
from basewise.model.policy import Policy, RuleLevels
from basewise.model.workload import Usage
from basewise.phases.check import Asked, Looked, Problem, check_usages
from basewise.phases.check.baseline import pruned, updated

TAGGED = "registry.example/a:1"
OTHER = "registry.example/b:1"


def check(*usages: Usage, baseline: Baseline | None = None, policy: Policy = Policy(), **looked: object) -> Check:
    seen = msgspec.structs.replace(Looked(usages=list(usages), targets=[""]), **looked)
    asked = Asked(policy=policy, places=["basewise.yaml:1"], baseline=baseline, baseline_file="known.json")
    return check_usages(seen, asked, now=NOW, tool=TOOL)


def recorded(*usages: Usage, policy: Policy = Policy()) -> Baseline:
    return updated(Baseline(), check(*usages, baseline=Baseline(), policy=policy))


def test_what_is_recorded_does_not_fail() -> None:
    done = check(usage(TAGGED), baseline=recorded(usage(TAGGED)))
    assert (done.verdict, [finding.state for finding in done.findings]) == ("passed", ["baseline"])
    assert done.baseline is not None
    assert (done.baseline.recorded, done.baseline.present, done.baseline.gone) == (1, 1, [])


def test_a_line_that_moves_a_tag_and_a_digest_are_no_new_finding() -> None:
    known = recorded(usage("docker.io/library/python:3.9@" + DIGEST, line=3))
    moved = usage("docker.io/library/python:3.12@" + DIGEST.replace("aa", "bb"), line=90, column=12)
    assert check(moved, baseline=known).verdict == "passed"


def test_another_image_another_file_and_another_rule_are_new() -> None:
    known = recorded(usage(TAGGED))
    for new in (usage(OTHER), usage(TAGGED, "other/Dockerfile"), usage("registry.example/a")):
        assert check(usage(TAGGED), new, baseline=known).verdict == "failed"


def test_a_second_one_of_a_kind_is_new() -> None:
    known = recorded(usage(TAGGED, line=1))
    done = check(usage(TAGGED, line=1), usage(TAGGED, line=5), baseline=known)
    assert [finding.state for finding in done.findings] == ["baseline", "new"]


def test_a_known_stage_stays_known_when_a_stage_is_put_behind_it() -> None:
    known = recorded(usage(TAGGED, line=1, role="runtime", build_stage="0"))
    now_builds = usage(TAGGED, line=1, role="build", build_stage="build", final=False)
    assert check(now_builds, usage("registry.example/b:1@" + DIGEST, line=9), baseline=known).verdict == "passed"


def test_looking_at_one_role_only_finds_the_same_findings() -> None:
    usages = [usage(TAGGED, line=1, role="build"), usage(TAGGED, line=2, role="runtime")]
    known = recorded(*usages)
    done = check(*usages, baseline=known, policy=Policy(roles=["runtime"]))
    assert [finding.state for finding in done.findings] == ["baseline"]
    assert done.baseline is not None
    assert done.baseline.gone == []


def test_what_is_gone_is_named_and_taken_out() -> None:
    known = recorded(usage(TAGGED), usage(OTHER, line=2))
    done = check(usage(TAGGED), baseline=known)
    assert done.baseline is not None
    assert [entry.subject for entry in done.baseline.gone] == ["registry.example/b"]
    assert [entry.subject for entry in pruned(known, done.baseline).findings] == ["registry.example/a"]


def test_what_was_not_looked_for_is_not_gone() -> None:
    known = recorded(usage(TAGGED, "a/Dockerfile"), usage(OTHER, "b/Dockerfile"))
    done = check(targets=["a", "b2"], baseline=known)
    assert done.baseline is not None
    assert [entry.file for entry in done.baseline.gone] == ["a/Dockerfile"]
    assert done.baseline.not_looked_for == 1


def test_nothing_is_gone_from_a_file_that_could_not_be_read() -> None:
    known = recorded(usage(TAGGED))
    broken = Problem("app/Dockerfile", Status("not_assessed", "cannot be read"))
    done = check(problems=[broken], baseline=known)
    assert done.baseline is not None
    assert done.baseline.gone == []


def test_a_rule_that_is_off_and_an_exception_take_nothing_out() -> None:
    known = recorded(usage(TAGGED))
    for policy in (Policy(rules=RuleLevels(unpinned="off")), Policy(exceptions=[policy_exception()])):
        done = check(usage(TAGGED), baseline=known, policy=policy)
        assert done.baseline is not None
        assert done.baseline.gone == []


def test_an_update_records_what_is_new_and_keeps_what_was_not_looked_for() -> None:
    known = recorded(usage(TAGGED, "a/Dockerfile"), usage(OTHER, "b/Dockerfile"))
    after = updated(known, check(usage(OTHER, "a/Dockerfile"), targets=["a"], baseline=known))
    assert [(entry.file, entry.subject) for entry in after.findings] == [
        ("a/Dockerfile", "registry.example/b"),
        ("b/Dockerfile", "registry.example/b"),
    ]


def test_what_is_excepted_is_not_recorded() -> None:
    assert recorded(usage(TAGGED), policy=Policy(exceptions=[policy_exception()])).findings == []


def test_what_cannot_be_read_may_be_recorded_and_is_still_there_in_the_output() -> None:
    variable = unread("${BASE}", "variable")
    done = check(variable, baseline=recorded(variable))
    assert (done.verdict, done.findings[0].state) == ("passed", "baseline")


REFERENCES = st.sampled_from([TAGGED, OTHER, "docker.io/library/python", "docker.io/library/debian:10"])
USAGES = st.lists(st.builds(usage, REFERENCES, st.sampled_from(["a", "b/c"]), st.integers(1, 50)), max_size=8)


@given(USAGES, st.integers(1, 1000))
def test_what_was_recorded_passes_wherever_its_lines_have_moved_to(usages: list[Usage], by: int) -> None:
    moved = [msgspec.structs.replace(one, line=one.line + by) for one in usages]
    done = check(*moved, baseline=recorded(*usages))
    assert done.verdict == "passed"
    assert done.baseline is not None
    assert done.baseline.gone == []


@given(USAGES, USAGES)
def test_an_update_is_all_that_a_run_finds_and_doing_it_again_changes_nothing(
    before: list[Usage], after: list[Usage]
) -> None:
    known = recorded(*before)
    new = updated(known, check(*after, baseline=known))
    assert new == recorded(*after)
    assert updated(new, check(*after, baseline=new)) == new
    assert msgspec.json.decode(msgspec.json.encode(new), type=Baseline) == new

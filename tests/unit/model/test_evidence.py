"""Outcomes add up without losing a reason."""

from basewise.model.evidence import OK, Status, worst


def test_parts_that_were_not_assessed_make_the_whole_partial() -> None:
    assert worst([OK, Status("not_assessed", "cut")]) == Status("partial", "cut")


def test_nothing_assessed_makes_the_whole_not_assessed() -> None:
    assert worst([Status("not_assessed", "a"), Status("not_assessed", "b")]) == Status("not_assessed", "a; b")


def test_the_same_reason_is_said_once_and_nothing_asked_is_ok() -> None:
    assert worst([Status("partial", "a"), Status("partial", "a")]).reason == "a"
    assert worst([]) == OK

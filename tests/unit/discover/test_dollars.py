import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.dollars import interpolate, interpolation
from basewise.discover.resolved import Resolved, Variables
from basewise.model.limits import Limits

VALUES = {"SET": "x", "EMPTY": "", "TAG": "1.2", "PROJECT": "acme"}


def lookup(name: str) -> Resolved | None:
    return Resolved(VALUES[name]) if name in VALUES else None


def read(text: str) -> Resolved:
    return interpolate(text, lookup, 100)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # both forms are supported
        ("a:$TAG", "a:1.2"),
        ("$PROJECT/a:${TAG}", "acme/a:1.2"),
        # ":-" takes the default when unset or empty, "-" when unset
        ("${NO:-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${NO-d}", "d"),
        ("${SET:-d}", "x"),
        # ":+" takes the replacement when set and not empty, "+" when set
        ("${SET:+r}", "r"),
        ("${EMPTY:+r}", ""),
        ("${EMPTY+r}", "r"),
        ("${NO+r}", ""),
        # "?" asks for a value, which is there
        ("${SET:?say it}", "x"),
        ("${EMPTY?say it}", ""),
        # "Interpolation can also be nested"
        ("${NO:-${TAG}}", "1.2"),
        ("${NO:-${ALSO_NO:-${SET}}}", "x"),
        ("${NO:-a${TAG}b}c", "a1.2bc"),
        # "You can use a $$ when your configuration needs a literal dollar sign"
        ("$$TAG", "$TAG"),
        ("$${TAG}", "${TAG}"),
        # what is no variable "will be preserved"
        ("a$", "a$"),
        ("$1}", "$1}"),
        ("{}", "{}"),
    ],
)
def test_variables_are_replaced_as_the_compose_specification_says(text: str, value: str) -> None:
    assert (read(text).value, read(text).problem) == (value, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a:$NO", "NO has no value here"),
        ("${NO:?say it}", "NO has no value here"),
        ("${NO:-${ALSO_NO}}", "ALSO_NO has no value here"),
        ("${TAG", "TAG is changed in a way that is not read"),
        ("${TAG/a/b}", "TAG is changed in a way that is not read"),
        ("${}", "a brace holds no variable"),
        ("${NO:-x", "a brace is not closed"),
        ("${NO:-" * 20 + "x" + "}" * 20, "defaults are nested deeper than 10"),
        ("${NO:?" * 20 + "x" + "}" * 20, "defaults are nested deeper than 10"),
    ],
)
def test_what_is_not_defined_leaves_the_text_as_written_with_the_reason(text: str, problem: str) -> None:
    assert read(text) == Resolved(text, problem=problem)


def test_a_default_may_be_replaced_and_a_written_value_may_not() -> None:
    assert read("a:${NO:-1}").confidence == 0.9
    assert read("a:${SET:-1}").confidence == 0.9
    assert read("a:$TAG").confidence == 1.0


def test_a_part_that_is_not_taken_need_not_be_defined() -> None:
    assert read("${SET:-${NO}}").value == "x"
    assert read("${NO:+${ALSO_NO}}").value == ""


def test_values_that_name_each_other_are_followed_and_circles_said() -> None:
    variables = Variables({"A": "$B-a", "B": "$C-b", "C": "c", "X": "$Y", "Y": "$X"}, interpolation(Limits()))
    found = variables.get("A")
    assert found is not None
    assert (found.value, found.confidence) == ("c-b-a", 0.9)
    circle = variables.get("X")
    assert circle is not None
    assert "defined by itself" in circle.problem


def test_doubling_values_end_at_a_limit() -> None:
    written = {f"V{number}": f"$V{number + 1}$V{number + 1}" for number in range(19)} | {"V19": "x"}
    found = Variables(written, interpolation(Limits())).get("V0")
    assert found is not None
    assert "longer than 4096 characters" in found.problem


def test_a_chain_of_a_thousand_variables_is_not_followed() -> None:
    written = {f"V{number}": f"$V{number + 1}" for number in range(1000)} | {"V1000": "x"}
    found = Variables(written, interpolation(Limits())).get("V0")
    assert found is not None
    assert "more than 20 others" in found.problem


@given(st.text(alphabet="${}:-+?AB _", max_size=60))
def test_any_text_gives_a_value_or_a_reason(text: str) -> None:
    found = read(text)
    assert found.value == text or not found.problem

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.expressions import Found, evaluate, whole
from basewise.discover.nodes import Mapping, Scalar
from basewise.discover.resolved import Resolved

VALUES = {("matrix", "py"): "3.12", ("env", "EMPTY"): "", ("matrix", "a-b"): "x"}


def contexts(path: tuple[str, ...]) -> Found | Resolved | None:
    if path == ("matrix", "table"):
        return Found(Mapping(1))
    return Found(Scalar(VALUES[path], 1)) if path in VALUES else None


def read(text: str) -> Resolved:
    return evaluate(text, contexts, 100)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("python:${{ matrix.py }}", "python:3.12"),
        ("${{matrix.py}}-${{ matrix['a-b'] }}", "3.12-x"),
        ("${{ 'it''s' }}", "it's"),
        ("a:${{ 3.10 }}", "a:3.10"),
        ("${{ inputs.x || 'd' }}", "d"),
        ("${{ env.EMPTY || matrix.py }}", "3.12"),
        ("${{ matrix.py || inputs.x }}", "3.12"),
        ("no expression", "no expression"),
    ],
)
def test_names_literals_and_alternatives_are_read(text: str, value: str) -> None:
    assert (read(text).value, read(text).problem) == (value, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("${{ inputs.x }}", "inputs.x has no value here"),
        ("${{ matrix.table }}", "matrix.table is no text"),
        ("${{ format('a{0}', 1) }}", "is not evaluated"),
        ("${{ matrix.py == '3' && 'a' || 'b' }}", "is not evaluated"),
        ("${{ hashFiles('x') }}", "is not evaluated"),
        ("${{ || 'a' }}", "is not evaluated"),
        ("${{ }}", "is not evaluated"),
    ],
)
def test_what_is_not_in_the_file_has_a_reason(text: str, problem: str) -> None:
    assert problem in read(text).problem
    assert read(text).value == text


def test_a_value_that_stands_in_for_a_missing_one_is_less_sure() -> None:
    assert read("${{ inputs.x || 'd' }}").confidence == 0.9
    assert read("${{ matrix.py || 'd' }}").confidence == 1.0


def test_a_text_that_is_one_name_may_stand_for_a_table() -> None:
    found = whole("${{ matrix.table }}", contexts)
    assert found is not None
    assert isinstance(found.node, Mapping)
    assert whole("x${{ matrix.table }}", contexts) is None


@given(st.text(alphabet="${} matrix.py'|[]()x", max_size=60))
def test_any_text_gives_a_value_or_a_reason(text: str) -> None:
    found = read(text)
    assert found.value == text or not found.problem

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.substitution import UnknownArgument, substitute

VALUES: dict[str, str | None] = {"TAG": "3.12", "EMPTY": "", "UNSET": None, "OS": "linux"}


def replaced(text: str, escape: str = "\\", longest: int = 4096) -> str:
    return substitute(text, VALUES, escape, longest)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("python:$TAG", "python:3.12"),
        ("python:${TAG}-slim", "python:3.12-slim"),
        ("${UNSET:-alpine}", "alpine"),
        ("${UNSET-alpine}", "alpine"),
        ("${EMPTY:-alpine}", "alpine"),
        ("a${EMPTY-alpine}", "a"),
        ("${TAG:-${UNSET}}", "3.12"),
        ("${UNSET:-$OS-${TAG}}", "linux-3.12"),
        ("python${TAG:+:$TAG}", "python:3.12"),
        ("python${UNSET:+:$UNSET}", "python"),
        ("python${EMPTY:+:x}", "python"),
        ("python${EMPTY+:x}", "python:x"),
        ("${TAG:?needed}", "3.12"),
        ('"python:$TAG"', "python:3.12"),
        ("'python:$TAG'", "python:$TAG"),
        ("python:\\$TAG", "python:$TAG"),
        ("a$", "a$"),
        ("python:3", "python:3"),
    ],
)
def test_arguments_are_replaced_as_a_build_would(text: str, result: str) -> None:
    assert replaced(text) == result


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("$UNSET", "ARG UNSET has no default"),
        ("${NOWHERE}", "NOWHERE is not declared before the first FROM"),
        ("${UNSET:?say which}", "ARG UNSET has no default"),
        ("${UNSET:-${NOWHERE}}", "NOWHERE"),
        ("${TAG", "no argument|not supported|no closing"),
        ("${UNSET:-x", "no closing"),
        ("${TAG:+x", "no closing"),
        ("${UNSET:+x", "no closing"),
        ("${}", "no argument"),
        ("${TAG#3.}", "not supported"),
        ("${UNSET:-" * 20 + "x" + "}" * 20, "nested deeper"),
    ],
)
def test_what_the_file_does_not_say_is_unknown_with_its_name(text: str, reason: str) -> None:
    with pytest.raises(UnknownArgument, match=reason):
        replaced(text)


def test_a_windows_file_escapes_with_the_backtick() -> None:
    assert replaced("C:\\x`$TAG", escape="`") == "C:\\x$TAG"


def test_values_that_double_without_end_are_refused() -> None:
    with pytest.raises(UnknownArgument, match="longer than 100 characters"):
        replaced("$TAG" * 30, longest=100)


@given(st.text(st.sampled_from("${}:-+?TAGUNSET\"'\\ab")))
def test_any_text_is_replaced_or_unknown(text: str) -> None:
    with suppress(UnknownArgument):
        assert isinstance(replaced(text), str)

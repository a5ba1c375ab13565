from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.oci.challenge import Challenge, parse_challenges

BEARER = Challenge("bearer", {"realm": "https://auth.test/token", "service": "registry.test", "scope": "a:b:pull,push"})
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (['Bearer realm="https://auth.test/token",service="registry.test",scope="a:b:pull,push"'], [BEARER]),
        (['bearer  Realm = "https://auth.test/token" , service=registry.test, scope="a:b:pull,push"'], [BEARER]),
        (['Basic realm="a \\"quoted\\" one"'], [Challenge("basic", {"realm": 'a "quoted" one'})]),
        (["Negotiate", 'Basic realm="x"'], [Challenge("negotiate"), Challenge("basic", {"realm": "x"})]),
        (
            ['Negotiate dG9rZW4=, Basic realm="x", charset=UTF-8, Bearer realm="y"'],
            [
                Challenge("negotiate"),
                Challenge("basic", {"realm": "x", "charset": "UTF-8"}),
                Challenge("bearer", {"realm": "y"}),
            ],
        ),
        (["Newauth, , Basic"], [Challenge("newauth"), Challenge("basic")]),
        (['Bearer realm="never closed'], [Challenge("bearer")]),
        ([""], []),
        (['realm="x"'], []),
        ([], []),
    ],
)
def test_challenges_are_read(headers: list[str], expected: list[Challenge]) -> None:
    assert parse_challenges(headers) == expected


@given(NAMES, st.dictionaries(NAMES, st.text(st.characters(min_codepoint=32, max_codepoint=126)), max_size=4))
def test_what_was_quoted_comes_back(scheme: str, parameters: dict[str, str]) -> None:
    quoted = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in parameters.items()}
    text = f"{scheme} " + ", ".join(f'{name}="{value}"' for name, value in quoted.items())
    assert parse_challenges([text]) == [Challenge(scheme, parameters)]


@given(st.lists(st.text(max_size=60), max_size=3))
def test_any_text_is_read_without_complaint(headers: list[str]) -> None:
    assert all(challenge.scheme for challenge in parse_challenges(headers))

import json

from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.json_comments import without_comments


def test_comments_become_blanks_and_texts_stay() -> None:
    content = '// a "b"\n{"c": "d // e", /* f\n"g" */ "h": "\\"/*"} // i'
    assert without_comments(content) == (
        " " * 8 + '\n{"c": "d // e",     \n       "h": "\\"/*"}     '
    )  # fmt: skip


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(alphabet='a"\\/* \n', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='/*"a', max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_json_without_comments_stays_as_it_is(value: object) -> None:
    written = json.dumps(value, indent=1)
    assert without_comments(written) == written


@given(st.text(alphabet='"/*\\ a\n', max_size=60))
def test_lines_and_columns_of_any_text_stay(content: str) -> None:
    found = without_comments(content)
    assert [len(line) for line in found.split("\n")] == [len(line) for line in content.split("\n")]


def test_openings_without_end_are_read_once() -> None:
    hostile = "/*" * 200_000 + '"' * 200_001
    assert len(without_comments(hostile)) == len(hostile)
    assert len(without_comments('"' + "/" * 400_000)) == 400_001

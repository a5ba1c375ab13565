from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from basewise.model.inventory import NotAssessed
from basewise.render.markdown import code, not_assessed, table, text

HTML = MarkdownIt("commonmark").enable("table")
"""The parser that rich brings along: an opinion on Markdown that is not ours."""


@pytest.mark.parametrize(
    "value", ["a|b", "<img src=x>", "[x](http://e.test)", "# no heading", "`code`", "*bold*", "\\", "a\\|b", "x\n| y |"]
)
@pytest.mark.parametrize("write", [text, code])
def test_hostile_text_stays_one_cell_of_words(value: str, write: object) -> None:
    assert callable(write)
    html = HTML.render("\n".join(table(["a", "b"], [[write(value), "end"]])))
    assert html.count("<td") == 2
    assert re.sub(r"</?(table|thead|tbody|tr|th|td|code)>", "", html).count("<") == 0


@given(st.text(min_size=1))
def test_no_text_breaks_out_of_its_row(value: str) -> None:
    for cell in (text(value), code(value)):
        assert HTML.render("\n".join(table(["a", "b"], [[cell, "end"]]))).count("<td") == 2


def test_numeric_columns_are_set_flush_right() -> None:
    assert table(["n", "name"], [["1", "x"]], numeric=frozenset({"n"}))[1] == "| ---: | --- |"


def test_a_long_list_of_gaps_is_cut_and_says_how_to_see_all() -> None:
    gaps = [NotAssessed("image", f"x:{number}", "not_assessed", "gone") for number in range(12)]
    lines = list(not_assessed(gaps))
    assert lines[1] == "### Not assessed, or in part: 12"
    assert lines[-1] == "- and 2 more: see `not_assessed` with `--format json`"
    assert sum(line.startswith("- image") for line in lines) == 10

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.render.csv import render_rows


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1"])
def test_a_cell_that_begins_like_a_formula_is_text(cell: str) -> None:
    assert read(render_rows(["name"], [[cell]])) == [["name"], ["'" + cell]]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_any_text_stays_in_its_cell(rows: list[list[str]]) -> None:
    back = read(render_rows(["a", "b"], rows))
    assert [len(row) for row in back] == [2] * (len(rows) + 1)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in back for cell in row)


def test_a_missing_value_is_not_available_and_not_zero() -> None:
    assert read(render_rows(["a", "b", "c", "d"], [[None, 0, 0.25, True]]))[1] == ["n/a", "0", "0.25", "yes"]


def test_lines_end_as_rfc_4180_has_them() -> None:
    assert render_rows(["a", "b"], [["1,2", 'say "x"']]) == b'a,b\r\n"1,2","say ""x"""\r\n'

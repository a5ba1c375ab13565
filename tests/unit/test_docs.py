from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs.generate import REFERENCE, field_texts, pages

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_what_the_program_says(name: str) -> None:
    assert (REFERENCE / name).read_text() == PAGES[name], "run `make docs`"


def test_the_reference_names_every_command_and_every_limit() -> None:
    assert "### basewise audit" in PAGES["command-line.md"]
    assert "#### basewise db import" in PAGES["command-line.md"]
    assert "| `layer_bytes` |" in PAGES["limits.md"]


def test_a_field_without_docstring_does_not_borrow_one() -> None:
    class Sample:
        plain: int
        told: int
        """What it is."""

    assert field_texts(Sample) == {"told": "What it is."}


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), target

from __future__ import annotations

from pathlib import Path

import pytest

from basewise.demo.layout import LayoutBuilder


@pytest.fixture
def builder(tmp_path: Path) -> LayoutBuilder:
    return LayoutBuilder(tmp_path / "layout")

"""Figures with their targets, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured value."""

    name: str
    value: float
    unit: str
    most: float | None = None
    """The target: the value may be this, not more. None where there is none."""
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.most is None or self.value <= self.most

    def as_json(self) -> dict[str, Any]:
        """The figure without its name."""
        target = {} if self.most is None else {"most": self.most, "holds": self.holds}
        note = {"note": self.note} if self.note else {}
        return {"value": round(self.value, 4), "unit": self.unit, **target, **note}


def publish(figures: Sequence[Figure], file: Path | None) -> None:
    """Prints the figures, and writes them as JSON where a file is named."""
    print_figures(figures)
    if file:
        file.write_text(json.dumps({figure.name: figure.as_json() for figure in figures}, indent=2) + "\n")


def print_figures(figures: Sequence[Figure]) -> None:
    """One line per figure: name, value, target and whether it holds."""
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        value = f"{figure.value:.0f}" if float(figure.value).is_integer() else f"{figure.value:.2f}"
        target = ""
        if figure.most is not None:
            target = f"{'ok' if figure.holds else 'MISSED':8}at most {figure.most:g} {figure.unit}".rstrip()
        line = f"{figure.name.replace('_', ' '):{width}}  {value:>9} {figure.unit:3} {target}"
        print(line.rstrip() + (f"\n{'':{width}}  {figure.note}" if figure.note else ""))

"""JSON as people write it (https://spec.json5.org): comments, single quotes, plain keys, commas at the end.

Read by the YAML reader, whose flow style is nearly the same, after what YAML has otherwise is replaced. Numbers in
hexadecimal and texts over several lines are read as YAML has them.
"""

from __future__ import annotations

import re

from basewise.discover.nodes import Mapping
from basewise.discover.source_file import SourceFile

_PIECE = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"|(?P<line>//[^\n]*)|(?P<block>/\*(?:[^*]|\*(?!/))*\*/)|(?P<mark>[:\t])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)|\"", re.DOTALL)


def read_json5(file: SourceFile) -> Mapping | None:
    """The table that a file holds; None when it is no JSON of any kind, or holds something else."""
    if file.text is None or not file.yaml_status.is_ok:
        return None
    text = _PIECE.sub(_as_yaml, file.text)
    if not text.lstrip().startswith("{"):
        return None
    read = SourceFile(f"{file.path}.json", text.encode("utf-8", "replace"), file.limits)
    return read.mappings[0] if len(read.mappings) == 1 and not read.problems else None


def _as_yaml(piece: re.Match[str]) -> str:
    if piece["line"] is not None:
        return ""
    if piece["block"] is not None:
        return " " + "\n" * piece["block"].count("\n")
    if piece["mark"] is not None:
        return ": " if piece["mark"] == ":" else " "
    text = piece["text"]
    if text.startswith('"'):
        return text
    return '"' + _ESCAPE.sub(_double_quoted, text[1:-1]) + '"'


def _double_quoted(escape: re.Match[str]) -> str:
    """The same between double quotes."""
    if escape[1] is None:
        return '\\"'
    return "'" if escape[1] == "'" else escape[0]

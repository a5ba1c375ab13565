"""The `.env` file that gives a Compose project its variables.

Follows Docker's documentation, "Syntax for environment files" (https://docs.docker.com/compose/env-file/). A value that
goes on over several lines is not read.
"""

from __future__ import annotations

import re

_ASSIGNMENT = re.compile(r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*[=:][ \t]*(.*)")
_COMMENT = re.compile(r"[ \t]#")
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_ESCAPED = re.compile(r"\\(.)")


def read_env_file(content: str) -> dict[str, str]:
    """The variables of the file as text in which `$` begins a variable; of one name, the last counts."""
    found: dict[str, str] = {}
    for line in content.split("\n"):
        assignment = _ASSIGNMENT.fullmatch(line.strip())
        if assignment:
            found[assignment[1]] = _value(assignment[2])
    return found


def _value(written: str) -> str:
    quoted = _QUOTED.match(written)
    if not quoted:
        return _COMMENT.split(f" {written}", maxsplit=1)[0].strip()
    if quoted[1] is not None:
        return _ESCAPED.sub(r"\1", quoted[1]).replace("$", "$$")
    return _ESCAPED.sub(r"\1", quoted[2].replace(r"\$", "$$"))

"""The variables and locals of a Terraform module, which is all files of one folder."""

from __future__ import annotations

from functools import cached_property

from basewise.discover.hcl.from_json import body_of
from basewise.discover.hcl.parser import parse
from basewise.discover.hcl.syntax import Body, Expression, UnreadableHcl
from basewise.discover.hcl.values import Named
from basewise.discover.resolved import DEFAULTED
from basewise.discover.source_file import SourceFile

_BLOCKS = {
    "resource": 2,
    "data": 2,
    "variable": 1,
    "locals": 0,
    "module": 1,
    "output": 1,
    "provider": 1,
    "terraform": 0,
}
_ENDINGS = (".tf", ".tf.json")
_VALUES = "terraform.tfvars"
"""Values that Terraform takes without being asked (documentation, "Input Variables", "Variable Definitions Files")."""


class Module:
    """A file with those beside it, which are opened when it alone does not say what a name stands for."""

    def __init__(self, file: SourceFile, body: Body) -> None:
        self._file = file
        self._own = _definitions([body])

    def names(self, path: tuple[str, ...]) -> Named | None:
        """What `var.x` or `local.x` stands for."""
        if len(path) < 2 or path[0] not in {"var", "local"}:
            return None
        kind, name, rest = path[0], path[1], path[2:]
        confidence = DEFAULTED if kind == "var" else 1.0
        if kind == "var" and name in self._values:
            return Named(self._values[name], rest, confidence)
        found = self._own.get((kind, name)) or self._beside.get((kind, name))
        return Named(found, rest, confidence) if found else None

    @cached_property
    def _values(self) -> dict[str, Expression]:
        file = self._file.beside(_VALUES)
        if file is None or file.text is None or len(file.data) > file.limits.hcl_bytes:
            return {}
        try:
            return parse(file.text, file.limits.hcl_depth).attributes
        except UnreadableHcl:
            return {}

    @cached_property
    def _beside(self) -> dict[tuple[str, str], Expression]:
        """What the other files of the folder define."""
        bodies: list[Body] = []
        names = [name for name in self._file.names_beside() if name.endswith(_ENDINGS) and name != self._file.name]
        for name in names[: self._file.limits.included_files]:
            other = self._file.beside(name)
            if other is None or other.text is None or len(other.data) > other.limits.hcl_bytes:
                continue
            if "variable" not in other.text and "locals" not in other.text:
                continue
            try:
                bodies.append(body_of_file(other))
            except UnreadableHcl:
                continue  # said where that file is read itself
        return _definitions(bodies)


def body_of_file(file: SourceFile) -> Body:
    """A file in either syntax.

    Raises:
        UnreadableHcl: with the line.
    """
    depth = file.limits.hcl_depth
    if not file.name.endswith(".json"):
        return parse(file.text or "", depth)
    if file.problems:
        raise UnreadableHcl(file.problems[0])
    return body_of(file.mappings[0], _BLOCKS, depth) if file.mappings else Body()


def _definitions(bodies: list[Body]) -> dict[tuple[str, str], Expression]:
    found: dict[tuple[str, str], Expression] = {}
    for body in bodies:
        for block in body.of_type("variable"):
            if block.labels and "default" in block.body.attributes:
                found.setdefault(("var", block.labels[0]), block.body.attributes["default"])
        for block in body.of_type("locals"):
            for name, value in block.body.attributes.items():
                found.setdefault(("local", name), value)
    return found

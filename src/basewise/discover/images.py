"""The place where a YAML file names an image: the value as it stands there, made canonical, with its line."""

from __future__ import annotations

from functools import cached_property

import msgspec

from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.parameters import NO_PARAMETERS, Parameters
from basewise.discover.reading import text
from basewise.discover.references import as_shown, read_reference
from basewise.model.evidence import Status
from basewise.model.workload import Usage, UsageKind

_TEMPLATE_EXPRESSION = "{{"


class PlacedScalar(Scalar, frozen=True):
    """A value that one file brings into the objects of another: a patch, a resource of a kustomization."""

    file: str = ""
    kind: UsageKind = "kubernetes"
    """What sort of file it is."""


class Lines:
    """A file by its lines, split when the first is asked for."""

    def __init__(self, path: str, content: str) -> None:
        self.path = path
        self._content = content

    @cached_property
    def _lines(self) -> list[str]:
        return self._content.split("\n")

    def after(self, key: str, line: int) -> str:
        """What stands behind `key` in a line, counted from 1; empty when it is not there."""
        return self._lines[line - 1].partition(key)[2].strip() if line <= len(self._lines) else ""


def read_image(
    image: Node | None, lines: Lines, kind: UsageKind = "kubernetes", parameters: Parameters = NO_PARAMETERS
) -> Usage | None:
    """The usage that the value of an `image:` key is; None where none is named, because it comes from elsewhere.

    Args:
        image: the value.
        lines: the file, from which text that is no value is quoted.
        parameters: what its variables stand for.
    """
    if image is None or (isinstance(image, Scalar) and not text(image).strip()):
        return None
    confidence = 1.0
    if isinstance(image, Scalar):
        value = parameters.replace(text(image))
        confidence = value.confidence
        reference, status = read_reference(value.text)
    else:
        reference, status = _template(image, lines)
    usage = Usage(
        reference=reference, kind=kind, file=lines.path, line=image.line, confidence=confidence, status=status
    )
    if isinstance(image, PlacedScalar):
        return msgspec.structs.replace(usage, file=image.file, kind=image.kind)
    return usage


def _template(image: Node, lines: Lines) -> tuple[str, Status]:
    """What stands where a value should: `{{ … }}` without quotes reads as a mapping."""
    written = lines.after("image:", image.line)
    if _TEMPLATE_EXPRESSION in written:
        return read_reference(written)
    kind = "mapping" if isinstance(image, Mapping) else "list"
    return as_shown(written), Status("not_assessed", f"line {image.line}: the image is a {kind}, not text")

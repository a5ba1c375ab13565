"""Images in the values of a Helm chart, by the conventions that charts follow.

Values have no schema. What `helm create` writes and most charts follow: `image: {registry, repository, tag, digest,
pullPolicy}`, `image: repository:tag`, `<name>Image`, tables called `images`, `global.imageRegistry`, and the chart's
`appVersion` for a tag that is empty. All of it is said with a confidence below 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.reading import child, text
from basewise.discover.references import read_reference
from basewise.model.workload import Usage

_TABLE, _TEXT, _GUESSED = 0.8, 0.7, 0.6
"""Confidence of a table with a repository, of a text, and of what rests on a default or has no chart beside it."""
_PARTS = ("registry", "tag", "digest", "sha", "pullPolicy")
"""Keys that make a table with a `repository` an image; a table of a chart repository has none of them."""
_TAGS = ("tag", "version")
_PICTURES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".ico", ".webp")
_NO_NAMES = frozenset({"true", "false", "yes", "no", "on", "off", "null"})


class Chart(msgspec.Struct, frozen=True):
    """What the chart says that the values leave out."""

    app_version: str = ""
    is_known: bool = True
    """False for values that lie without a chart."""


def read_values(root: Node | None, file: str, chart: Chart) -> Iterator[Usage]:
    """The images that values name, in the order of the file.

    Args:
        file: path of the file that they stand in.
    """
    registry = text(child(root, "global", "imageRegistry"))
    reader = _Values(file, chart, registry)
    pending: list[tuple[str, Node, Mapping | None]] = [("", root, None)] if root is not None else []
    while pending:
        key, node, within = pending.pop()
        usage = reader.image(key, node, within)
        if usage is not None:
            yield usage
        elif isinstance(node, Mapping):
            pending += [(name, value, node) for name, value in reversed(node.entries.items())]
        elif isinstance(node, Sequence):
            pending += [(key, item, None) for item in reversed(node.items)]


class _Values:
    """Reads one file of values."""

    def __init__(self, file: str, chart: Chart, registry: str) -> None:
        self._file = file
        self._chart = chart
        self._registry = registry

    def image(self, key: str, node: Node, within: Mapping | None) -> Usage | None:
        """The image that a value is, if it is one.

        Args:
            key: under which it stands.
            within: the table that it stands in, which may hold its tag.
        """
        if isinstance(node, Mapping):
            return self._table(node)
        if isinstance(node, Scalar) and (key.lower() in {"image", "images"} or key.endswith(("Image", "_image"))):
            return self._text(key, node, within)
        return None

    def _table(self, node: Mapping) -> Usage | None:
        repository = child(node, "repository") or (child(node, "name") if "tag" in node.entries else None)
        if not isinstance(repository, Scalar) or not any(part in node.entries for part in _PARTS):
            return None
        name, confidence = text(repository).strip("/"), _TABLE
        if not name or "://" in name:
            return None
        registry = self._registry or text(child(node, "registry"))
        if registry and not name.startswith(f"{registry}/"):
            name = f"{registry.rstrip('/')}/{name}"
        if self._registry and "registry" not in node.entries:
            confidence = _GUESSED
        tag = next((value for key in _TAGS if (value := text(child(node, key)))), "")
        digest = text(child(node, "digest")) or text(child(node, "sha"))
        if not tag and not digest:
            tag, confidence = self._chart.app_version, _GUESSED
        return self._usage(name, tag, digest, repository.line, confidence)

    def _text(self, key: str, node: Scalar, within: Mapping | None) -> Usage | None:
        written = text(node)
        is_named = key.lower() in {"image", "images"}
        if not written or written.lower() in _NO_NAMES or written.lower().endswith(_PICTURES) or "://" in written:
            return None
        tags = (f"{key}Tag", f"{key}_tag", *_TAGS) if key.lower() == "image" else (f"{key}Tag", f"{key}_tag")
        tag = next((value for name in tags if (value := text(child(within, name)))), "")
        has_tag = ":" in written.rpartition("/")[2] or "@" in written
        if not is_named and not (has_tag or tag or "/" in written):
            return None
        if not read_reference(written)[1].is_ok and "{{" not in written and "$" not in written:
            return None
        return self._usage(written, "" if has_tag else tag, "", node.line, _TEXT if has_tag or tag else _GUESSED)

    def _usage(self, name: str, tag: str, digest: str, line: int, confidence: float) -> Usage:
        written = name + (f":{tag}" if tag else "")
        if digest:
            written += "@" + (digest if ":" in digest or "{{" in digest else f"sha256:{digest}")
        reference, status = read_reference(written)
        return Usage(
            reference=reference,
            kind="helm",
            file=self._file,
            line=line,
            confidence=confidence if self._chart.is_known else min(confidence, _GUESSED),
            status=status,
        )

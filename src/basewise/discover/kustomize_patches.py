"""The patches that a kustomization names: where their text is, what kind they are, and what they are meant for."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from basewise.discover.api_kinds import DEFINITION
from basewise.discover.node_edits import placed, with_entries, with_items
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.patch_target import Identity, Target, identity_of, read_target
from basewise.discover.reading import child, items, text
from basewise.discover.source_file import SourceFile

_SHOWN = 100  # characters of a path in a message
_IDENTITY = ("apiVersion", "kind")


class Patch(msgspec.Struct, frozen=True, kw_only=True):
    """One patch, or why it is not applied."""

    line: int
    """Where the kustomization names it."""
    path: str = ""
    """File that it stands in, unless it stands in the kustomization."""
    content: Node | None = None
    """A table is merged; a list is operations of a JSON patch."""
    target: Target | None = None
    """What it was said to be meant for."""
    own: Identity | None = None
    """What it calls itself: the object it is meant for where no target is given."""
    late: bool = False
    """True when it is applied after names were changed (`patchesJson6902`)."""
    problem: str = ""

    @property
    def size(self) -> int:
        """Nodes in it."""
        return self.content.size if self.content is not None else 0

    @property
    def operations(self) -> int:
        """How often it copies what it changes."""
        return len(self.content.items) if isinstance(self.content, Sequence) else 1

    @property
    def must_fit(self) -> bool:
        """True when a build fails because it fits no object; definitions of kinds are not looked at."""
        return self.target is None and self.own is not None and self.own.kind != DEFINITION

    def fits(self, node: Mapping, identities: tuple[Identity, ...]) -> bool:
        """True when it is meant for an object that has, or had, one of these identities."""
        if self.target is not None:
            return any(self.target.fits(identity) for identity in identities) and self.target.selects(node)
        own = self.own
        return own is not None and any(
            (own.group, own.kind, own.name) == (one.group, one.kind, one.name)
            and (not own.namespace or own.namespace == one.namespace)
            for one in identities
        )


def patches_of(file: SourceFile, root: Mapping) -> Iterator[Patch]:
    """The patches of a kustomization, in the order in which they are applied."""
    for entry in items(child(root, "patchesStrategicMerge")):
        is_inline = "\n" in text(entry)
        yield from _read(file, None if is_inline else entry, entry if is_inline else None, entry.line)
    for entry in items(child(root, "patches")):
        yield from _read(file, child(entry, "path"), child(entry, "patch"), entry.line, child(entry, "target"))
        if any(text(value) == "true" for value in _values(child(entry, "options"))):
            yield Patch(line=entry.line, problem="options of a patch are not applied")
    for entry in items(child(root, "patchesJson6902")):
        target = child(entry, "target")
        yield from _read(file, child(entry, "path"), child(entry, "patch"), entry.line, target, late=True)


def _values(node: Node | None) -> list[Node]:
    return list(node.entries.values()) if isinstance(node, Mapping) else []


def _read(
    file: SourceFile,
    path: Node | None,
    inline: Node | None,
    line: int,
    target: Node | None = None,
    *,
    late: bool = False,
) -> Iterator[Patch]:
    """The patches of one entry: every document of its text."""
    source = _inline(file, inline) if isinstance(inline, Scalar) else file.beside(text(path)) if text(path) else None
    place = source.path if source is not None and source.path != file.path else ""
    if source is None:
        yield Patch(
            line=line, problem=f"the patch '{text(path)[:_SHOWN]}' is not there, or outside of what was searched"
        )
        return
    selected = read_target(target) if target is not None else None
    if target is not None and selected is None:
        yield Patch(
            line=line, path=place, problem="a patch whose target is selected by more than plain text is not applied"
        )
        return
    above = inline.line - ("\n" not in inline.value) if isinstance(inline, Scalar) else 0
    for document in source.documents:
        if document.root is None:
            yield Patch(line=line, path=place, problem=f"a patch cannot be read: {document.problem}")
            continue
        content, own = _bare(_placed(document.root, source.path, above))
        if isinstance(content, Scalar) or (isinstance(content, Sequence) and selected is None):
            yield Patch(line=line, path=place, problem="a patch is meant for no object")
        else:
            yield Patch(line=line, path=place, content=content, target=selected, own=own, late=late)


def _placed(node: Node, file: str, above: int) -> Node:
    """A patch with its file written into the images that it brings; one that is a JSON operation's whole value too."""
    node = placed(node, file, "kustomize", above)
    if not isinstance(node, Sequence):
        return node
    operations = [
        with_entries(one, {**one.entries, "value": placed(value, file, "kustomize", above)})
        if isinstance(one, Mapping) and isinstance(value := one.entries.get("value"), Scalar)
        else one
        for one in node.items
    ]
    return with_items(node, operations)


def _inline(file: SourceFile, patch: Scalar) -> SourceFile:
    """The text of a patch inside the kustomization as a file of its own."""
    return SourceFile(file.path, patch.value.encode(errors="replace"), file.limits)


def _bare(node: Node) -> tuple[Node, Identity | None]:
    """A merge patch without the name of what it is meant for, which it does not change, and that name."""
    if not isinstance(node, Mapping):
        return node, None
    metadata = child(node, "metadata")
    entries = {key: value for key, value in node.entries.items() if key not in _IDENTITY}
    if isinstance(metadata, Mapping):
        kept = {key: value for key, value in metadata.entries.items() if key not in ("name", "namespace")}
        entries["metadata"] = with_entries(metadata, kept)
    return with_entries(node, entries), identity_of(node)

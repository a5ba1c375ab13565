"""The objects of a kustomization while they are changed: named, scaled and patched."""

from __future__ import annotations

import msgspec

from basewise.discover.api_kinds import BUILT_IN_GROUPS, DEFINITION
from basewise.discover.images import Lines
from basewise.discover.kustomize_patches import Patch
from basewise.discover.merge_patch import json_patched, merged
from basewise.discover.node_edits import with_value
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.patch_target import Identity, identity_of
from basewise.discover.reading import child, integer, items, text

_UNPREFIXED = frozenset({DEFINITION, "APIService", "Namespace"})
_SCALED = frozenset({"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"})


class Resource(msgspec.Struct, frozen=True):
    """One object, as far as it has been changed."""

    node: Mapping
    lines: Lines
    """The file that it stands in."""
    former: tuple[Identity, ...] = ()
    """What it was called before its name or namespace was changed."""

    @property
    def identity(self) -> Identity:
        """What it is called now."""
        return identity_of(self.node)

    def renamed(self, path: tuple[str, ...], value: Scalar) -> Resource:
        """The object with a part of its name changed, known under the former one too."""
        return Resource(with_value(self.node, path, value), self.lines, (*self.former, self.identity))


def objects_in(root: Mapping) -> list[Mapping]:
    """An object, or the items of a list of them."""
    if text(child(root, "kind")).endswith("List") and child(root, "items") is not None:
        return [item for item in items(child(root, "items")) if isinstance(item, Mapping)]
    return [root]


def named(resource: Resource, root: Mapping) -> Resource:
    """The object under the namespace and with the prefix and suffix of its kustomization."""
    namespace = child(root, "namespace")
    if isinstance(namespace, Scalar) and text(namespace):
        resource = resource.renamed(("metadata", "namespace"), namespace)
    prefix, suffix = text(child(root, "namePrefix")), text(child(root, "nameSuffix"))
    name = child(resource.node, "metadata", "name")
    if (prefix or suffix) and isinstance(name, Scalar) and resource.identity.kind not in _UNPREFIXED:
        value = Scalar(prefix + name.value + suffix, name.line, plain=False)
        resource = resource.renamed(("metadata", "name"), value)
    return resource


def scaled(resource: Resource, entries: list[Node]) -> Resource:
    """The object with the replicas that an entry of `replicas:` gives it."""
    if resource.identity.kind not in _SCALED:
        return resource
    names = {identity.name for identity in (resource.identity, *resource.former)}
    for entry in entries:
        count = child(entry, "count")
        if text(child(entry, "name")) in names and count is not None and integer(count) is not None:
            resource = msgspec.structs.replace(resource, node=with_value(resource.node, ("spec", "replicas"), count))
    return resource


def patched(resource: Resource, patch: Patch) -> Mapping | None:
    """The object after a patch that fits it; None when the patch deletes it.

    Raises:
        InapplicablePatch: with the reason.
    """
    if isinstance(patch.content, Sequence):
        return json_patched(resource.node, patch.content)
    assert patch.content is not None
    node = merged(resource.node, patch.content, with_schema=resource.identity.group in BUILT_IN_GROUPS)
    return node if isinstance(node, Mapping) else None

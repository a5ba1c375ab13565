"""Files that count as part of others: the base of an overlay, the values and templates of a chart that was rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from basewise.discover.interface import Discovered
from basewise.model.workload import Usage, UsageKind

_TAKEN_IN: frozenset[UsageKind] = frozenset({"kubernetes", "kustomize", "helm"})
"""Kinds of usages that say nothing by themselves where another file takes in theirs; CI steps in such a file do."""


def without_included(found: Sequence[tuple[str, Discovered]]) -> Iterator[tuple[str, Discovered]]:
    """What each file says, where files that are part of another one name no images and workloads of their own.

    A file that nothing takes in stands for itself, and so does the first of those that take in each other in a circle.
    Their status stays. A usage that two files tell (a base under two overlays) is told once.

    Args:
        found: by path, in the order of the walk.
    """
    covered = _covered(found)
    told: set[Usage] = set()
    for path, item in found:
        kept = _standing_back(item) if _is_in(path, covered) else item
        usages = [usage for usage in kept.usages if usage not in told]
        told.update(usages)
        kept = msgspec.structs.replace(kept, usages=usages)
        if kept != Discovered():
            yield path, kept


def _covered(found: Sequence[tuple[str, Discovered]]) -> set[str]:
    """Paths of files that are part of another; those of folders end in a slash."""
    includes = {path: item.includes for path, item in found if item.includes}
    everything = {path for paths in includes.values() for path in paths}
    covered: set[str] = set()
    for path in sorted(includes, key=lambda path: _is_in(path, everything)):  # those that nothing takes in go first
        if not _is_in(path, covered):
            covered.update(one for one in includes[path] if one != path)
    return covered


def _is_in(path: str, covered: set[str]) -> bool:
    if path in covered:
        return True
    parts = path.split("/")
    return any("/".join(parts[:length]) + "/" in covered for length in range(1, len(parts)))


def _standing_back(item: Discovered) -> Discovered:
    usages = [usage for usage in item.usages if usage.kind not in _TAKEN_IN]
    return msgspec.structs.replace(item, usages=usages, workloads=[], includes=[])

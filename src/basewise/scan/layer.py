"""Reads one layer: a single pass over its blob that inflates, hashes, walks and keeps what is parsed afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from basewise.archive.tar import members
from basewise.model.contents import LayerContents
from basewise.model.errors import ImageError, LimitExceeded, UnreadableLayer
from basewise.model.evidence import Status, worst
from basewise.model.image import LAYER_TYPES, Descriptor
from basewise.model.limits import Limits
from basewise.scan.blob import Blob
from basewise.scan.collect import Collector


def read_layer(
    chunks: Iterable[bytes], descriptor: Descriptor, limits: Limits, monotonic: Callable[[], float]
) -> LayerContents:
    """Contents of one layer. Never raises for what the blob holds or for a transfer that breaks.

    The result is `not_assessed`, and holds nothing, when a limit was reached, the transfer broke, the bytes are not
    what the digest names, or the archive breaks off before anything that records a package. It is `partial`, and holds
    what was read, when the archive breaks off later or has members that no runtime would unpack.

    Args:
        chunks: the blob as stored. Must raise `ImageError` after the last chunk when the digest differs; is read to its
            end unless a limit is reached.
        monotonic: clock in seconds, for `Limits.layer_seconds`.
    """
    if descriptor.media_type not in LAYER_TYPES:
        return _nothing(descriptor, f"unknown media type '{descriptor.media_type}'")
    blob = Blob(chunks, descriptor, limits, monotonic)
    collector = Collector(limits)
    skipped: Counter[str] = Counter()
    broken = ""
    try:
        for member in members(blob.inflated(), collector.wants, limits, skipped):
            collector.add(member)
    except UnreadableLayer as error:
        broken = error.message
    except ImageError as error:
        return _nothing(descriptor, error.message)
    failure = blob.drain()
    if failure:
        return _nothing(descriptor, failure)
    try:
        found = collector.finish()
    except LimitExceeded as error:
        return _nothing(descriptor, error.message)
    if broken and not (found.databases or found.records):
        return _nothing(descriptor, broken)
    return msgspec.structs.replace(
        found,
        blob=descriptor.digest,
        diff_id="" if broken else blob.diff_id,
        status=_status(broken, skipped),
        blob_bytes=blob.blob_bytes,
        inflated_bytes=blob.inflated_bytes,
    )


def _status(broken: str, skipped: Counter[str]) -> Status:
    """The layer's own status; each database has one of its own."""
    reasons = [broken] if broken else []
    reasons += [f"members of the archive passed over: {count}, {why}" for why, count in sorted(skipped.items())]
    return worst([Status("partial", reason) for reason in reasons])


def _nothing(descriptor: Descriptor, reason: str) -> LayerContents:
    return LayerContents(blob=descriptor.digest, diff_id="", status=Status("not_assessed", reason))

"""Digests: `algorithm:hex`, as OCI Image Specification 1.1, "Descriptor", section "Digests"."""

from __future__ import annotations

import hashlib
import re

SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
SHA512 = re.compile(r"sha512:[0-9a-f]{128}")


def is_digest(text: str) -> bool:
    """True for a digest of a registered algorithm (sha256, sha512) with its full length in lower-case hex."""
    return bool(SHA256.fullmatch(text) or SHA512.fullmatch(text))


def sha256_of(data: bytes) -> str:
    """The canonical digest of `data`."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def matches(data: bytes, digest: str) -> bool:
    """True when `data` is what `digest` names. Unknown algorithms match nothing."""
    algorithm, _, value = digest.partition(":")
    return is_digest(digest) and hashlib.new(algorithm, data).hexdigest() == value


def short(digest: str) -> str:
    """The first 12 hex digits, for tables."""
    return digest.partition(":")[2][:12] or digest[:12]


def chain_id(diff_ids: tuple[str, ...] | list[str]) -> str:
    """ChainID of a stack of layers (OCI Image Specification 1.1, "Image Configuration", section "Layer ChainID").

    Raises:
        ValueError: for an empty stack, which has no chain ID.
    """
    if not diff_ids:
        raise ValueError("an empty stack of layers has no chain ID")
    chain = diff_ids[0]
    for diff_id in diff_ids[1:]:
        chain = sha256_of(f"{chain} {diff_id}".encode())
    return chain

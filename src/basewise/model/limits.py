"""Every limit in one place. Image content, registries, feeds and documents are hostile until proven otherwise."""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024
GIB = 1024 * MIB


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on what is read; units are in the field names or docstrings."""

    manifest_bytes: int = 4 * MIB
    """Largest manifest, index or config; the distribution specification asks clients to accept at least 4 MiB."""
    index_depth: int = 4
    """Indexes nested inside indexes."""
    layer_bytes: int = 32 * GIB
    """Largest inflated layer."""
    layer_ratio: int = 400
    """Largest inflated size divided by blob size, checked from `layer_ratio_from` inflated bytes on. gzip reaches 1032."""
    layer_ratio_from: int = 256 * MIB
    layer_entries: int = 1_000_000
    """Members of one layer archive."""
    path_bytes: int = 4096
    """Longest path of an archive member; PATH_MAX on Linux."""
    extended_header_bytes: int = MIB
    """Largest pax or GNU long-name header."""
    kept_file_bytes: int = 64 * MIB
    """Largest single file that is kept for parsing (package databases)."""
    kept_layer_bytes: int = 160 * MIB
    """All files of one layer that are kept for parsing, together."""
    layer_seconds: float = 600.0
    """Longest time one layer may take."""
    response_bytes: int = 16 * MIB
    """Largest registry answer that is no blob (tag lists, tokens)."""
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    """Longest silence of a server in the middle of an answer."""
    attempts: int = 5
    """Tries of one request, the first included."""
    retry_after_seconds: float = 60.0
    """Longest Retry-After that is waited for; a longer one gives up with the time in the reason."""
    redirects: int = 5
    yaml_bytes: int = 16 * MIB
    """Largest manifest file that is read; a larger one is recorded as not assessed."""
    yaml_documents: int = 10_000
    yaml_nodes: int = 2_000_000
    """Nodes of one file after alias expansion."""
    dockerfile_bytes: int = 4 * MIB
    source_files: int = 200_000
    """Files looked at below one directory target."""
    feed_bytes: int = 4 * GIB
    """Largest advisory archive that is downloaded."""
    feed_record_bytes: int = 16 * MIB
    """Largest single advisory record inside an archive."""
    feed_inflated_bytes: int = 16 * GIB
    """All records of one advisory archive, inflated."""


DEFAULT_LIMITS = Limits()

"""Reads image configurations: bytes in, `ImageConfig` and the builder's word on layers out. Pure.

Follows OCI Image Specification 1.1, "Image Configuration"; Docker's configuration has the same shape with more fields.
"""

from __future__ import annotations

from typing import Any

import msgspec

from basewise.model.digest import is_digest
from basewise.model.image import Descriptor, ImageConfig, Layer, Platform
from basewise.oci.documents import decode


class _Healthcheck(msgspec.Struct, rename="pascal"):
    test: list[str] | None = None


class _Run(msgspec.Struct, rename="pascal"):
    user: str | None = None
    entrypoint: list[str] | None = None
    cmd: list[str] | None = None
    working_dir: str | None = None
    exposed_ports: dict[str, Any] | None = None
    volumes: dict[str, Any] | None = None
    env: list[str] | None = None
    labels: dict[str, str | None] | None = None
    healthcheck: _Healthcheck | None = None
    stop_signal: str | None = None


class _Step(msgspec.Struct):
    created_by: str | None = None
    empty_layer: bool | None = None


class _RootFs(msgspec.Struct):
    diff_ids: list[str] | None = None


class _Wire(msgspec.Struct):
    architecture: str | None = None
    os: str | None = None
    variant: str | None = None
    created: str | None = None
    config: _Run | None = None
    rootfs: _RootFs | None = None
    history: list[_Step] | None = None


_CONFIG = msgspec.json.Decoder(_Wire)


class ParsedConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration as it stands, before it is held against the manifest's layers."""

    platform: Platform | None
    """None where the configuration names neither operating system nor processor."""
    config: ImageConfig
    diff_ids: list[str]
    """The builder's word, base layer first."""
    steps: list[str]
    """`created_by` of the history entries that made a layer, base layer first."""


def parse_config(data: bytes, what: str) -> ParsedConfig:
    """Reads a configuration; fields that are missing or null are empty.

    Raises:
        ImageError: not JSON, or a field of the wrong type, which is named.
    """
    wire = decode(data, _CONFIG, what)
    run = wire.config or _Run()
    platform = None
    if wire.os or wire.architecture:
        platform = Platform(wire.os or "", wire.architecture or "", wire.variant or "")
    config = ImageConfig(
        user=run.user or "",
        entrypoint=run.entrypoint or [],
        cmd=run.cmd or [],
        working_dir=run.working_dir or "",
        exposed_ports=sorted(run.exposed_ports or {}),
        volumes=sorted(run.volumes or {}),
        env=run.env or [],
        labels={name: value or "" for name, value in (run.labels or {}).items()},
        healthcheck=(run.healthcheck.test or []) if run.healthcheck else [],
        stop_signal=run.stop_signal or "",
        created=wire.created or "",
    )
    return ParsedConfig(
        platform=platform,
        config=config,
        diff_ids=(wire.rootfs.diff_ids or []) if wire.rootfs else [],
        steps=[step.created_by or "" for step in wire.history or [] if not step.empty_layer],
    )


def pair_layers(layers: list[Descriptor], parsed: ParsedConfig) -> list[Layer]:
    """Layers of the manifest with what the configuration says of each.

    When the configuration speaks of another number of layers than there are, nobody can tell which is which: the
    fields stay empty. Diff IDs that are no digests are left out too.
    """
    count = len(layers)
    diff_ids = parsed.diff_ids if len(parsed.diff_ids) == count else [""] * count
    steps = parsed.steps if len(parsed.steps) == count else [""] * count
    return [
        Layer(
            digest=layer.digest,
            media_type=layer.media_type,
            size=layer.size,
            declared_diff_id=diff_id if is_digest(diff_id) else "",
            created_by=step,
        )
        for layer, diff_id, step in zip(layers, diff_ids, steps, strict=True)
    ]

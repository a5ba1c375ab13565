"""Scans one image of a layout the way the engine does, for tests that look at the result."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from basewise.model.contents import ImageContents, LayerContents
from basewise.model.image import Descriptor, Image, Platform
from basewise.model.limits import DEFAULT_LIMITS
from basewise.model.reference import Reference
from basewise.oci.image import open_image
from basewise.oci.layout import LayoutSource
from basewise.scan.layer import read_layer
from basewise.scan.merge import merge


class Scanned(msgspec.Struct, frozen=True):
    image: Image
    contents: ImageContents


def scan(layout: Path, tag: str) -> Scanned:
    image = _opened(layout, tag)
    return Scanned(image, merge(image.digest, read_layers(layout, tag)))


def read_layers(layout: Path, tag: str) -> list[LayerContents]:
    """What each layer holds, base layer first."""
    source, reference = LayoutSource(layout), _reference(tag)
    layers = []
    for layer in _opened(layout, tag).layers:
        descriptor = Descriptor(layer.media_type, layer.digest, layer.size)
        with source.blob(reference, descriptor) as chunks:
            layers.append(read_layer(chunks, descriptor, DEFAULT_LIMITS, time.monotonic))
    return layers


def _opened(layout: Path, tag: str) -> Image:
    return open_image(LayoutSource(layout), _reference(tag), Platform(), DEFAULT_LIMITS)


def _reference(tag: str) -> Reference:
    return Reference.parse(f"registry.test/{tag}")

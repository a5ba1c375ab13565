"""Scans one image of a layout the way the engine does, for tests that look at the result."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from basewise.model.contents import ImageContents
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
    source, reference = LayoutSource(layout), Reference.parse(f"registry.test/{tag}")
    image = open_image(source, reference, Platform(), DEFAULT_LIMITS)
    layers = []
    for layer in image.layers:
        descriptor = Descriptor(layer.media_type, layer.digest, layer.size)
        with source.blob(reference, descriptor) as chunks:
            layers.append(read_layer(chunks, descriptor, DEFAULT_LIMITS, time.monotonic))
    return Scanned(image, merge(image.digest, layers))

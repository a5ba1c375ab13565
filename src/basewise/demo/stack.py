"""An image under construction: layers on layers, as a Dockerfile would build them, shared by all that stand on them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from basewise.demo import alpine, debian
from basewise.demo.layout import BuiltLayer, Entry, LayoutBuilder
from basewise.demo.snapshots import DemoPackage, Snapshot
from basewise.model.image import Compression, Descriptor, ImageConfig, Platform

Install = Callable[[Snapshot, list[DemoPackage], list[DemoPackage]], list[Entry]]
_INSTALL: dict[str, Install] = {"debian": debian.install, "alpine": alpine.install}


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """Layers with the packages recorded in them; every step gives a new stack and leaves the old one as it was."""

    builder: LayoutBuilder
    release: Snapshot | None = None
    layers: tuple[BuiltLayer, ...] = ()
    packages: tuple[DemoPackage, ...] = ()
    history: tuple[str, ...] = ()
    compression: Compression = "gzip"

    def root(self, release: Snapshot, content: tuple[list[Entry], list[DemoPackage]]) -> Stack:
        """A first layer: the file system of a distribution."""
        entries, packages = content
        stack = msgspec.structs.replace(self, release=release, packages=tuple(packages))
        return stack.add(entries, f"ADD {release.name}.tar.xz / # distribution")

    def add(self, entries: list[Entry], step: str) -> Stack:
        """One more layer of files."""
        layer = self.builder.layer(entries, self.compression)
        return msgspec.structs.replace(self, layers=(*self.layers, layer), history=(*self.history, step))

    def install(self, packages: list[DemoPackage]) -> Stack:
        """One more layer, made by the distribution's package manager.

        Raises:
            ValueError: the stack has no distribution below.
        """
        if self.release is None:
            raise ValueError("packages need a distribution below them")
        entries = _INSTALL[self.release.os_release["ID"]](self.release, list(self.packages), packages)
        names = " ".join(package.name for package in packages)
        installed = debian.replaced(list(self.packages), packages)
        return msgspec.structs.replace(self.add(entries, f"RUN install {names}"), packages=tuple(installed))

    def compressed(self, compression: Compression) -> Stack:
        """The same stack, whose next layers are stored with `compression`."""
        return msgspec.structs.replace(self, compression=compression)

    def manifest(self, config: ImageConfig = ImageConfig(), *, platform: Platform = Platform()) -> Descriptor:
        """Writes the image without a name."""
        if self.release is not None and not config.created:
            config = msgspec.structs.replace(config, created=f"{self.release.built.isoformat()}T00:00:00Z")
        return self.builder.manifest(self.layers, config, platform=platform, history=self.history)

    def tag(self, reference: str, config: ImageConfig = ImageConfig()) -> Stack:
        """Writes the image under a name, and goes on."""
        self.builder.tag(reference, self.manifest(config))
        return self

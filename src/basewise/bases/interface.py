"""What the evidence about a base is made of."""

from __future__ import annotations

from typing import Literal

import msgspec

from basewise.model.image import Image
from basewise.model.reference import DOCKER_HUB, Reference

NamedBy = Literal["argument", "from-line", "fleet", "layout"]
"""Who vouches that this image is worth a name: `--known-base`, a Dockerfile, a workload, a tag of a local layout."""

STRENGTH: dict[NamedBy, int] = {"argument": 3, "from-line": 2, "fleet": 1, "layout": 0}
"""Higher wins when two names fit one stack of layers equally well."""


class KnownImage(msgspec.Struct, frozen=True, kw_only=True):
    """An image with a name: a candidate for being somebody's base."""

    reference: Reference
    image: Image
    named_by: NamedBy
    is_public: bool = False
    """It comes from a publisher, not from the company itself."""
    uses: int = 1
    """How many places name it; the more often used name wins a tie."""

    @property
    def id(self) -> str:
        """The base line it would be."""
        return self.reference.line

    @property
    def is_named_as_base(self) -> bool:
        """A Dockerfile or a person says that things are built on it."""
        return self.named_by in {"argument", "from-line"}

    @property
    def is_official(self) -> bool:
        """An official Docker Hub image, which wins a tie against a stranger's copy."""
        return self.reference.registry == DOCKER_HUB and self.reference.repository.startswith("library/")

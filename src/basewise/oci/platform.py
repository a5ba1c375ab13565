"""Chooses one platform's image from an index. Pure.

Follows OCI Image Specification 1.1, "Image Index", and the order of variants that container runtimes use: a processor
runs images of its own variant and of those before it, best first.
"""

from __future__ import annotations

from collections.abc import Sequence

from basewise.model.errors import ImageNotFound
from basewise.model.image import INDEX_TYPES, MANIFEST_TYPES, Descriptor, Platform
from basewise.oci.quoting import quoted

_ARCHITECTURES = {
    "x86_64": "amd64",
    "x86-64": "amd64",
    "aarch64": "arm64",
    "armhf": "arm",
    "armel": "arm",
    "i386": "386",
}
_DEFAULT_VARIANT = {"arm": 7, "arm64": 8, "amd64": 1}
_LISTED = 12  # platforms named in an error


def choose(descriptors: Sequence[Descriptor], platform: Platform, what: str) -> Descriptor:
    """The entry of an index that `platform` would run.

    Attestation manifests, artifacts and entries of unknown platform are no images. The only image of an index is
    taken even if its platform is not stated.

    Args:
        what: names the index in errors.

    Raises:
        ImageNotFound: none fits; the message lists the platforms there are.
    """
    images = [descriptor for descriptor in descriptors if _is_image(descriptor)]
    if not images:
        raise ImageNotFound(f"{what} holds no image, only {len(descriptors)} other entries")
    ranked = [(_rank(image.platform, platform), image) for image in images if image.platform is not None]
    fitting = [(rank, image) for rank, image in ranked if rank is not None]
    if fitting:
        return max(fitting, key=lambda pair: pair[0])[1]
    unstated = [image for image in images if image.platform is None]
    if len(images) == 1 and unstated:
        return unstated[0]
    names = sorted({quoted(str(image.platform)).strip("'\"") if image.platform else "not stated" for image in images})
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    raise ImageNotFound(
        f"{what} has no image for {platform}; there are {', '.join(names[:_LISTED])}{more}",
        remedy="Ask for one of these platforms.",
    )


def _is_image(descriptor: Descriptor) -> bool:
    known = descriptor.media_type in MANIFEST_TYPES or descriptor.media_type in INDEX_TYPES
    return known and not descriptor.is_attestation and not descriptor.artifact_type


def _rank(offered: Platform | None, wanted: Platform) -> int | None:
    """Higher is better; None does not run there. `max` keeps the first of equals, as runtimes do."""
    if offered is None or offered.os.lower() != wanted.os.lower():
        return None
    architecture = _architecture(wanted)
    if _architecture(offered) != architecture:
        return None
    have, want = _variant(offered, architecture), _variant(wanted, architecture)
    if have is None or want is None:
        return 0 if offered.variant == wanted.variant else None
    return have if have <= want else None


def _architecture(platform: Platform) -> str:
    name = platform.architecture.lower()
    return _ARCHITECTURES.get(name, name)


def _variant(platform: Platform, architecture: str) -> int | None:
    """`v7` as 7, the architecture's own when not stated; None for text that is no number."""
    text = platform.variant.lower().removeprefix("v")
    if not text:
        return _DEFAULT_VARIANT.get(architecture, 0)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None  # no processor has a v1000

from __future__ import annotations

import pytest

from basewise.model.errors import ImageNotFound
from basewise.model.image import OCI_INDEX, OCI_MANIFEST, Descriptor, Platform
from basewise.oci.platform import choose


def entry(platform: str | None, number: int = 0, **more: object) -> Descriptor:
    parts = platform.split("/") if platform else []
    return Descriptor(
        str(more.pop("media_type", OCI_MANIFEST)),
        f"sha256:{number:064x}",
        1,
        platform=Platform(*parts) if parts else None,
        **more,  # type: ignore[arg-type]
    )


ATTESTATION = entry("unknown/unknown", 99, annotations={"vnd.docker.reference.type": "attestation-manifest"})


@pytest.mark.parametrize(
    ("offered", "wanted", "taken"),
    [
        (["linux/arm64", "linux/amd64"], "linux/amd64", "linux/amd64"),
        (["linux/amd64", "windows/amd64"], "windows/amd64", "windows/amd64"),
        (["linux/arm64/v8"], "linux/arm64", "linux/arm64/v8"),
        (["linux/arm64"], "linux/arm64/v8", "linux/arm64"),
        (["linux/aarch64"], "linux/arm64", "linux/aarch64"),
        (["linux/arm/v6", "linux/arm/v7", "linux/arm/v5"], "linux/arm", "linux/arm/v7"),
        (["linux/arm/v5", "linux/arm/v6", "linux/arm/v7"], "linux/arm/v6", "linux/arm/v6"),
        (["linux/amd64", "linux/amd64/v3"], "linux/amd64/v2", "linux/amd64"),
        (["linux/amd64/v3", "linux/amd64/v2"], "linux/amd64/v3", "linux/amd64/v3"),
        (["linux/riscv64"], "linux/riscv64", "linux/riscv64"),
        (["linux/mips/softfloat"], "linux/mips/softfloat", "linux/mips/softfloat"),
    ],
)
def test_the_best_image_that_runs_on_the_platform_is_taken(offered: list[str], wanted: str, taken: str) -> None:
    chosen = choose([ATTESTATION, *(entry(text) for text in offered)], Platform(*wanted.split("/")), "index")
    assert str(chosen.platform) == taken


def test_the_first_of_equals_is_taken() -> None:
    assert choose([entry("linux/amd64", 1), entry("linux/amd64", 2)], Platform(), "index").digest.endswith("1")


def test_the_only_image_is_taken_when_its_platform_is_not_stated() -> None:
    assert choose([ATTESTATION, entry(None, 7)], Platform("linux", "s390x"), "index").digest.endswith("7")


def test_a_nested_index_can_be_taken() -> None:
    assert choose([entry(None, 3, media_type=OCI_INDEX)], Platform(), "index").media_type == OCI_INDEX


@pytest.mark.parametrize("offered", [["linux/arm64"], ["linux/amd64/v2"], ["windows/amd64"], [None, None]])
def test_what_does_not_run_there_is_not_found(offered: list[str | None]) -> None:
    with pytest.raises(ImageNotFound) as caught:
        choose([entry(text) for text in offered], Platform(), "index")
    assert (offered[0] or "not stated") in caught.value.message


def test_attestations_and_artifacts_are_no_images() -> None:
    artifact = entry("linux/amd64", 4, artifact_type="application/spdx+json")
    other = entry("linux/amd64", 5, media_type="application/vnd.example")
    with pytest.raises(ImageNotFound, match="no image, only 3"):
        choose([ATTESTATION, artifact, other], Platform(), "index")


def test_a_long_list_of_platforms_is_cut_short() -> None:
    with pytest.raises(ImageNotFound, match="and 8 more"):
        choose([entry(f"linux/cpu{number:02}") for number in range(20)], Platform(), "index")

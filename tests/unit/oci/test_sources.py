from __future__ import annotations

from pathlib import Path

import pytest

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.errors import ImageError, ImageNotFound
from basewise.model.image import Descriptor, Platform
from basewise.model.limits import DEFAULT_LIMITS
from basewise.model.reference import Reference
from basewise.oci.image import open_image
from basewise.oci.layout import LayoutSource
from basewise.oci.sources import FirstOf, Offline

ORDERS, BILLING = Reference.parse("registry.test/orders"), Reference.parse("registry.test/billing")


@pytest.fixture
def two(tmp_path: Path) -> tuple[LayoutBuilder, LayoutBuilder]:
    return LayoutBuilder(tmp_path / "one"), LayoutBuilder(tmp_path / "two")


def test_the_first_source_that_knows_the_reference_serves_all_of_it(two: tuple[LayoutBuilder, LayoutBuilder]) -> None:
    one, other = two
    first = one.image("orders", [one.layer([Entry(path="a")])])
    other.image("orders", [])
    second = other.image("billing", [other.layer([Entry(path="b")])])
    source = FirstOf([LayoutSource(builder.path) for builder in two])
    for reference, descriptor in ((ORDERS, first), (BILLING, second)):
        image = open_image(source, reference, Platform(), DEFAULT_LIMITS)
        assert image.digest == descriptor.digest
        layer = image.layers[0]
        with source.blob(reference, Descriptor(layer.media_type, layer.digest, layer.size)) as chunks:
            assert sum(map(len, chunks)) == layer.size


def test_manifests_of_a_reference_never_resolved_are_looked_for_everywhere(
    two: tuple[LayoutBuilder, LayoutBuilder],
) -> None:
    descriptor = two[1].image("billing", [])
    source = FirstOf([LayoutSource(builder.path) for builder in two])
    assert len(source.manifest(BILLING, descriptor)) == descriptor.size


def test_what_nobody_has_names_everybody_who_was_asked(two: tuple[LayoutBuilder, LayoutBuilder]) -> None:
    with pytest.raises(ImageNotFound, match=r"layout one; .*layout two"):
        FirstOf([LayoutSource(builder.path) for builder in two]).resolve(ORDERS)


def test_a_source_that_could_not_be_asked_is_not_passed_over(two: tuple[LayoutBuilder, LayoutBuilder]) -> None:
    two[0].image("orders", [])
    with pytest.raises(ImageError, match="not looked up") as caught:
        FirstOf([Offline(), LayoutSource(two[0].path)]).resolve(ORDERS)
    assert not isinstance(caught.value, ImageNotFound)


def test_offline_says_so_for_every_question(two: tuple[LayoutBuilder, LayoutBuilder]) -> None:
    descriptor = two[0].image("orders", [])
    source = FirstOf([LayoutSource(two[0].path), Offline()])
    assert source.resolve(ORDERS).digest == descriptor.digest
    with pytest.raises(ImageError, match=r"registry\.test/billing was not looked up: --offline refuses the network"):
        source.resolve(BILLING)
    with pytest.raises(ImageError, match="--offline"):
        Offline().manifest(BILLING, descriptor)
    with pytest.raises(ImageError, match="--offline"):
        Offline().blob(BILLING, descriptor)


def test_no_source_at_all_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="empty list"):
        FirstOf([])


def test_closing_closes_all(two: tuple[LayoutBuilder, LayoutBuilder]) -> None:
    closed: list[str] = []

    class Closing(LayoutSource):
        def close(self) -> None:
            closed.append(self.name)

    FirstOf([Closing(builder.path) for builder in two]).close()
    assert sorted(closed) == ["the layout one", "the layout two"]

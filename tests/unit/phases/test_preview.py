"""What would be read is counted once per layer, and what earlier runs read is not read again."""

from datetime import UTC, datetime

from basewise.model.evidence import Status
from basewise.model.facts import Outlook
from basewise.model.image import Image, Layer
from basewise.model.preview import Layers, Preview
from basewise.model.workload import Source, Usage
from basewise.phases.preview import preview

NOW = datetime(2026, 11, 24, tzinfo=UTC)
A, B, C = (f"sha256:{letter * 64}" for letter in "abc")
SHOP, LIB = "registry.test/shop:1", "docker.io/library/lib:1"


def image(digest: str, *blobs: str) -> Image:
    return Image(digest=digest, layers=[Layer(media_type="", digest=blob, size=100) for blob in blobs])


def made(**changes: object) -> Preview:
    outlook = Outlook(images={SHOP: image("sha256:1", A, B), LIB: image("sha256:2", A, C)}, **changes)
    return preview(outlook, now=NOW, tool="basewise 1")


def test_layers_that_images_share_are_counted_once() -> None:
    found = made(remote=frozenset({SHOP, LIB}))
    assert (found.pulled, found.local) == (Layers(3, 300), Layers())
    assert [(row.reference, row.registry, row.unread) for row in found.images] == [
        (LIB, "docker.io", Layers(2, 200)),
        (SHOP, "registry.test", Layers(2, 200)),
    ]


def test_a_layer_that_lies_here_too_is_not_pulled() -> None:
    found = made(remote=frozenset({LIB}))
    assert (found.pulled, found.local) == (Layers(1, 100), Layers(2, 200))
    assert [row.registry for row in found.images] == ["docker.io", ""]


def test_what_was_read_before_is_not_read_again() -> None:
    found = made(remote=frozenset({SHOP, LIB}), read_layers=frozenset({A}), read_images=frozenset({"sha256:2"}))
    assert found.pulled == Layers(1, 100)
    assert [(row.layers, row.unread) for row in found.images] == [
        (Layers(2, 200), Layers()),
        (Layers(2, 200), Layers(1, 100)),
    ]


def test_what_cannot_be_looked_at_is_said() -> None:
    refused = Status("not_assessed", "refused")
    found = made(
        unresolved={"registry.test/gone:1": refused},
        sources=[Source("x.yaml", "file", "partial", "line 3: broken")],
        usages=[Usage(reference="$X", kind="dockerfile", file="Dockerfile", line=1, status=refused)],
    )
    assert [gap.name for gap in found.not_assessed] == ["x.yaml", "Dockerfile:1 $X", "registry.test/gone:1"]
    assert found.images[-2].reason == "refused"
    assert found.status.status == "partial"
    assert made().status.is_ok

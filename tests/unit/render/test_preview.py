from basewise.model.inventory import NotAssessed
from basewise.model.preview import Layers, Preview, PreviewedImage
from basewise.model.workload import Usage
from basewise.render.interface import Page, load
from basewise.render.preview import RENDERERS

PREVIEW = Preview(
    generated_at="2026-11-24T00:00:00Z",
    tool="basewise 1",
    usages=[
        Usage(reference="docker.io/library/python:3.12", kind="dockerfile", file="Dockerfile", line=1),
        Usage(reference="registry.test/shop:1", kind="kubernetes", file="a.yaml", line=4),
    ],
    images=[
        PreviewedImage(
            reference="docker.io/library/python:3.12",
            digest="sha256:1",
            registry="docker.io",
            layers=Layers(5, 4096),
            unread=Layers(2, 2048),
        ),
        PreviewedImage(reference="registry.test/shop:1", status="not_assessed", reason="refused"),
    ],
    pulled=Layers(2, 2048),
    not_assessed=[NotAssessed("image", "registry.test/shop:1", "not_assessed", "refused")],
)


def lines(preview: Preview) -> list[str]:
    text = load(RENDERERS, "table").render(preview, Page(width=100)).decode()
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_it_says_where_images_are_named_and_what_each_takes() -> None:
    found = lines(PREVIEW)
    assert found[0] == "2 places name images: 1 dockerfile, 1 kubernetes"
    assert "python:3.12 docker.io 5 2 2.0 KiB" in found
    assert "registry.test/shop:1 ? ? ? ?" in found
    assert "would pull at least 2 layers (2.0 KiB) from docker.io, and read at least 0 layers (0 B) here" in found
    assert found[-1] == "image registry.test/shop:1: refused"


def test_no_zero_stands_for_images_that_nobody_could_look_at() -> None:
    (unknown,) = (image for image in PREVIEW.images if image.status != "ok")
    found = lines(Preview(generated_at="", tool="", images=[unknown]))
    assert "what would be pulled is not known: no image could be looked at" in found


def test_nothing_found_is_said() -> None:
    assert lines(Preview(generated_at="", tool=""))[0] == "no place names an image"

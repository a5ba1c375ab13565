"""Targets are read by the ecosystem's transports, and a wrong one gets one clear sentence."""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.archives import Item, legacy_items, oci_archive, tar_bytes

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.engine.local import LocalImages
from basewise.engine.targets import DirectoryTarget, FailedTarget, ImageTarget, parse_image, parse_target
from basewise.model.errors import UsageError
from basewise.model.image import Descriptor
from basewise.model.reference import Reference
from basewise.oci.interface import Opening


@pytest.fixture
def builder(tmp_path: Path) -> LayoutBuilder:
    builder = LayoutBuilder(tmp_path / "layout")
    layer = builder.layer([Entry(path="a")])
    builder.image("orders", [layer])
    builder.image("reg.example/shop/web:1", [layer], history=["other"])
    return builder


@pytest.fixture
def layout(builder: LayoutBuilder) -> Path:
    return builder.path


@pytest.fixture
def saved(builder: LayoutBuilder, tmp_path: Path) -> Path:
    """A docker-archive with an image of two names and one without any."""
    layer = builder.layer([Entry(path="b")])
    named, unnamed = builder.manifest([layer]), builder.manifest([layer], history=["x"])
    path = tmp_path / "My Release_1.tar"
    path.write_bytes(
        tar_bytes(legacy_items(builder.path, [(named, ["shop/api:1", "shop/api:latest"]), (unnamed, None)]))
    )
    return path


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalImages]:
    with LocalImages(Opening(scratch=tmp_path / "scratch")) as images:
        yield images


def references(text: str, local: LocalImages) -> list[str]:
    targets = parse_target(text, local)
    assert all(isinstance(target, ImageTarget) for target in targets)
    return [str(target.reference) for target in targets if isinstance(target, ImageTarget)]


def digest_of(reference: str, local: LocalImages) -> str:
    """What the first source that knows a reference answers."""
    return next(source.resolve(Reference.parse(reference)).digest for source in local.sources)


def test_a_directory_is_searched(tmp_path: Path, local: LocalImages) -> None:
    assert parse_target(str(tmp_path), local) == [DirectoryTarget(tmp_path)]


@pytest.mark.parametrize("text", ["python:3.12", "docker://python:3.12"])
def test_a_name_that_is_no_directory_is_a_reference(text: str, local: LocalImages) -> None:
    (target,) = parse_target(text, local)
    assert isinstance(target, ImageTarget)
    assert target.reference.familiar == "python:3.12"


def test_a_tag_of_a_layout_without_a_full_name_is_local(layout: Path, local: LocalImages) -> None:
    assert references(f"oci:{layout}:orders", local) == ["localhost/orders"]


@pytest.mark.parametrize("transport", ["oci", "oci-archive"])
def test_a_layout_without_a_tag_is_all_of_its_images(
    layout: Path, tmp_path: Path, local: LocalImages, transport: str
) -> None:
    path = layout if transport == "oci" else oci_archive(layout, tmp_path / "x.tar")
    assert sorted(references(f"{transport}:{path}", local)) == ["localhost/orders", "reg.example/shop/web:1"]


def test_a_docker_archive_is_all_of_its_images(saved: Path, local: LocalImages) -> None:
    first, second = references(f"docker-archive:{saved}", local)
    assert first == "docker.io/shop/api:1"
    assert second.startswith("localhost/my-release-1@sha256:")
    assert digest_of(second, local) == second.partition("@")[2]


@pytest.mark.parametrize(
    ("selected", "reference"),
    [
        ("shop/api:latest", "docker.io/shop/api:latest"),
        ("shop/api", "docker.io/shop/api:latest"),
        ("@0", "docker.io/shop/api:1"),
    ],
)
def test_one_image_of_a_docker_archive_is_selected(
    saved: Path, local: LocalImages, selected: str, reference: str
) -> None:
    (found,) = references(f"docker-archive:{saved}:{selected}", local)
    assert digest_of(found, local) == digest_of(reference, local)


def test_an_image_without_a_name_is_selected_by_its_place(saved: Path, local: LocalImages) -> None:
    assert references(f"docker-archive:{saved}:@1", local) == references(f"docker-archive:{saved}", local)[1:]


def test_standard_input_is_read_once_however_many_images_of_it_are_named(saved: Path, tmp_path: Path) -> None:
    opening = Opening(scratch=tmp_path / "scratch", stdin=io.BytesIO(saved.read_bytes()))
    with LocalImages(opening) as local:
        assert references("docker-archive:-:shop/api:1", local) == ["docker.io/shop/api:1"]
        (found,) = references("docker-archive:-:@1", local)
    assert found.startswith("localhost/image@sha256:")


def test_a_name_that_two_archives_have_is_told_apart_by_digest(
    builder: LayoutBuilder, tmp_path: Path, local: LocalImages
) -> None:
    other = LayoutBuilder(tmp_path / "other")
    theirs = other.image("orders:latest", [other.layer([Entry(path="other")])])
    assert references(f"oci:{builder.path}:orders", local) == ["localhost/orders"]
    assert references(f"oci:{other.path}:orders:latest", local) == [f"localhost/orders:latest@{theirs.digest}"]


def test_a_name_with_a_digest_in_it_never_leads_elsewhere(
    builder: LayoutBuilder, tmp_path: Path, local: LocalImages
) -> None:
    other = LayoutBuilder(tmp_path / "other")
    wrong = builder.image("third", [])
    theirs = other.image(f"orders@{wrong.digest}", [other.layer([Entry(path="other")])])
    assert references(f"oci:{other.path}", local) == [f"localhost/orders@{theirs.digest}"]


def test_a_tag_that_is_no_name_is_known_by_its_digest(builder: LayoutBuilder, local: LocalImages) -> None:
    image = builder.image("UPPER CASE", [])
    assert references(f"oci:{builder.path}:UPPER CASE", local) == [f"localhost/layout@{image.digest}"]


def test_a_tag_that_the_layout_lacks_is_refused_with_those_it_has(layout: Path, local: LocalImages) -> None:
    with pytest.raises(UsageError, match="no tag 'nothing'") as error:
        parse_target(f"oci:{layout}:nothing", local)
    assert "orders" in error.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "bob:S3cret@h/x", "docker://bob:S3cret@h/x", "https://bob:S3cret@h/x", "bob:S3cret@h/x/", "//bob:S3cret@h/x",
        "bob:S3cret@h/x.yaml", "docker-daemon:bob:S3cret@h/x", "containers-storage:bob:S3cret@h/x",
        "containers-storage:[overlay@/a+/b]bob:S3cret@h/x", "docker-daemon:bob:S3cret@h/\n",
        "bob:" + "S3cret" * 500 + "@h/x",
    ],
)  # fmt: skip
def test_a_login_in_a_name_is_not_repeated(text: str, local: LocalImages) -> None:
    for parse in (parse_target, parse_image):
        with pytest.raises(UsageError) as error:
            parse(text, local)
        assert "S3cret" not in error.value.diagnostics()
        assert "***@h/" in error.value.diagnostics()


def test_a_login_where_a_tag_should_stand_is_not_repeated(layout: Path, local: LocalImages) -> None:
    with pytest.raises(UsageError, match=r"no tag '\*\*\*@h/x'"):
        parse_target(f"oci:{layout}:bob:S3cret@h/x", local)


def test_a_path_is_told_as_it_was_written(local: LocalImages) -> None:
    with pytest.raises(UsageError, match=r"no directory or file \./node@20/x"):
        parse_target("./node@20/x", local)


def test_one_image_of_several_is_asked_for_by_what_can_be_typed(
    builder: LayoutBuilder, saved: Path, tmp_path: Path, local: LocalImages
) -> None:
    builder.image("Two Words", [], history=["third"])
    archive = oci_archive(builder.path, tmp_path / "x.tar")
    twice = [(builder.manifest([], history=[text]), ["shop/api:1"]) for text in ("first", "second")]
    same = written(tmp_path / "same.tar", *legacy_items(builder.path, twice))
    for whole, count in (
        (f"oci:{builder.path}", 3),
        (f"oci-archive:{archive}", 3),
        (f"docker-archive:{saved}", 2),
        (f"docker-archive:{same}", 2),
    ):
        with pytest.raises(UsageError, match=f"holds {count} images") as error:
            parse_image(whole, local)
        choices = error.value.remedy.removeprefix("Name one of them: ").removesuffix(".").split(", ")
        typed = [shlex.split(choice) for choice in choices]
        found = [parse_image(text, local) for (text,) in typed]
        assert found == [[target] for target in parse_target(whole, local)]
        assert len(found) == count


def test_a_list_of_images_that_is_cut_says_so(builder: LayoutBuilder, local: LocalImages) -> None:
    for number in range(9):
        builder.image(f"more:{number}", [])
    with pytest.raises(UsageError, match="holds 11 images") as several:
        parse_image(f"oci:{builder.path}", local)
    assert several.value.remedy.endswith(f"oci:{builder.path}:more:5 and 3 more.")
    with pytest.raises(UsageError) as missing:
        parse_image(f"oci:{builder.path}:nothing", local)
    assert missing.value.remedy.endswith("'more:5' and 3 more")


@pytest.mark.parametrize("form", ["oci:{}:orders", "python:3.12"])
def test_one_image_is_taken_as_a_target_is(layout: Path, local: LocalImages, form: str) -> None:
    text = form.format(layout)
    assert parse_image(text, local) == parse_target(text, local)


def test_files_are_no_image(tmp_path: Path, local: LocalImages) -> None:
    with pytest.raises(UsageError, match="is a file or directory, not an image"):
        parse_image(str(tmp_path), local)


def written(path: Path, *items: Item) -> Path:
    path.write_bytes(tar_bytes(items))
    return path


def test_an_archive_that_cannot_be_read_is_told_and_ends_nothing(tmp_path: Path, local: LocalImages) -> None:
    path = written(tmp_path / "x.tar", ("manifest.json", b"[{"))
    (target,) = parse_target(f"docker-archive:{path}", local)
    assert isinstance(target, FailedTarget)
    assert target.text == f"docker-archive:{path}"
    assert "not JSON" in target.reason


def test_a_broken_layout_is_told_as_a_broken_archive_is(layout: Path, local: LocalImages) -> None:
    (layout / "index.json").write_text("{")
    (target,) = parse_target(f"oci:{layout}", local)
    assert isinstance(target, FailedTarget)
    assert "not JSON" in target.reason


def test_an_archive_of_another_kind_is_wrong_usage(tmp_path: Path, local: LocalImages) -> None:
    path = written(tmp_path / "x.tar", ("a", b""))
    with pytest.raises(UsageError, match=r"no manifest\.json"):
        parse_target(f"docker-archive:{path}", local)


def test_an_image_that_cannot_be_read_is_told_beside_the_others(tmp_path: Path, local: LocalImages) -> None:
    broken = json.dumps([{"Config": "none.json", "RepoTags": ["shop/api:1"]}]).encode()
    path = written(tmp_path / "x.tar", ("manifest.json", broken))
    (target,) = parse_target(f"docker-archive:{path}", local)
    assert isinstance(target, FailedTarget)
    assert target.text == f"docker-archive:{path}:docker.io/shop/api:1"
    assert "'none.json' is missing" in target.reason
    assert parse_target(f"docker-archive:{path}:shop/api:1", local) == [
        FailedTarget(f"docker-archive:{path}:shop/api:1", target.reason)
    ]


def test_an_archive_of_nothing_is_told(tmp_path: Path, local: LocalImages) -> None:
    path = written(tmp_path / "x.tar", ("manifest.json", b"[]"))
    (target,) = parse_target(f"docker-archive:{path}", local)
    assert isinstance(target, FailedTarget)
    assert "holds no image" in target.reason


@pytest.mark.parametrize(
    "text",
    [
        "./nothing-here", "/nothing/here", "oci-archive:absent.tar", "docker-archive:absent.tar", "oci:absent", "oci:",
        "docker-archive::name", "docker-archive:-", "containers-storage:", "docker-daemon:--all", "k8s://prod",
        "registry://host/x", "Not A Reference",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text: str, local: LocalImages) -> None:
    with pytest.raises(UsageError):
        parse_target(text, local)


def test_archives_that_serve_references_are_told_apart_by_what_they_hold(
    builder: LayoutBuilder, saved: Path, tmp_path: Path, local: LocalImages
) -> None:
    for path in (saved, oci_archive(builder.path, tmp_path / "x.tar"), builder.path):
        local.add(path)
    assert {str(name) for name, _ in local.tags()} == {
        "docker.io/shop/api:1", "docker.io/shop/api:latest", "localhost/orders", "reg.example/shop/web:1",
    }  # fmt: skip
    assert all(isinstance(descriptor, Descriptor) for _, descriptor in local.tags())


@pytest.mark.parametrize("data", [b"nothing of the kind" * 100, b"", tar_bytes([("a", b"")])])
def test_what_serves_no_references_is_a_usage_error(tmp_path: Path, local: LocalImages, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(UsageError):
        local.add(tmp_path / "file")
    with pytest.raises(UsageError):
        local.add(tmp_path / "absent")

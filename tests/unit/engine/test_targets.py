"""Targets are read by the ecosystem's transports, and a wrong one gets one clear sentence."""

from pathlib import Path

import pytest

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.engine.targets import DirectoryTarget, ImageTarget, name_of_tag, parse_target
from basewise.model.errors import InvalidReference, UsageError
from basewise.model.limits import DEFAULT_LIMITS


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    builder = LayoutBuilder(tmp_path / "layout")
    layer = builder.layer([Entry(path="a")])
    builder.image("orders", [layer])
    builder.image("reg.example/shop/web:1", [layer], history=["other"])
    return builder.path


def test_a_directory_is_searched(tmp_path: Path) -> None:
    assert parse_target(str(tmp_path), DEFAULT_LIMITS) == [DirectoryTarget(tmp_path)]


@pytest.mark.parametrize("text", ["python:3.12", "docker://python:3.12"])
def test_a_name_that_is_no_directory_is_a_reference(text: str) -> None:
    (target,) = parse_target(text, DEFAULT_LIMITS)
    assert isinstance(target, ImageTarget)
    assert target.reference.familiar == "python:3.12"


def test_a_tag_of_a_layout_without_a_full_name_is_local(layout: Path) -> None:
    (target,) = parse_target(f"oci:{layout}:orders", DEFAULT_LIMITS)
    assert isinstance(target, ImageTarget)
    assert (str(target.reference), target.layout) == ("localhost/orders", layout)


def test_a_layout_without_a_tag_is_all_of_its_images(layout: Path) -> None:
    targets = parse_target(f"oci:{layout}", DEFAULT_LIMITS)
    assert sorted(str(target.reference) for target in targets if isinstance(target, ImageTarget)) == [
        "localhost/orders",
        "reg.example/shop/web:1",
    ]


def test_a_tag_that_the_layout_lacks_is_refused_with_those_it_has(layout: Path) -> None:
    with pytest.raises(UsageError, match="no tag 'nothing'") as error:
        parse_target(f"oci:{layout}:nothing", DEFAULT_LIMITS)
    assert "orders" in error.value.remedy


@pytest.mark.parametrize(
    "text",
    ["./nothing-here", "/nothing/here", "oci-archive:x.tar", "k8s://prod", "registry://host/x", "Not A Reference"],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text, DEFAULT_LIMITS)


def test_a_tag_that_can_be_no_name_says_so() -> None:
    with pytest.raises(InvalidReference):
        name_of_tag("UPPER CASE")

"""Each program that can read a store gives out the same image."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.archives import parts

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.digest import sha256_of
from basewise.model.errors import ImageError
from basewise.model.image import Image, Platform
from basewise.model.limits import DEFAULT_LIMITS
from basewise.model.reference import Reference
from basewise.oci.containers_storage import ContainersStorage
from basewise.oci.image import open_image
from basewise.oci.interface import Opening

NAME = "localhost/shop/orders:1"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The configuration of the one image of the store that all programs are pointed to."""
    if shutil.which("skopeo") is None:
        pytest.skip("skopeo, which fills the store, is not installed")
    builder = LayoutBuilder(tmp_path / "layout")
    saved = builder.image("orders", [builder.layer([Entry(path="a")]), builder.layer([Entry(path="b")])])
    file = tmp_path / "storage.conf"
    file.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{tmp_path}/root"\nrunroot = "{tmp_path}/run"\n')
    monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(file))
    command = ["skopeo", "--insecure-policy", "copy", f"oci:{builder.path}:orders", f"containers-storage:{NAME}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        pytest.skip(f"no containers-storage can be made here: {done.stderr[-300:]}")
    return parts(builder.path, saved)[0]


def opening(folder: Path, program: str) -> Opening:
    """Of a machine on which only `program` is installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    (folder / "bin").mkdir()
    (folder / "bin" / program).symlink_to(found)
    return Opening(scratch=folder / "scratch", search_path=str(folder / "bin"))


def image(text: str, given: Opening) -> Image:
    source = ContainersStorage().open(text, given)
    try:
        (listed,) = source.listed
        assert listed.descriptor is not None
        reference = Reference.parse(NAME).with_digest(listed.descriptor.digest)
        return open_image(source, reference, Platform(), DEFAULT_LIMITS)
    finally:
        source.close()


@pytest.mark.parametrize("program", ["skopeo", "podman", "buildah"])
def test_an_image_is_read_by_name_and_by_id(config: bytes, tmp_path: Path, program: str) -> None:
    given = opening(tmp_path, program)
    by_name = image(NAME, given)
    assert by_name.config_digest == sha256_of(config)
    assert [layer.digest for layer in by_name.layers] == [layer.declared_diff_id for layer in by_name.layers]
    assert len(by_name.layers) == 2
    assert image(by_name.config_digest.removeprefix("sha256:"), given) == by_name


@pytest.mark.parametrize("program", ["skopeo", "podman", "buildah"])
def test_an_image_that_the_store_lacks_is_told_in_the_programs_words(
    config: bytes, tmp_path: Path, program: str
) -> None:
    assert config
    with pytest.raises(ImageError, match=f"{program} ended with code .*localhost/other:1"):
        image("localhost/other:1", opening(tmp_path, program))

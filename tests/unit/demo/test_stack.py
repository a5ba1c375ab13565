from pathlib import Path

import pytest

from basewise.demo import debian
from basewise.demo.layout import Entry, LayoutBuilder
from basewise.demo.snapshots import snapshot
from basewise.demo.stack import Stack

RELEASE = snapshot("debian-11-2023-01")


def test_a_step_leaves_the_stack_below_as_it_was(tmp_path: Path) -> None:
    below = Stack(builder=LayoutBuilder(tmp_path)).root(RELEASE, debian.root(RELEASE))
    above = below.install(debian.packages_of("debian-11-2023-01", "tls")).add([Entry(path="app")], "COPY")
    assert len(below.layers) == 1
    assert above.layers[:1] == below.layers
    assert [len(part) for part in (above.layers, above.history)] == [3, 3]
    assert {package.name for package in above.packages} - {package.name for package in below.packages} == {
        "ca-certificates",
        "libssl1.1",
        "netbase",
        "openssl",
    }


def test_packages_need_a_distribution_below_them(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="distribution"):
        Stack(builder=LayoutBuilder(tmp_path)).install(RELEASE.packages["tls"])

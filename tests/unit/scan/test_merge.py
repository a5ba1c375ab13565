from collections.abc import Sequence

import msgspec
import pytest
import zstandard
from tests.unit.scan.databases.rpm import writers
from tests.unit.scan.stacks import (
    ALPINE,
    DEBIAN,
    IMAGE,
    STATUS,
    apk,
    dpkg,
    layer,
    library,
    merged,
    named,
    stanza,
    with_broken,
    with_records,
)

from basewise.demo.layout import Entry, opaque, whiteout
from basewise.model.contents import ImageContents, LayerContents, PackageRecord, Unowned
from basewise.model.evidence import Status


def brought_by(contents: ImageContents, layers: Sequence[LayerContents]) -> dict[str, int]:
    numbers = {each.blob: number for number, each in enumerate(layers)}
    return {package.name: numbers[package.layer] for package in contents.packages}


def test_a_database_replaces_the_same_file_below() -> None:
    found = merged(layer(DEBIAN, dpkg("bash=5", "old=1")), layer(dpkg("bash=5", "curl=7")))
    assert named(found) == ["bash=5", "curl=7"]
    assert found.status.is_ok


def test_ecosystem_and_purl_come_from_the_distribution_of_any_layer() -> None:
    found = merged(layer(DEBIAN), layer(dpkg("libc6=2.31-13+deb11u7")))
    (package,) = found.packages
    assert package.ecosystem == "Debian:11"
    assert package.purl == "pkg:deb/debian/libc6@2.31-13%2Bdeb11u7?arch=amd64&distro=debian-11"
    assert (package.source, package.source_version) == ("libc6", "2.31-13+deb11u7")
    assert found.distribution is not None
    assert (found.distribution.id, found.distribution.version) == ("debian", "11")
    alpine = merged(layer(ALPINE, apk("musl=1.2.5-r0"))).packages[0]
    assert (alpine.ecosystem, alpine.purl) == (
        "Alpine:v3.20",
        "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3",
    )


def test_a_package_is_of_the_layer_since_which_it_has_been_there() -> None:
    layers = [
        layer(DEBIAN, dpkg("bash=5", "curl=1", "gone=1", "back=1")),
        layer(dpkg("bash=5", "curl=2", "back=2")),
        layer(Entry(path="app")),
        layer(dpkg("bash=5", "curl=2", "back=1", "new=1")),
    ]
    assert brought_by(merged(*layers), layers) == {"bash": 0, "curl": 1, "back": 3, "new": 3}


def test_a_package_that_was_away_is_of_the_layer_that_brought_it_back() -> None:
    layers = [layer(DEBIAN, dpkg("bash=5")), layer(whiteout("var/lib/dpkg")), layer(dpkg("bash=5"))]
    assert brought_by(merged(*layers), layers) == {"bash": 2}


def test_the_same_package_in_two_databases_is_one_package() -> None:
    found = merged(layer(DEBIAN, dpkg("bash=5")), layer(dpkg("bash=5", path=STATUS + ".d/bash")))
    assert named(found) == ["bash=5"]


def test_files_of_status_d_add_up_over_layers_and_go_one_by_one() -> None:
    layers = [
        layer(DEBIAN, dpkg("tzdata=1", path=STATUS + ".d/tzdata"), dpkg("netbase=6", path=STATUS + ".d/netbase")),
        layer(dpkg("libc6=2", path=STATUS + ".d/libc6")),
        layer(whiteout(STATUS + ".d/netbase")),
    ]
    found = merged(*layers)
    assert named(found) == ["tzdata=1", "libc6=2"]
    assert found.status.is_ok


@pytest.mark.parametrize("removal", [whiteout(STATUS), whiteout("var/lib"), opaque("var/lib/dpkg"), opaque("")])
def test_a_database_that_was_removed_is_no_silent_zero(removal: Entry) -> None:
    found = merged(layer(DEBIAN, dpkg("bash=5", "curl=7")), layer(removal))
    assert found.packages == []
    assert found.status.status == "partial"
    assert "package database var/lib/dpkg/status was removed by layer" in found.status.reason


def test_a_removed_database_is_said_even_when_another_is_left() -> None:
    found = merged(
        layer(DEBIAN, dpkg("bash=5", "curl=7")), layer(whiteout(STATUS), dpkg("tzdata=1", path=STATUS + ".d/tzdata"))
    )
    assert (named(found), found.status.status) == (["tzdata=1"], "partial")


def test_a_database_may_move_to_its_newer_place() -> None:
    moved = layer(whiteout("lib/apk/db/installed"), apk("musl=1.2.5-r1", path="usr/lib/apk/db/installed"))
    found = merged(layer(ALPINE, apk("musl=1.2.5-r0", "zlib=1")), moved)
    assert (named(found), found.status.is_ok) == (["musl=1.2.5-r1"], True)
    beside = layer(apk("musl=1.2.5-r1", path="usr/lib/apk/db/installed"))
    assert named(merged(layer(ALPINE, apk("musl=1.2.5-r0")), beside)) == ["musl=1.2.5-r1"]


def rpm(*packages: str, path: str = "var/lib/rpm/rpmdb.sqlite") -> Entry:
    write = {"rpmdb.sqlite": writers.sqlite, "Packages": writers.berkeley}[path.rpartition("/")[2]]
    return Entry(path=path, data=write([writers.package(*each.split("=")) for each in packages]))


ROCKY = Entry(path="etc/os-release", data=b"ID=rocky\nVERSION_ID=9.4\n")
MOVED = "usr/lib/sysimage/rpm/rpmdb.sqlite"


def test_a_database_of_rpm_may_change_its_storage_and_its_place() -> None:
    base = layer(ROCKY, rpm("bash=5.0", "old=1", path="var/lib/rpm/Packages"))
    for above in (rpm("bash=5.1"), rpm("bash=5.1", path=MOVED)):
        found = merged(base, layer(above))
        assert (named(found), found.status.is_ok) == (["bash=5.1-1.el9"], True)
    link = Entry(path="var/lib/rpm", link="../../usr/lib/sysimage/rpm")
    found = merged(base, layer(link, rpm("bash=5.1", path=MOVED)))
    assert (named(found), found.status.is_ok) == (["bash=5.1-1.el9"], True)


def test_an_rpm_has_the_purl_and_ecosystem_of_its_distribution() -> None:
    (package,) = merged(layer(ROCKY, rpm("bash=5.1"))).packages
    assert (package.purl, package.ecosystem) == (
        "pkg:rpm/rocky-linux/bash@5.1-1.el9?distro=rocky-9.4",
        "Rocky Linux:9",
    )


def test_chisels_manifest_stands_beside_what_dpkg_records() -> None:
    lines = b'{"jsonwall":"1.0","schema":"1.0","count":2}\n{"kind":"package","name":"libc6","version":"2.39-1"}\n'
    manifest = Entry(path="var/lib/chisel/manifest.wall", data=zstandard.compress(lines))
    found = merged(layer(DEBIAN, manifest), layer(dpkg("bash=5")))
    assert named(found) == ["libc6=2.39-1", "bash=5"]
    assert "names no source packages" in found.status.reason
    assert named(merged(layer(DEBIAN, manifest, dpkg("bash=5")), layer(whiteout("var/lib/chisel")))) == ["bash=5"]


def test_a_database_that_became_a_link_is_not_what_it_was() -> None:
    found = merged(layer(DEBIAN, dpkg("bash=5")), layer(Entry(path=STATUS, link="/elsewhere")))
    assert (found.packages, found.status.status) == ([], "partial")
    assert "var/lib/dpkg/status is a symbolic link" in found.status.reason


def test_packages_of_a_kind_that_is_foreign_to_the_distribution_have_no_ecosystem() -> None:
    (package,) = merged(layer(DEBIAN, apk("musl=1"))).packages
    assert (package.ecosystem, package.purl) == ("", "")


def test_packages_without_os_release_have_no_ecosystem_and_the_image_says_so() -> None:
    found = merged(layer(dpkg("bash=5")))
    assert (found.distribution, found.packages[0].ecosystem, found.packages[0].purl) == (None, "", "")
    assert (found.status.status, "no os-release" in found.status.reason) == ("partial", True)


def test_an_unknown_distribution_gives_packages_a_purl_but_no_ecosystem() -> None:
    found = merged(layer(Entry(path="etc/os-release", data=b"ID=kali\nVERSION_ID=2026.1\n"), dpkg("bash=5")))
    assert found.packages[0].purl == "pkg:deb/kali/bash@5?arch=amd64&distro=kali-2026.1"
    assert found.packages[0].ecosystem == ""
    assert found.distribution is not None
    assert "kali" in found.distribution.reason


def release(path: str, name: str) -> Entry:
    return Entry(path=path, data=f"ID={name}\nVERSION_ID=1\n".encode())


def test_the_os_release_of_etc_is_believed_before_that_of_usr_lib() -> None:
    etc, usr = release("etc/os-release", "a"), release("usr/lib/os-release", "b")
    link = Entry(path="etc/os-release", link="../usr/lib/os-release")

    def name(*layers: LayerContents) -> str:
        distribution = merged(*layers).distribution
        return distribution.id if distribution else ""

    assert name(layer(etc, usr)) == "a"
    assert name(layer(usr)) == "b"
    assert name(layer(etc), layer(usr)) == "a"
    assert name(layer(etc), layer(release("etc/os-release", "c"))) == "c"
    assert name(layer(etc, usr), layer(link)) == "b"
    assert name(layer(etc, usr), layer(whiteout("etc"))) == "b"
    assert name(layer(Entry(path="etc/os-release", data=b"NAME=x\n"), usr)) == "b"


def test_an_image_with_an_os_but_no_database_is_partial() -> None:
    found = merged(layer(DEBIAN))
    assert (found.status.status, found.status.reason) == ("partial", "no package database found")


def test_a_database_of_a_kind_that_is_not_read_is_said() -> None:
    found = merged(layer(Entry(path="usr/lib/opkg/status", data=b"Package: x"), release("etc/os-release", "openwrt")))
    assert found.status == Status("partial", "package database usr/lib/opkg/status is of a kind that is not read yet")


def test_an_image_of_files_that_no_package_database_knows_is_not_assessed() -> None:
    found = merged(layer(Entry(path="app", data=b"static binary")))
    assert found.status == Status("not_assessed", "no package database found, and no library or program is recognised")
    assert found.surface.files == 1


def test_a_layer_that_was_not_read_makes_the_image_partial_with_the_reason() -> None:
    lost = LayerContents(blob="sha256:" + "ab" * 32, diff_id="", status=Status("not_assessed", "too large"))
    found = merged(layer(DEBIAN, dpkg("bash=5")), lost)
    assert (named(found), found.status) == (["bash=5"], Status("partial", "layer abababababab: too large"))
    assert merged(lost).status.status == "not_assessed"
    assert found.diff_ids[1] == ""


def test_a_broken_database_makes_the_image_partial_until_it_is_replaced() -> None:
    broken = layer(DEBIAN, Entry(path=STATUS, data=stanza("bash=5").encode() + b"\njunk\n"))
    assert merged(broken).status.status == "partial"
    assert merged(broken, layer(dpkg("bash=5"))).status.is_ok


def test_surface_is_what_is_left_after_all_layers() -> None:
    base = layer(
        Entry(path="bin/sh", link="dash"),
        Entry(path="bin/dash", mode=0o755),
        Entry(path="usr/bin/apt", mode=0o755),
        Entry(path="usr/bin/su", mode=0o4755),
        Entry(path="usr/bin/wall", mode=0o2755),
        Entry(path="usr/bin/passwd", mode=0o4755),
    )
    upper = layer(
        whiteout("usr/bin/apt"),
        Entry(path="usr/bin/su", mode=0o755),
        Entry(path="usr/bin/gcc-12", mode=0o755),
        Entry(path="usr/bin/curl", mode=0o755),
    )
    surface = merged(base, upper).surface
    assert (surface.shells, surface.package_managers) == (["bin/dash", "bin/sh"], [])
    assert (surface.compilers, surface.network_tools) == (["usr/bin/gcc-12"], ["usr/bin/curl"])
    assert (surface.setuid_files, surface.setgid_files) == (["usr/bin/passwd"], ["usr/bin/wall"])
    assert surface.files == 7


def test_sizes_and_dates_are_of_all_layers() -> None:
    owner = Entry(path="var/lib/dpkg/info/a.list", data=b"/a\n")
    layers = [layer(owner, Entry(path="a", mtime=50)), layer(Entry(path="b", mtime=90))]
    found = merged(*layers)
    assert found.newest_owned_mtime == 50
    assert found.inflated_bytes == sum(each.inflated_bytes for each in layers)
    assert found.diff_ids == [each.diff_id for each in layers]
    assert found.digest == IMAGE


def test_an_image_without_layers_is_empty() -> None:
    assert merged().surface.files == 0


def test_merged_contents_can_be_kept_and_read_again() -> None:
    found = merged(layer(DEBIAN, dpkg("bash=5"), Entry(path="caf\udce9")), layer(whiteout("x")))
    assert msgspec.json.decode(msgspec.json.encode(found), type=ImageContents) == found
    kept = layer(DEBIAN, dpkg("bash=5"), Entry(path="usr/bin/su", mode=0o4755), opaque("a"))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(kept), type=LayerContents) == kept


def test_a_library_goes_with_its_file() -> None:
    base = with_records(layer(DEBIAN, dpkg("bash=5"), Entry(path="srv/METADATA")), library("x", "1", "srv/METADATA"))
    assert named(merged(base, layer(whiteout("srv/METADATA")))) == ["bash=5"]
    assert named(merged(base, layer(whiteout("srv")))) == ["bash=5"]


def test_the_same_library_in_two_places_is_two_packages() -> None:
    paths = ("a/METADATA", "b/METADATA")
    found = merged(with_records(layer(*(Entry(path=path) for path in paths)), *(library("x", "1", p) for p in paths)))
    assert [package.path for package in found.packages] == list(paths)


def test_what_no_package_accounts_for_is_counted() -> None:
    program = Entry(path="usr/local/bin/app", data=b"x" * 1000)
    files = Entry(path="var/lib/dpkg/info/bash.list", data=b"/bin\n/bin/bash\n")
    found = merged(layer(DEBIAN, dpkg("bash=5"), files, Entry(path="usr/bin/bash"), program))
    assert found.unowned == Unowned(files=2, bytes=1000 + len(DEBIAN.data))


LIST_OF_MANY = "app/node_modules/.package-lock.json"


def listed(name: str) -> PackageRecord:
    return PackageRecord(type="npm", database=LIST_OF_MANY, name=name, version="1", path=f"app/node_modules/{name}")


def test_a_package_of_a_list_goes_with_its_folder() -> None:
    files = [Entry(path=f"app/node_modules/{name}/index.js") for name in ("a", "b")]
    base = with_records(layer(*files, Entry(path=LIST_OF_MANY)), listed("a"), listed("b"), listed("never"))
    assert named(merged(base)) == ["a=1", "b=1"]
    assert named(merged(base, layer(whiteout("app/node_modules/b")))) == ["a=1"]


def test_a_package_that_a_list_and_its_own_file_record_is_one() -> None:
    own = "app/node_modules/a/package.json"
    both = layer(Entry(path=own), Entry(path=LIST_OF_MANY))
    record = msgspec.structs.replace(listed("a"), database=own)
    assert named(merged(with_records(both, listed("a"), record))) == ["a=1"]


def test_thousands_of_broken_files_are_said_in_a_few_words() -> None:
    paths = [f"srv/{number}" for number in range(5000)]
    found = merged(with_broken(layer(DEBIAN, dpkg("bash=5"), *(Entry(path=path) for path in paths)), *paths))
    assert found.status == Status(
        "partial",
        "srv/0: broken; srv/1: broken; srv/2: broken; 4997 more files that record packages were not read in full",
    )


def test_an_image_of_libraries_alone_is_assessed() -> None:
    found = merged(with_records(layer(Entry(path="srv/METADATA")), library("x", "1", "srv/METADATA")))
    assert (named(found), found.status.is_ok) == (["x=1"], True)


PYTHON = Entry(path="usr/bin/python3.11", data=b"\x7fELF" + bytes(60) + b"\x003.11.2\0", mode=0o755)


def test_a_program_without_a_package_is_one_itself() -> None:
    found = merged(layer(DEBIAN, dpkg("bash=5")), layer(PYTHON))
    program = next(package for package in found.packages if package.type == "generic")
    assert (program.name, program.version, program.owned_by) == ("python", "3.11.2", "")
    assert (program.ecosystem, program.purl) == ("Bitnami", "pkg:generic/python@3.11.2")


def test_a_program_of_a_package_whose_files_are_not_listed_belongs_to_it() -> None:
    found = merged(layer(DEBIAN, dpkg("python3.11=3.11.2-6", path="var/lib/dpkg/status.d/python3.11"), PYTHON))
    assert {package.name: package.owned_by for package in found.packages} == {"python3.11": "", "python": "python3.11"}

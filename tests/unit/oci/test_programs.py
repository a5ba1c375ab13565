"""Programs that write an archive are run, bounded, and ended; what they say when they fail is passed on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.archives import tar_bytes

from basewise.model.digest import sha256_of
from basewise.model.errors import ImageError, LimitExceeded, UsageError
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.oci.containers_storage import ContainersStorage
from basewise.oci.docker_daemon import DockerDaemon
from basewise.oci.interface import Opening
from basewise.oci.stored import StoredSource

LAYER = tar_bytes([("a", b"1")])
CONFIG = json.dumps({"rootfs": {"diff_ids": [sha256_of(LAYER)]}}).encode()
MANIFEST = json.dumps([{"Config": "c.json", "RepoTags": ["shop/orders:1"], "Layers": ["l.tar"]}]).encode()
ARCHIVE = tar_bytes([("c.json", CONFIG), ("l.tar", LAYER), ("manifest.json", MANIFEST)])


class Machine:
    """A machine on which the programs are installed that a test writes, and no others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        (folder / "archive.tar").write_bytes(ARCHIVE)

    def install(self, name: str, script: str) -> None:
        """A shell script that is called `name`; `$ARCHIVE` in it is an archive, and `$SEEN` a file to write to."""
        path = self.folder / "bin" / name
        head = f"#!/bin/sh\nARCHIVE={self.folder}/archive.tar\nSEEN={self.folder}/seen\nPATH=/usr/bin:/bin\n"
        path.write_text(head + script)
        path.chmod(0o755)

    @property
    def seen(self) -> list[str]:
        return (self.folder / "seen").read_text().splitlines()

    def opening(self, limits: Limits = DEFAULT_LIMITS) -> Opening:
        return Opening(scratch=self.folder / "scratch", search_path=str(self.folder / "bin"), limits=limits)

    def daemon(self, reference: str = "shop/orders:1", limits: Limits = DEFAULT_LIMITS) -> StoredSource:
        return DockerDaemon().open(reference, self.opening(limits))

    def storage(self, text: str) -> StoredSource:
        return ContainersStorage().open(text, self.opening())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


NOTE = 'printf "%s\\n" "$0" "$@" > "$SEEN"; '


def test_what_the_program_writes_is_read(machine: Machine) -> None:
    machine.install("docker", NOTE + 'exec cat "$ARCHIVE"')
    source = machine.daemon()
    assert [name for name, _ in source.tags()] == ["docker.io/shop/orders:1"]
    assert machine.seen[1:] == ["save", "--", "shop/orders:1"]
    source.close()
    assert not list((machine.folder / "scratch").iterdir())


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("podman", ["save", "--quiet", "--format", "docker-archive", "--", "localhost/orders:1"]),
        (
            "buildah",
            ["push", "--quiet", "--remove-signatures", "--", "localhost/orders:1",
             "docker-archive:/dev/stdout:localhost/orders:1"],
        ),
        (
            "skopeo",
            ["copy", "--quiet", "--remove-signatures", "containers-storage:localhost/orders:1",
             "docker-archive:/dev/stdout:localhost/orders:1"],
        ),
    ],
)  # fmt: skip
def test_a_store_is_read_by_the_program_that_is_present(machine: Machine, program: str, arguments: list[str]) -> None:
    machine.install(program, NOTE + 'exec cat "$ARCHIVE"')
    machine.storage("localhost/orders:1").close()
    assert machine.seen[1:] == arguments


@pytest.mark.parametrize("text", ["0123456789ab", "@0123456789ab", "[vfs@/var/lib/x+/run/x]@0123456789ab"])
def test_an_image_that_is_named_by_its_id_gets_no_name(machine: Machine, text: str) -> None:
    machine.install("skopeo", NOTE + 'exec cat "$ARCHIVE"')
    machine.storage(text).close()
    assert machine.seen[-2:] == [f"containers-storage:{text}", "docker-archive:/dev/stdout"]


def test_another_store_is_read_by_skopeo_alone(machine: Machine) -> None:
    machine.install("podman", 'exec cat "$ARCHIVE"')
    with pytest.raises(ImageError, match="skopeo is not installed"):
        machine.storage("[vfs@/var/lib/x]localhost/orders")


def test_a_missing_program_is_one_sentence_with_a_remedy(machine: Machine) -> None:
    with pytest.raises(ImageError) as caught:
        machine.daemon()
    assert caught.value.diagnostics() == (
        "docker-daemon:shop/orders:1 cannot be read: docker is not installed. "
        "Install docker, or save the image where it is present and name docker-archive:FILE."
    )
    with pytest.raises(ImageError, match="skopeo or podman or buildah is not installed"):
        machine.storage("orders")


def test_what_a_program_says_when_it_fails_is_passed_on(machine: Machine) -> None:
    machine.install("docker", 'echo first >&2; printf "no such image: \\033[31mx\\n\\n" >&2; exit 3')
    with pytest.raises(ImageError) as caught:
        machine.daemon()
    assert caught.value.message.endswith(r"docker ended with code 3: 'no such image: \x1b[31mx'")


def test_a_failure_in_the_middle_of_the_archive_is_the_programs(machine: Machine) -> None:
    machine.install("docker", 'head -c 900 "$ARCHIVE"; echo broke off >&2; exit 1')
    with pytest.raises(ImageError, match="docker ended with code 1: 'broke off'"):
        machine.daemon()


def test_a_failure_after_a_whole_archive_counts_too(machine: Machine) -> None:
    machine.install("docker", 'cat "$ARCHIVE"; exit 1')
    with pytest.raises(ImageError, match=r"docker ended with code 1$"):
        machine.daemon()


def test_endless_messages_are_kept_in_part(machine: Machine) -> None:
    machine.install("docker", "yes message | head -c 300000 >&2; exit 1")
    with pytest.raises(ImageError, match="message"):
        machine.daemon(limits=Limits(program_message_bytes=100))


def test_a_program_that_takes_too_long_is_stopped_with_its_children(machine: Machine) -> None:
    machine.install("docker", 'tail -f "$ARCHIVE" & wait')
    with pytest.raises(ImageError, match=r"docker took longer than 0\.5 seconds"):
        machine.daemon(limits=Limits(program_seconds=0.5))
    assert [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(machine.folder) in _text(path)] == []


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""


def test_a_program_that_writes_without_end_is_stopped(machine: Machine) -> None:
    machine.install("docker", "exec yes")
    with pytest.raises(LimitExceeded, match="spool_bytes = 1000000"):
        machine.daemon(limits=Limits(spool_bytes=1_000_000))


def test_a_program_that_writes_no_archive_is_told(machine: Machine) -> None:
    machine.install("docker", "yes | head -c 5000")
    with pytest.raises(ImageError, match="docker-daemon:shop/orders:1 cannot be read: it is no tar archive"):
        machine.daemon()
    machine.install("docker", "exit 0")
    with pytest.raises(ImageError, match="it is empty"):
        machine.daemon()


def test_a_program_that_cannot_be_started_is_told(machine: Machine) -> None:
    machine.install("docker", "")
    (machine.folder / "bin" / "docker").write_text("#!/nowhere/sh\n")
    with pytest.raises(ImageError, match="docker cannot be started"):
        machine.daemon()


@pytest.mark.parametrize("text", ["", "-o/etc/passwd", "--all", "a\nb", "a\0b"])
def test_no_name_is_taken_for_an_option(machine: Machine, text: str) -> None:
    for name in ("docker", "skopeo"):
        machine.install(name, 'exec cat "$ARCHIVE"')
    with pytest.raises(UsageError, match="names no image"):
        machine.daemon(text)
    with pytest.raises(UsageError, match="names no image"):
        machine.storage(text)
    with pytest.raises(UsageError, match="names no image"):
        machine.storage(f"[vfs@/x]{text}")

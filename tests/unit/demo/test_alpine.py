from basewise.demo import alpine
from basewise.demo.snapshots import snapshot

RELEASE = snapshot("alpine-3.18-2023-08")


def test_a_root_has_busybox_as_its_shell_and_a_database() -> None:
    entries, packages = alpine.root(RELEASE)
    files = {entry.path: entry for entry in entries}
    assert len(files) == len(entries)
    assert files["bin/sh"].link == "/bin/busybox"
    database = files["lib/apk/db/installed"].data.decode()
    assert len(database.strip().split("\n\n")) == len(packages)
    assert "P:libcrypto3\nV:3.1.2-r0\nA:x86_64\n" in database


def test_a_paragraph_names_the_origin_and_the_files() -> None:
    files = {entry.path: entry for entry in alpine.root(RELEASE)[0]}
    paragraphs = files["lib/apk/db/installed"].data.decode().strip().split("\n\n")
    libssl = next(text for text in paragraphs if text.startswith("P:libssl3\n"))
    assert "\no:openssl\n" in libssl
    assert libssl.endswith("F:lib\nR:libssl.so.3")


def test_adding_packages_writes_the_whole_database_anew() -> None:
    _, packages = alpine.root(RELEASE)
    added = alpine.install(RELEASE, packages, RELEASE.packages["node"])
    database = added[-1].data.decode()
    assert database.count("P:") == len(packages) + len(RELEASE.packages["node"])

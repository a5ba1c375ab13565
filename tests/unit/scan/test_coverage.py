"""What no package accounts for is counted, and what a library consists of is not among it."""

import pytest
from tests.unit.scan.stacks import DEBIAN, layer, merged

from basewise.demo.layout import Entry, whiteout
from basewise.model.contents import Unowned

OTHER = Entry(path="srv/other", data=b"x" * 10)
SITE = "usr/local/lib/python3.12/site-packages"
METADATA = Entry(path=f"{SITE}/six-1.16.dist-info/METADATA", data=b"Name: six\nVersion: 1.16\n")
RECORD = Entry(
    path=f"{SITE}/six-1.16.dist-info/RECORD",
    data=b'six.py,sha256=abc,9\n"six,data.txt",,\n../../../bin/six,,\n/etc/passwd,,\nsix-1.16.dist-info/RECORD,,\n',
)
PYTHON = [
    METADATA,
    RECORD,
    Entry(path=f"{SITE}/six.py", data=b"0" * 9),
    Entry(path=f"{SITE}/six,data.txt", data=b"0" * 9),
    Entry(path="usr/local/bin/six", data=b"0" * 9),
]
NPM = [
    Entry(path="app/node_modules/a/package.json", data=b'{"name": "a", "version": "1.0.0"}'),
    Entry(path="app/node_modules/a/lib/index.js", data=b"0" * 9),
]
GEM = [
    Entry(path="usr/lib/ruby/specifications/a-1.0.gemspec", data=b"# stub: a 1.0 ruby lib\n"),
    Entry(path="usr/lib/ruby/gems/a-1.0/lib/a.rb", data=b"0" * 9),
]
NOTHING = len(DEBIAN.data)


@pytest.mark.parametrize("files", [PYTHON, NPM, GEM], ids=["pip", "npm", "gem"])
def test_the_files_of_a_library_are_its_own(files: list[Entry]) -> None:
    assert merged(layer(DEBIAN, *files, OTHER)).unowned == Unowned(files=2, bytes=NOTHING + 10)


def test_a_list_that_was_removed_accounts_for_nothing() -> None:
    found = merged(layer(DEBIAN, *PYTHON), layer(whiteout(RECORD.path)))
    assert found.unowned == Unowned(files=4, bytes=NOTHING + 27)


def test_a_folder_counts_as_a_library_s_while_the_library_is_there() -> None:
    found = merged(layer(DEBIAN, *NPM), layer(whiteout("app/node_modules/a/package.json")))
    assert found.unowned == Unowned(files=2, bytes=NOTHING + 9)


def test_a_list_names_nothing_outside_of_the_image() -> None:
    outside = Entry(path=RECORD.path, data=b"../../../../../../../../etc/os-release,,\n")
    assert merged(layer(DEBIAN, METADATA, outside)).unowned == Unowned(files=1, bytes=NOTHING)

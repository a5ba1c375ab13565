import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.scan.os_release import read_os_release

DEBIAN = b"""PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"
NAME="Debian GNU/Linux"
VERSION_ID="11"
VERSION="11 (bullseye)"
VERSION_CODENAME=bullseye
ID=debian
HOME_URL="https://www.debian.org/"
"""


def test_the_identifying_fields_are_read() -> None:
    found = read_os_release("etc/os-release", DEBIAN)
    assert (found.id, found.version_id, found.version_codename) == ("debian", "11", "bullseye")
    assert (found.pretty_name, found.name) == ("Debian GNU/Linux 11 (bullseye)", "Debian GNU/Linux")
    assert found.path == "etc/os-release"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"NAME=plain", "plain"),
        (b'NAME="two words"', "two words"),
        (b"NAME='single $quoted'", "single $quoted"),
        (rb'NAME="a \"quoted\" \$word \\ \`x\`"', 'a "quoted" $word \\ `x`'),
        (b"  NAME=spaces around  ", "spaces around"),
        (b"NAME=first\nNAME=last", "last"),
        (b"NAME=unix\r\n", "unix"),
        (b"NAME=", ""),
        (b'NAME="', '"'),
        (b"# NAME=comment", ""),
        (b"name=lower", ""),
        (b"no assignment", ""),
        (b"NAME=caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_values_are_unquoted_as_a_shell_would(line: bytes, name: str) -> None:
    assert read_os_release("etc/os-release", line).name == name


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    assert read_os_release("usr/lib/os-release", data).path == "usr/lib/os-release"

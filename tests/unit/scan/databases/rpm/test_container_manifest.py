import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.scan.databases.rpm.container_manifest import read_manifest
from basewise.scan.databases.rpm.package import Fields

GLIBC = (
    b"glibc\t2.38-8.azl3\t1734000000\t1733000000\tMicrosoft Corporation\t(none)\t16000000\tx86_64\t0"
    b"\tglibc-2.38-8.azl3.src.rpm\n"
)


def test_a_line_is_a_package() -> None:
    assert list(read_manifest(GLIBC)) == [
        Fields(
            name="glibc",
            version="2.38",
            release="8.azl3",
            architecture="x86_64",
            vendor="Microsoft Corporation",
            source_rpm="glibc-2.38-8.azl3.src.rpm",
        )
    ]


def test_an_epoch_is_taken_when_there_is_one() -> None:
    (found,) = read_manifest(GLIBC.replace(b"(none)", b"3"))
    assert isinstance(found, Fields)
    assert found.epoch == "3"


@pytest.mark.parametrize(("line", "problem"), [(b"glibc\n", "1 fields of 10"), (b"a\tb\tc", "3 fields of 10")])
def test_a_line_with_too_few_fields_leaves_the_others(line: bytes, problem: str) -> None:
    found = list(read_manifest(GLIBC + b"\n" + line.rstrip(b"\n") + b"\n" + GLIBC))
    assert [isinstance(each, Fields) for each in found] == [True, False, True]
    assert found[1] == f"line 3 has {problem}"


@given(st.binary(max_size=300))
def test_any_bytes_are_lines_with_fields_or_problems(data: bytes) -> None:
    assert len(list(read_manifest(data))) == len([line for line in data.split(b"\n") if line])

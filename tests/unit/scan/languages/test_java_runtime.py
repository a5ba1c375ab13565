import pytest
from tests.unit.scan.languages.reading import packages, read

PATH = "opt/java/openjdk/release"


@pytest.mark.parametrize("version", ["17.0.9", "1.8.0_392", "21"])
def test_a_runtime_says_its_version(version: str) -> None:
    found = read(PATH, f'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="{version}"\nMODULES="java.base"\n'.encode())
    assert packages(found) == [("java", version, "opt/java/openjdk")]
    assert found.records[0].type == "generic"


@pytest.mark.parametrize("data", [b"", b"Debian 12", b"\xff\xfe", b'#JAVA_VERSION="17"', b"JAVA_VERSION=17"])
def test_other_files_of_that_name_say_nothing(data: bytes) -> None:
    found = read(PATH, data)
    assert (found.records, found.status.is_ok) == ([], True)


def test_an_empty_version_is_said() -> None:
    assert "java has no version" in read(PATH, b'JAVA_VERSION=""\n').status.reason

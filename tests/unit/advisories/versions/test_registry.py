import pytest

from basewise.advisories.versions import scheme_for


@pytest.mark.parametrize(
    ("ecosystem", "name"),
    [
        ("Debian:11", "Debian"),
        ("Debian", "Debian"),
        ("Ubuntu:22.04:LTS", "Debian"),
        ("Alpine:v3.20", "apk"),
        ("Wolfi", "apk"),
        ("Chainguard", "apk"),
        ("Alpaquita:stream", "apk"),
        ("BellSoft Hardened Containers:23", "apk"),
        ("MinimOS", "apk"),
    ],
)
def test_an_ecosystem_has_the_scheme_of_its_package_manager(ecosystem: str, name: str) -> None:
    scheme = scheme_for(ecosystem)
    assert scheme is not None
    assert scheme.name == name


@pytest.mark.parametrize("ecosystem", ["", "AlmaLinux:9", "PyPI", "debian:11", "Wolfi2"])
def test_other_ecosystems_have_none(ecosystem: str) -> None:
    assert scheme_for(ecosystem) is None

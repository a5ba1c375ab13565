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
        ("Docker Hardened Images:Alpine:3.22", "apk"),
        ("Docker Hardened Images:Debian:13", "Debian"),
        ("AlmaLinux:9", "rpm"),
        ("Rocky Linux:8", "rpm"),
        ("Red Hat:enterprise_linux:9::baseos", "rpm"),
        ("SUSE:Linux Enterprise Server 15 SP5", "rpm"),
        ("openSUSE:Leap 15.6", "rpm"),
        ("Azure Linux:3", "rpm"),
        ("PyPI", "PEP 440"),
        ("npm", "SemVer"),
        ("Go", "SemVer"),
        ("crates.io", "SemVer"),
        ("NuGet", "NuGet"),
        ("Maven", "Maven"),
        ("Maven:https://maven.google.com", "Maven"),
        ("RubyGems", "RubyGems"),
        ("Packagist:https://packages.drupal.org/8", "Composer"),
        ("Bitnami", "Bitnami"),
    ],
)
def test_an_ecosystem_has_the_scheme_of_its_package_manager(ecosystem: str, name: str) -> None:
    scheme = scheme_for(ecosystem)
    assert scheme is not None
    assert scheme.name == name


@pytest.mark.parametrize(
    "ecosystem", ["", "Hackage", "pypi", "debian:11", "Wolfi2", "Docker Hardened Images", ":Alpine"]
)
def test_other_ecosystems_have_none(ecosystem: str) -> None:
    assert scheme_for(ecosystem) is None

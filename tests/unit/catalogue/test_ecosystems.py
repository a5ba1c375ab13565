import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.versions import scheme_for
from basewise.catalogue.ecosystems import name_in, question, streams
from basewise.catalogue.loader import load
from basewise.model.advisory import PackageVersion
from basewise.model.contents import Package


def installed(ecosystem: str, version: str = "2", module: str = "") -> Package:
    return Package(
        type="deb", name="libssl3", version=version, source="openssl", source_version=f"{version}.src",
        ecosystem=ecosystem, module=module,
    )  # fmt: skip


@pytest.mark.parametrize(
    "ecosystem", ["Debian:12", "Alpine:v3.20", "Wolfi", "Rocky Linux:9", "SUSE:Linux Enterprise Server 15 SP5"]
)
def test_most_distributions_are_asked_about_the_source_package(ecosystem: str) -> None:
    assert question(installed(ecosystem)) == PackageVersion(ecosystem, "openssl", "2.src")


@pytest.mark.parametrize("ecosystem", ["AlmaLinux:9", "Red Hat:enterprise_linux:9::baseos"])
def test_some_name_the_packages_that_are_installed(ecosystem: str) -> None:
    assert question(installed(ecosystem)) == PackageVersion(ecosystem, "libssl3", "2")


def test_a_module_label_is_cut_to_name_and_stream() -> None:
    asked = question(installed("AlmaLinux:8", module="nodejs:18:8080020230718184017:63b34585"))
    assert asked.module == "nodejs:18"


@pytest.mark.parametrize(
    ("version", "ecosystem"),
    [
        ("1.1.1-1ubuntu2.1~18.04.23+esm9", "Ubuntu:Pro:18.04:LTS"),
        ("8.12.1-1ubuntu0.1~esm1", "Ubuntu:Pro:18.04:LTS"),
        ("1.1.1-1ubuntu2.1~18.04.23", "Ubuntu:18.04:LTS"),
        ("1.0-besmart1", "Ubuntu:18.04:LTS"),
    ],
)
def test_a_build_of_ubuntu_pro_is_asked_about_in_its_own_stream(version: str, ecosystem: str) -> None:
    package = Package(
        type="deb", name="a", version=version, source="a", source_version=version, ecosystem="Ubuntu:18.04:LTS"
    )
    assert question(package).ecosystem == ecosystem


@pytest.mark.parametrize(
    ("ecosystem", "name", "expected"),
    [
        ("PyPI", "Zope.Interface", "zope-interface"),
        ("PyPI", "a__b-._c", "a-b-c"),
        ("NuGet", "Newtonsoft.Json", "newtonsoft.json"),
        ("Packagist", "Symfony/Yaml", "symfony/yaml"),
        ("npm", "ExtJS", "ExtJS"),
        ("Go", "github.com/Masterminds/goutils", "github.com/Masterminds/goutils"),
        ("Maven", "org.apache.logging.log4j:log4j-core", "org.apache.logging.log4j:log4j-core"),
        ("RubyGems", "RedCloth", "RedCloth"),
        ("AlmaLinux:9", "ModemManager", "ModemManager"),
    ],
)
def test_names_are_folded_where_the_registry_folds_them(ecosystem: str, name: str, expected: str) -> None:
    assert name_in(ecosystem, name) == expected


@given(st.sampled_from(["PyPI", "NuGet", "Packagist", "npm"]), st.text(max_size=20))
def test_a_folded_name_stays_what_it_is(ecosystem: str, name: str) -> None:
    once = name_in(ecosystem, name)
    assert name_in(ecosystem, once) == once


KNOWN = [
    "Debian:12",
    "Red Hat:enterprise_linux:8::appstream",
    "Red Hat:enterprise_linux:9::appstream",
    "Red Hat:enterprise_linux:9::baseos",
    "Red Hat:enterprise_linux:10.0",
    "Red Hat:enterprise_linux:10.1",
    "Red Hat:rhel_eus:9.2::appstream",
    "SUSE:Linux Enterprise Module for Basesystem 15 SP5",
    "SUSE:Linux Enterprise Module for Basesystem 15 SP6",
    "SUSE:Linux Enterprise Server 15 SP5-LTSS",
    "SUSE:Linux Enterprise High Performance Computing 15 SP5-LTSS",
    "SUSE:Linux Enterprise Server 16.0",
    "Ubuntu:22.04:LTS",
    "Ubuntu:Pro:22.04:LTS",
    "Ubuntu:Pro:FIPS:22.04:LTS",
    "openSUSE:Leap 15.6",
    "openSUSE:Leap 15.6 NonFree",
]


@pytest.mark.parametrize(
    ("ecosystem", "others"),
    [
        ("Debian:12", []),
        ("PyPI", []),
        ("Ubuntu:22.04:LTS", ["Ubuntu:Pro:22.04:LTS"]),
        ("Ubuntu:Pro:22.04:LTS", ["Ubuntu:22.04:LTS"]),
        ("Ubuntu:24.10", []),
        ("Red Hat:enterprise_linux:9::baseos", ["Red Hat:enterprise_linux:9::appstream"]),
        ("Red Hat:enterprise_linux:10.0", ["Red Hat:enterprise_linux:10.1"]),
        (
            "SUSE:Linux Enterprise Server 15 SP5",
            ["SUSE:Linux Enterprise Module for Basesystem 15 SP5", "SUSE:Linux Enterprise Server 15 SP5-LTSS"],
        ),
        ("openSUSE:Leap 15.6", ["openSUSE:Leap 15.6 NonFree"]),
    ],
)
def test_a_release_has_the_streams_that_speak_of_its_packages(ecosystem: str, others: list[str]) -> None:
    assert streams(ecosystem, KNOWN) == [ecosystem, *others]


def test_every_rule_has_a_source_a_date_and_a_status() -> None:
    rules = load("ecosystems")
    for rule in [*rules["binary_names"], *rules["streams"]]:
        assert rule["source"]
        assert rule["date"].isoformat()
        assert rule["status"] in {"confirmed", "unconfirmed"}


def test_every_stream_is_of_an_ecosystem_that_can_be_put_in_order() -> None:
    for rule in load("ecosystems")["streams"]:
        assert scheme_for(re.split(r"[(:]", rule["of"])[0]) is not None


def test_every_distribution_leads_to_an_ecosystem_that_can_be_put_in_order() -> None:
    for entry in load("distributions")["distributions"]:
        for rule in entry["ecosystems"]:
            assert scheme_for(rule["ecosystem"]) is not None, entry["id"]

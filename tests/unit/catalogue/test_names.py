from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.catalogue.end_of_life import code_names, lifecycle
from basewise.catalogue.loader import load
from basewise.catalogue.names import distribution_told
from basewise.model.reference import Reference

NAMES = load("names")


def told(text: str) -> tuple[str, str] | None:
    """The distribution and the release as the catalogue writes it."""
    found = distribution_told(Reference.parse(text))
    if found is None:
        return None
    known = lifecycle(*found)
    assert known is not None
    return found.distribution, known.version


@pytest.mark.parametrize(
    ("reference", "release"),
    [
        ("debian:10", ("debian", "10")),
        ("debian:10.13-slim", ("debian", "10")),
        ("debian:buster-20220101-slim", ("debian", "10")),
        ("python:3.9-slim-buster", ("debian", "10")),
        ("gcr.io/distroless/static-debian11:nonroot", ("debian", "11")),
        ("bitnami/redis:6.2.7-debian-11-r5", ("debian", "11")),
        ("mirror.example/hub/library/debian:9", ("debian", "9")),
        ("ubuntu:20.04", ("ubuntu", "20.04")),
        ("ubuntu:focal-20230101", ("ubuntu", "20.04")),
        ("nvidia/cuda:12.4.1-base-ubuntu22.04", ("ubuntu", "22.04")),
        ("eclipse-temurin:17-jdk-jammy", ("ubuntu", "22.04")),
        ("alpine:3.15.4", ("alpine", "3.15")),
        ("alpine:edge", ("alpine", "edge")),
        ("node:18-alpine3.18", ("alpine", "3.18")),
        ("node:20-alpine", None),
        ("centos:7", ("centos", "7")),
        ("centos:centos7.9.2009", ("centos", "7")),
        ("quay.io/centos/centos:stream9", ("centos", "9")),
        ("registry.access.redhat.com/ubi8/ubi-minimal:8.6", ("rhel", "8")),
        ("registry.access.redhat.com/ubi9-minimal", ("rhel", "9")),
        ("amazonlinux:2.0.20220101.0", ("amzn", "2")),
        ("amazoncorretto:17-al2023", ("amzn", "2023")),
        ("opensuse/leap:15.4", ("opensuse-leap", "15.4")),
        ("registry.suse.com/bci/bci-base:15.5", ("sles", "15.5")),
        ("mcr.microsoft.com/dotnet/sdk:6.0-cbl-mariner2.0", ("mariner", "2.0")),
        ("python:3.12", None),
        ("debian", None),
        ("debian:stable-slim", None),
        ("registry.example/app:1.2-testing", None),
        ("registry.example/debian:42", None),
        ("groovy:4.0-jdk8", None),
    ],
)
def test_a_name_tells_the_distribution_that_it_holds_and_no_other(
    reference: str, release: tuple[str, str] | None
) -> None:
    assert told(reference) == release


@pytest.mark.parametrize("entry", [*NAMES["images"], *NAMES["words"]], ids=lambda entry: entry["source"])
def test_every_name_leads_to_a_distribution_with_dates(entry: dict[str, str]) -> None:
    assert entry["distribution"] in {one["id"] for one in load("end_of_life")["distributions"]}
    assert entry["source"].startswith("https://")
    assert entry["status"] in {"confirmed", "secondary"}


def test_code_names_are_those_of_releases_that_have_an_end() -> None:
    assert code_names()["buster"] == "debian"
    assert code_names()["focal"] == "ubuntu"
    assert "sid" not in code_names()


@given(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,40}", fullmatch=True))
def test_any_tag_is_answered(tag: str) -> None:
    found = distribution_told(Reference("registry.example", "a/b", tag))
    assert found is None or lifecycle(*found) is not None

from __future__ import annotations

import msgspec
from tests import documents

from basewise.model.evidence import Answer
from basewise.model.inventory import DistributionLife, Inheritors, SeverityCounts
from basewise.render.inventory.backlog import (
    COLUMNS,
    Row,
    backlog,
    details,
    distribution,
    driver_sentence,
    end_of_life_ids,
    inheritors,
    leading_drivers,
    outcome,
    reason,
    title,
)


def cells(row: Row) -> dict[str, str]:
    return {column.header: column.cell(row) for column in COLUMNS}


def test_bases_that_run_are_ranked_below_the_unidentified_and_builders_are_apart() -> None:
    rows = backlog(documents.inventory())
    assert [(row.rank, title(row.base)[:12]) for row in rows.production] == [
        (None, "unidentified"),
        (1, "python:3.11-"),
        (2, "nginx:1.25"),
        (3, "=cmd|'/c cal"),
        (4, "registry.tes"),
    ]
    assert [row.base.reference for row in rows.builders] == ["golang:1.22"]


def test_an_assessed_base_shows_its_figures() -> None:
    shown = cells(Row(documents.PYTHON, 1))
    assert shown == {
        "#": "1",
        "base": "python:3.11-slim-bullseye",
        "distro": "debian 11 EOL",
        "inherited by": "40 workloads (52)",
        "crit": "0",
        "high": "2",
        "med": "7",
        "low": "3",
        "unkn": "1",
        "KEV": "1",
        "fix": "9",
        "age": "774",
        "lead": "400",
        "score": "812.5",
    }


def test_a_base_that_could_not_be_read_shows_no_zero() -> None:
    shown = cells(Row(documents.MISSING, 4))
    figures = {"distro", "crit", "high", "med", "low", "unkn", "KEV", "fix", "age", "lead", "score"}
    assert {shown[header] for header in figures} == {"?"}


def test_a_base_without_counted_packages_was_not_assessed_whatever_its_status_says() -> None:
    silent = msgspec.structs.replace(documents.MISSING, status="ok", reason="")
    assert outcome(silent) == "not_assessed"
    assert reason(silent) == "no image of this base could be read"
    assert cells(Row(silent, 1))["crit"] == "?"


def test_figures_of_a_base_read_in_part_are_lower_bounds() -> None:
    shown = cells(Row(documents.NGINX, 2))
    assert (shown["crit"], shown["high"], shown["lead"]) == ("≥1", "≥0", "≥10")
    assert details(documents.NGINX)[-1] == "assessed in part: layer 3 ended too early"


def test_end_of_life_is_marked_and_doubt_about_it_too() -> None:
    doubtful = DistributionLife(id="acme", version="1", eol=Answer("unknown", "not in the catalogue"))
    assert distribution(documents.PYTHON) == "debian 11 EOL"
    assert distribution(documents.NGINX) == "debian 12"
    assert distribution(msgspec.structs.replace(documents.NGINX, distro=doubtful)) == "acme 1 EOL?"


def test_inheritors_say_what_they_are() -> None:
    lines = Inheritors(count=1, kind="Dockerfiles", confidence=0.5, names=["api/Dockerfile:3"])
    dockerfile = msgspec.structs.replace(documents.NGINX, inheritors=lines)
    assert inheritors(dockerfile) == "1 Dockerfile"
    assert inheritors(documents.GOLANG) == "none"
    assert inheritors(documents.NGINX) == "1 workload"


def test_details_name_the_first_inheritors_and_the_method_of_the_age() -> None:
    assert details(documents.PYTHON) == [
        "inherited by shop/Deployment/service-00, shop/Deployment/service-01, shop/Deployment/service-02 and 37 more",
        "last rebuilt 2024-10-10, by newest file that a package owns",
    ]


def test_a_driver_says_how_bad_how_far_and_what_helps() -> None:
    assert driver_sentence(documents.OPENSSL, frozenset()) == (
        "openssl 1.1.1n-0+deb11u3: high, KEV, 40 inheritors, blast 400, fixed in 1.1.1n-0+deb11u4, "
        "CVE-2023-0286 CVE-2022-4450"
    )


def test_a_driver_of_many_vulnerabilities_counts_the_rest() -> None:
    kernel = msgspec.structs.replace(
        documents.OPENSSL,
        vulnerabilities=[f"CVE-{n}" for n in range(10)],
        vulnerability_count=500,
        fixed_in="",
        kev=False,
    )
    assert driver_sentence(kernel, frozenset()).endswith("no fix known, CVE-0 CVE-1 CVE-2 and 497 more")


def test_the_end_of_support_is_no_package_with_a_fix() -> None:
    ended = end_of_life_ids(documents.inventory())
    assert driver_sentence(documents.END_OF_LIFE, ended) == "debian 11: end of life, 40 inheritors, blast 400"


def test_a_driver_of_unknown_severity_says_so() -> None:
    unrated = msgspec.structs.replace(documents.OPENSSL, severity="unknown")
    assert ": severity unknown, KEV" in driver_sentence(unrated, frozenset())


def test_a_base_with_only_zeros_shows_them_when_it_was_assessed() -> None:
    clean = msgspec.structs.replace(documents.PYTHON, severity_counts=SeverityCounts(), kev=0, fixable=0, lead=0.0)
    assert {cells(Row(clean, 1))[header] for header in ("crit", "high", "KEV", "fix", "lead")} == {"0"}


def test_what_weighs_nothing_is_no_driver() -> None:
    negligible = msgspec.structs.replace(documents.OPENSSL, severity="negligible", blast=0.0)
    base = msgspec.structs.replace(documents.PYTHON, drivers=[documents.OPENSSL, negligible])
    assert leading_drivers(base) == [documents.OPENSSL]

from __future__ import annotations

import msgspec
from tests import documents

from basewise.model.digest import sha256_of
from basewise.model.evidence import Answer
from basewise.model.inventory import DistributionLife, Inheritors, OwnOccurrence, SeverityCounts
from basewise.model.repository import FirstIntroduced
from basewise.render.inventory.backlog import (
    COLUMNS,
    Row,
    backlog,
    details,
    distribution,
    driver_sentence,
    drivers_title,
    end_of_life_ids,
    explained,
    explanation,
    inheritors,
    leading_drivers,
    outcome,
    own_findings,
    reason,
    title,
    why_no_drivers,
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


def test_since_when_a_base_is_named_is_a_sentence_with_its_file_and_method() -> None:
    first = FirstIntroduced("2023-04-02T09:30:00Z", "git", "services/orders/Dockerfile", "c0ffee")
    known = msgspec.structs.replace(documents.PYTHON, first_introduced=first)
    assert "first named 2023-04-02 in services/orders/Dockerfile (git)" in details(known)
    cut = msgspec.structs.replace(first, method="git-shallow")
    unsure = msgspec.structs.replace(documents.PYTHON, first_introduced=cut)
    assert "first named 2023-04-02 or earlier in services/orders/Dockerfile (git-shallow)" in details(unsure)


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
    assert inheritors(documents.GOLANG) == "builder stages"
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


def test_a_driver_counts_what_its_fix_leaves_open() -> None:
    some = msgspec.structs.replace(documents.OPENSSL, unfixed=1)
    none = msgspec.structs.replace(documents.OPENSSL, unfixed=2, fixed_in="")
    assert ", fixed in 1.1.1n-0+deb11u4 (all but 1), CVE-" in driver_sentence(some, frozenset())
    assert ", no fix known, CVE-" in driver_sentence(none, frozenset())


def test_a_base_without_open_findings_says_that_there_is_none() -> None:
    clean = msgspec.structs.replace(documents.PYTHON, drivers=[])
    negligible = msgspec.structs.replace(documents.OPENSSL, severity="negligible", weight=0.0, blast=0.0)
    harmless = msgspec.structs.replace(documents.PYTHON, drivers=[negligible])
    for base in (clean, harmless, documents.EMPTY):
        assert why_no_drivers(base) == "no open finding that weighs anything"


def test_findings_without_blast_say_whom_they_miss() -> None:
    idle = msgspec.structs.replace(documents.OPENSSL, inheritors=0, blast=0.0)
    upgraded = msgspec.structs.replace(documents.PYTHON, drivers=[idle])
    unused = msgspec.structs.replace(upgraded, inheritors=Inheritors(count=0, kind="none", confidence=1.0))
    assert why_no_drivers(upgraded) == "has open findings, and no inheritor carries them any more"
    assert why_no_drivers(unused) == "has open findings, and nobody inherits it directly"
    assert explanation(unused, frozenset())[-1] == why_no_drivers(unused)


def test_a_base_that_was_not_assessed_is_not_said_to_be_clean() -> None:
    for base in (documents.MISSING, documents.NGINX):
        assert why_no_drivers(base) == ""
    assert explanation(documents.MISSING, frozenset())[-1] == "not assessed: no source has it"


def test_an_explanation_shows_the_first_drivers_and_counts_the_rest() -> None:
    drivers = [msgspec.structs.replace(documents.OPENSSL, source_package=f"p{number}") for number in range(5)]
    sentences = explanation(msgspec.structs.replace(documents.PYTHON, drivers=drivers), frozenset())
    assert [sentence.split()[0] for sentence in sentences] == ["inherited", "last", "p0", "p1", "p2", "and"]
    assert sentences[-1] == "and 2 more source packages"


def test_a_long_backlog_explains_its_first_bases_and_says_so() -> None:
    assert drivers_title(backlog(documents.inventory())) == "What drives them"
    many = [msgspec.structs.replace(documents.NGINX, id=f"registry.test/base:{number}") for number in range(11)]
    rows = backlog(msgspec.structs.replace(documents.inventory(), bases=many))
    assert drivers_title(rows) == "What drives the first 10"
    assert [row.base.id for row in explained(rows)] == [base.id for base in many[:10]]


def test_an_end_of_life_is_scored_where_no_package_could_be_judged() -> None:
    shown = cells(Row(documents.ENDED_UNJUDGED, 1))
    assert (shown["lead"], shown["score"]) == ("≥20", "≥20")
    assert {shown[header] for header in ("crit", "high", "med", "low", "unkn", "KEV", "fix")} == {"?"}
    assert explanation(documents.ENDED_UNJUDGED, frozenset({"EOL-centos-7"}))[1:] == [
        "not assessed: 148 of 148 packages: their distribution is not in OSV's list of ecosystems",
        "centos 7: end of life, 2 inheritors, blast 20",
    ]


def test_the_empty_base_is_assessed_and_has_nothing_in_it() -> None:
    shown = cells(Row(documents.EMPTY, 1))
    assert (shown["base"], shown["distro"], shown["age"]) == ("scratch", "none", "?")
    assert {shown[header] for header in ("crit", "high", "med", "low", "unkn", "KEV", "fix", "lead", "score")} == {"0"}


def test_an_images_own_findings_are_counted_by_severity_worst_image_first() -> None:
    row, finding = documents.image_row(), documents.OWN_FINDING
    images = [
        msgspec.structs.replace(row, digest=sha256_of(name.encode()), references=[f"{name}:1"], status="ok")
        for name in ("mild", "severe", "clean")
    ]
    mild, severe, _ = (image.digest for image in images)
    at = {image: OwnOccurrence(image, documents.LAYERS[1]) for image in (mild, severe)}
    low = msgspec.structs.replace(finding, severity=documents.MILD_FINDING.severity, own=[at[mild], at[severe]])
    critical = msgspec.structs.replace(finding, own=[at[severe]])
    fleet = msgspec.structs.replace(documents.inventory(), images=images, findings=[low, critical])
    assert own_findings(fleet) == ["severe:1: 1 critical, 1 low", "mild:1: 1 low"]


def test_own_findings_of_an_image_read_in_part_are_lower_bounds() -> None:
    assert own_findings(documents.inventory()) == ["registry.test/shop/orders:1.4.2: ≥1 critical"]


def test_own_findings_of_many_images_are_cut_and_counted() -> None:
    row = documents.image_row()
    images = [msgspec.structs.replace(row, digest=f"sha256:{n:064}", references=[f"x:{n}"]) for n in range(12)]
    own = [OwnOccurrence(image.digest, documents.LAYERS[1]) for image in images]
    fleet = msgspec.structs.replace(
        documents.inventory(), images=images, findings=[msgspec.structs.replace(documents.OWN_FINDING, own=own)]
    )
    lines = own_findings(fleet)
    assert len(lines) == 11
    assert lines[-1] == "and 2 more images: see own in findings with --format json"

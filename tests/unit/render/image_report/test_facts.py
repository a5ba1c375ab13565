from __future__ import annotations

import msgspec
from tests import documents

from basewise.model.image_report import ImageReport
from basewise.model.inventory import BaseCandidate, BaseOccurrence, ImageRow, NotAssessed, Weights
from basewise.render.image_report.facts import STEP_LENGTH, finding_rows, image_facts, layer_rows, library_rows


def facts(report: ImageReport) -> dict[str, str]:
    return dict(image_facts(report))


def test_findings_are_sorted_worst_first() -> None:
    order = [row.finding.vulnerability for row in finding_rows(documents.image_report())]
    assert order == ["EOL-debian-11", "CVE-2023-38545", "CVE-2023-0286", "CVE-2099-0001", "CVE-2011-4116"]


def test_an_exploited_finding_stands_above_others_of_its_severity() -> None:
    quiet = msgspec.structs.replace(documents.SSL_FINDING, vulnerability="CVE-2000-0001", kev=None)
    report = msgspec.structs.replace(documents.image_report(), findings=[quiet, documents.SSL_FINDING])
    assert [row.finding.vulnerability for row in finding_rows(report)] == ["CVE-2023-0286", "CVE-2000-0001"]


def test_each_finding_names_its_layer_and_whose_it_is() -> None:
    rows = {row.finding.source_package: (row.origin, row.layer) for row in finding_rows(documents.image_report())}
    assert rows == {
        "openssl": ("base", 1),
        "zlib": ("base", 1),
        "perl": ("base", 1),
        "curl": ("own", 2),
        "debian": ("base", None),
    }


def test_a_finding_that_names_this_image_nowhere_has_no_origin() -> None:
    report = documents.image_report()
    stranger = msgspec.structs.replace(documents.SSL_FINDING, bases=[])
    assert finding_rows(msgspec.structs.replace(report, findings=[stranger]))[0].origin == "unknown"


def test_layers_tell_base_from_own_and_what_each_brought() -> None:
    rows = layer_rows(documents.image_report())
    assert [(row.number, row.origin, row.packages) for row in rows] == [
        (1, "base", "2"),
        (2, "own", "2"),
        (3, "own", "?"),
    ]


def test_an_image_without_known_base_has_layers_of_unknown_origin() -> None:
    report = documents.image_report()
    baseless = msgspec.structs.replace(report, image=msgspec.structs.replace(report.image, base=None))
    assert {row.origin for row in layer_rows(baseless)} == {"unknown"}
    assert facts(baseless)["base"] == "?"


def test_counts_of_a_report_with_gaps_are_lower_bounds() -> None:
    assert facts(documents.image_report())["findings"] == (
        "≥1 critical, ≥1 high, ≥0 medium, ≥1 low, ≥0 negligible, ≥1 unknown"
    )
    whole = msgspec.structs.replace(
        documents.image_report(), not_assessed=[], image=msgspec.structs.replace(documents.image_row(), status="ok")
    )
    assert facts(whole)["findings"].startswith("1 critical, 1 high, 0 medium")
    assert facts(whole)["packages"] == "3"


def test_an_image_that_sets_no_user_runs_as_root() -> None:
    assert facts(documents.image_report())["user"] == "root (none set)"


def test_words_of_a_command_keep_their_borders() -> None:
    assert facts(documents.image_report())["entrypoint"] == "python -m 'orders service'"


def test_an_image_that_could_not_be_read_shows_no_zero_and_no_none() -> None:
    gone = ImageRow(digest="", references=["x:1"], status="not_assessed", reason="no source has it")
    report = ImageReport(
        generated_at=documents.NOW,
        tool=documents.TOOL,
        image=gone,
        not_assessed=[NotAssessed("image", "x:1", "not_assessed", "no source has it")],
    )
    shown = facts(report)
    assert {
        shown[label] for label in ("digest", "created", "size", "distribution", "base", "packages", "findings")
    } == {"?"}
    assert shown["status"] == "not assessed: no source has it"
    assert "shells" not in shown


def test_findings_are_weighed_as_the_audit_weighed_them() -> None:
    report = msgspec.structs.replace(
        documents.image_report(), findings=[documents.OWN_FINDING, documents.SSL_FINDING], weights=Weights(kev_factor=3)
    )
    order = [row.finding.vulnerability for row in finding_rows(report)]
    assert order == ["CVE-2023-0286", "CVE-2023-38545"]  # a High at three times its weight, a Critical at its own


def test_a_finding_of_the_base_that_this_image_replaced_is_not_from_its_base() -> None:
    elsewhere = [BaseOccurrence(documents.PYTHON.id, documents.PYTHON.digests[0], documents.LAYERS[0], [])]
    replaced = msgspec.structs.replace(documents.SSL_FINDING, bases=elsewhere)
    report = msgspec.structs.replace(documents.image_report(), findings=[replaced])
    assert finding_rows(report)[0].origin == "unknown"


def test_a_base_is_named_as_people_write_it() -> None:
    base = msgspec.structs.replace(
        documents.image_row().base,
        candidates=[BaseCandidate("docker.io/library/python:3.11-slim", "layer-chain", 0.5, 1)],
    )
    report = documents.image_report()
    shown = facts(msgspec.structs.replace(report, image=msgspec.structs.replace(report.image, base=base)))["base"]
    assert shown.startswith("python:3.11-slim-bullseye (")
    assert shown.endswith("; or python:3.11-slim")


def test_an_attack_surface_that_nobody_saw_is_not_said_to_be_none() -> None:
    report = documents.image_report()
    shown = facts(msgspec.structs.replace(report, image=msgspec.structs.replace(report.image, surface=None)))
    assert shown["attack surface"] == "?"
    assert "shells" not in shown


def test_packages_that_nobody_counted_are_a_question_mark() -> None:
    report = documents.image_report()
    uncounted = msgspec.structs.replace(report.image, packages=None)
    assert facts(msgspec.structs.replace(report, image=uncounted))["packages"] == "?"


def test_a_long_build_step_is_shortened() -> None:
    report = documents.image_report()
    layer = msgspec.structs.replace(report.image.layers[0], created_by="RUN " + "x" * 500)
    row = layer_rows(msgspec.structs.replace(report, image=msgspec.structs.replace(report.image, layers=[layer])))[0]
    assert len(row.created_by) == STEP_LENGTH
    assert row.created_by.endswith("…")


def test_libraries_that_count_for_themselves_stand_before_those_of_the_system() -> None:
    rows = library_rows(documents.image_report())
    assert [(row.name, row.owned_by, row.rule) for row in rows] == [
        ("org.acme:orders", "", "manifest"),
        ("acorn", "node-acorn", ""),
    ]


def test_what_no_package_accounts_for_is_said() -> None:
    assert facts(documents.image_report())["files of no package"] == "12, 5.0 MiB"

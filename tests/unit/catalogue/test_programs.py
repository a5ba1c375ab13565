"""Rules for programs are complete, and named as Bitnami's real feed names them."""

import json
import os
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from basewise.catalogue.libraries import ecosystem_of_library, purl_of_library
from basewise.catalogue.programs import file_names, go_rules, names_without_advisories, program_rules
from basewise.model.contents import PackageRecord

RULES = program_rules()


@pytest.fixture(scope="module")
def bitnami() -> set[str]:
    """Names of the packages in OSV's Bitnami feed."""
    folder = os.environ.get("BASEWISE_TEST_DATA")
    if not folder:
        pytest.skip("BASEWISE_TEST_DATA does not name a directory with advisories")
    with zipfile.ZipFile(Path(folder) / "osv" / "Bitnami" / "all.zip") as archive:
        records = [json.loads(archive.read(name)) for name in archive.namelist()]
    return {affected["package"]["name"] for record in records for affected in record.get("affected", [])}


def test_names_are_those_of_the_feed(bitnami: set[str]) -> None:
    assert {rule.name for rule in RULES if rule.advisories == "Bitnami"} <= bitnami
    assert {rule.name for rule in go_rules().values() if rule.name} <= bitnami


def test_programs_without_advisories_are_not_in_the_feed(bitnami: set[str]) -> None:
    assert names_without_advisories().isdisjoint(bitnami)


def test_rules_are_dated_and_sourced() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in [*RULES, *go_rules().values()]:
        assert rule.source
        assert rule.date <= date(2026, 12, 31)


def test_what_stands_near_a_version_is_in_the_example() -> None:
    for rule in RULES:
        line = re.fullmatch(rule.files, rule.example_file)
        assert line is not None, rule.id
        assert rule.near.format_map(line.groupdict()) in rule.example.replace("\\0", "\0"), rule.id
        assert file_names().fullmatch(rule.example_file), rule.id


def test_what_the_content_tells_is_all_that_the_name_may_leave_out() -> None:
    telling = [rule for rule in RULES if rule.told_by]
    assert telling
    for rule in telling:
        assert set(re.compile(rule.told_by).groupindex) == set(re.compile(rule.files).groupindex), rule.id


def test_a_program_is_asked_about_in_bitnamis_feed_or_nowhere() -> None:
    assert ecosystem_of_library("generic", "python") == "Bitnami"
    assert ecosystem_of_library("generic", "bash") == ""
    python = PackageRecord(type="generic", database="usr/bin/python3.9", name="python", version="3.9.2")
    assert purl_of_library(python) == "pkg:generic/python@3.9.2"

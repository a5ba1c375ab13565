import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.osv import decode, finding_ids


def ids(number: str, **fields: Any) -> list[tuple[str, list[str]]]:
    return finding_ids(decode(json.dumps({"id": number, **fields}).encode()))


@pytest.mark.parametrize("number", ["DEBIAN-CVE-2024-1234", "ALPINE-CVE-2024-1234", "CGA-2226-xp9v-hr6r", "BELL-CVE-1"])
def test_a_distributions_record_is_the_cve_upstream_of_it(number: str) -> None:
    assert ids(number, upstream=["CVE-2024-1234"]) == [("CVE-2024-1234", [])]


def test_a_ghsa_beside_the_cve_is_its_other_name() -> None:
    found = ids("CGA-2226-xp9v-hr6r", upstream=["GHSA-2345-6789-cfgh", "CVE-2024-1234"])
    assert found == [("CVE-2024-1234", ["GHSA-2345-6789-cfgh"])]


def test_a_notice_of_several_cves_is_one_finding_for_each() -> None:
    found = ids("DSA-1-1", upstream=["CVE-2024-2222", "CVE-2024-1111", "CVE-2024-2222"])
    assert found == [("CVE-2024-1111", []), ("CVE-2024-2222", [])]


@pytest.mark.parametrize("number", ["ALSA-2024:1", "ALBA-2024:1", "ALEA-2024:1"])
def test_almalinux_names_its_cves_as_related(number: str) -> None:
    found = ids(number, related=["CVE-2024-1111", "CVE-2024-2222"])
    assert [name for name, _ in found] == ["CVE-2024-1111", "CVE-2024-2222"]


def test_elsewhere_related_names_only_relatives() -> None:
    assert ids("GO-2024-1", related=["CVE-2024-1111"]) == [("GO-2024-1", [])]


@pytest.mark.parametrize(
    "number", ["DSA-4958-1", "DLA-3890-1", "ALBA-2019:0973", "ALEA-2021:1", "RHBA-2024:1", "SUSE-RU-2024:1-1"]
)
def test_an_update_notice_without_cve_is_no_finding(number: str) -> None:
    assert ids(number, upstream=[], related=[]) == []


def test_a_security_notice_without_cve_is_a_finding_of_its_own() -> None:
    assert ids("ALSA-2024:2950", related=[]) == [("ALSA-2024:2950", [])]


def test_aliases_are_one_vulnerability_under_its_cve() -> None:
    found = ids("GO-2020-1", aliases=["GHSA-2345-6789-cfgh", "CVE-2020-36567"])
    assert found == [("CVE-2020-36567", ["GHSA-2345-6789-cfgh", "GO-2020-1"])]


def test_two_cves_in_aliases_are_one_finding_too() -> None:
    found = ids("GO-2020-1", aliases=["CVE-2020-2222", "CVE-2020-1111"])
    assert found == [("CVE-2020-1111", ["CVE-2020-2222", "GO-2020-1"])]


def test_without_cve_the_ghsa_names_the_finding() -> None:
    assert ids("PYSEC-2024-1", aliases=["GHSA-2345-6789-cfgh"]) == [("GHSA-2345-6789-cfgh", ["PYSEC-2024-1"])]
    assert ids("GHSA-2345-6789-cfgh", aliases=["GO-2024-1"]) == [("GHSA-2345-6789-cfgh", ["GO-2024-1"])]
    assert ids("CGA-2226-xp9v-hr6r", upstream=["GHSA-2345-6789-cfgh"]) == [("GHSA-2345-6789-cfgh", [])]


def test_with_neither_the_record_names_it() -> None:
    assert ids("PYSEC-2024-1", aliases=["MAL-2024-1"]) == [("PYSEC-2024-1", ["MAL-2024-1"])]
    assert ids("CVE-2007-01-09") == [("CVE-2007-01-09", [])]  # looks like a CVE and is none


def test_a_record_that_is_a_cve_is_that_cve() -> None:
    assert ids("CVE-2024-1111", aliases=["CVE-2024-2222"]) == [("CVE-2024-1111", ["CVE-2024-2222"])]


def test_null_is_an_empty_list_and_unknown_fields_are_ignored() -> None:
    record = decode(b'{"id": "GO-1", "aliases": null, "affected": null, "future": {"a": [1]}}')
    assert finding_ids(record) == [("GO-1", [])]


def test_free_form_fields_may_hold_anything() -> None:
    record = decode(
        b'{"id": "A-1", "database_specific": {"severity": [1]}, "affected": [{"ecosystem_specific": {"urgency": {}}}]}'
    )
    assert record.affected is not None


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b'{"id": 1}', b'{"id": "\xff"}', b'{"id": "\\ud800"}', b'{"id":"x","y":' + b"[" * 10**6],
    ids=["nothing", "cut", "list", "no id", "number", "bad UTF-8", "lone surrogate", "nested"],
)
def test_what_is_no_record_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(data)


@given(st.binary(max_size=60))
def test_any_bytes_decode_or_are_a_value_error(data: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(finding_ids(decode(data)), list)

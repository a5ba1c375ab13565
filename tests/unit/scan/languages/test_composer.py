import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.scan.languages.reading import is_wanted, packages, read

from basewise.model.limits import Limits

PATH = "srv/app/vendor/composer/installed.json"
MONOLOG = {"name": "monolog/monolog", "version": "2.9.1", "version_normalized": "2.9.1.0", "type": "library"}


def found_in(value: Any) -> list[tuple[str, str, str]]:
    return packages(read(PATH, json.dumps(value).encode()))


def test_both_forms_are_read() -> None:
    expected = [("monolog/monolog", "2.9.1", "srv/app/vendor/monolog/monolog")]
    assert found_in([MONOLOG]) == expected
    assert found_in({"packages": [MONOLOG | {"install-path": "../monolog/monolog"}], "dev": True}) == expected


def test_a_package_lies_where_it_says() -> None:
    assert found_in({"packages": [MONOLOG | {"install-path": "../../lib/log"}]})[0][2] == "srv/app/lib/log"
    assert found_in({"packages": [MONOLOG | {"install-path": None}]})[0][2] == "srv/app/vendor/monolog/monolog"
    assert found_in({"packages": [MONOLOG | {"install-path": "/../../../../.."}]})[0][2].endswith("monolog/monolog")


def test_a_branch_is_a_version_and_a_placeholder_is_none() -> None:
    assert found_in([MONOLOG | {"version": "dev-main"}])[0][1] == "dev-main"
    assert found_in([MONOLOG | {"version": "1.0.0+no-version-set"}]) == []


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        ({"name": "acme/odd", "version": None}, "acme/odd"),
        ({"name": 1, "version": "1"}, "entry 2"),
        ({"name": "acme/odd", "version": "1", "install-path": []}, "acme/odd"),
        ([], "entry 2"),
        ({"name": "n" * 9999, "version": None}, "n" * 80 + " cannot"),
    ],
)
@pytest.mark.parametrize("form", [list, lambda packages: {"packages": packages}])
def test_one_odd_entry_takes_no_other_with_it(form: Callable[[Any], Any], odd: Any, named: str) -> None:
    found = read(PATH, json.dumps(form([MONOLOG, odd, MONOLOG | {"name": "acme/last"}])).encode())
    assert [record.name for record in found.records] == ["monolog/monolog", "acme/last"]
    assert found.status.status == "partial"
    assert f"{PATH}: {named}" in found.status.reason


def test_many_odd_entries_are_counted_up_to_the_limit() -> None:
    found = read(PATH, json.dumps([MONOLOG] + [1] * 1000).encode(), Limits(layer_packages=500))
    assert len(found.records) == 1
    assert found.status.reason.endswith(" and 497 more")  # 499 of them, and that there are more than 500


def test_other_lists_are_not_asked_for() -> None:
    assert not is_wanted("srv/installed.json")
    assert not is_wanted("srv/vendor/composer.json")


@pytest.mark.parametrize("data", [b"", b"7", b'{"packages": {}}', b"[[]]", b"[" * 100_000, b'[{"name": 1}]'])
def test_a_broken_list_is_not_assessed(data: bytes) -> None:
    assert read(PATH, data).status.status == "not_assessed"

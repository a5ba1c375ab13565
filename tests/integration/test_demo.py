"""The story that the sample fleet tells, through the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from basewise.demo import images
from basewise.demo.fleet import MISSING


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "BASEWISE_"))}
    environment |= {"XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "basewise.cli.main", "demo", str(home / "fleet")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
        cwd=home,
    )
    assert done.returncode == 3, done.stderr
    return home / "fleet"


@pytest.fixture(scope="module")
def inventory(target: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((target / ".basewise" / "inventory.json").read_text())
    return document


def base(inventory: dict[str, Any], identity: str) -> dict[str, Any]:
    (found,) = [row for row in inventory["bases"] if row["id"] == identity]
    return dict(found)


def test_a_high_under_many_outranks_a_critical_under_one(inventory: dict[str, Any]) -> None:
    order = [row["id"] for row in inventory["bases"]]
    assert order.index(images.PYTHON) < order.index(images.PHP)
    python, php = base(inventory, images.PYTHON), base(inventory, images.PHP)
    assert (python["severity_counts"]["critical"], php["severity_counts"]["critical"]) == (0, 1)
    openssl = next(driver for driver in python["drivers"] if driver["source_package"] == "openssl")
    assert (openssl["severity"], openssl["blast"]) == ("high", 25)
    assert php["lead"] == 10


def test_a_service_that_upgraded_openssl_does_not_inherit_its_findings(inventory: dict[str, Any]) -> None:
    python = base(inventory, images.PYTHON)
    openssl = next(driver for driver in python["drivers"] if driver["source_package"] == "openssl")
    assert (python["inheritors"]["count"], openssl["inheritors"]) == (6, 5)


def test_the_golden_image_is_a_row_and_counts_for_the_public_image_below(inventory: dict[str, Any]) -> None:
    golden, python = base(inventory, images.PYTHON_BASE), base(inventory, images.PYTHON)
    assert golden["parents"][0] == images.PYTHON
    assert python["inheritors_total"] == python["inheritors"]["count"] + golden["inheritors"]["count"]


def test_the_base_that_nobody_can_name_stands_above_the_backlog(inventory: dict[str, Any]) -> None:
    first = inventory["bases"][0]
    assert first["id"].startswith("unidentified:")
    assert first["inheritors"]["names"] == ["shop/Deployment/search", "shop/Deployment/search-indexer"]


def test_an_exploited_vulnerability_weighs_double(inventory: dict[str, Any]) -> None:
    nginx = base(inventory, images.NGINX)
    driver = nginx["drivers"][0]
    assert (driver["source_package"], driver["kev"], driver["weight"]) == ("libwebp", True, 10)


def test_a_finding_of_a_services_own_layer_is_its_own(inventory: dict[str, Any]) -> None:
    found = [f for f in inventory["findings"] if f["source_package"] == "curl" and f["ecosystem"] == "Debian:11"]
    assert [len(finding["own"]) for finding in found] == [1]
    assert not found[0].get("bases")


@pytest.mark.parametrize(
    ("identity", "names"),
    [
        (images.POSTGRES, ["shop/StatefulSet/database"]),
        (images.EXPORTER, ["edge/Deployment/gateway", "shop/Deployment/orders", "shop/Deployment/payments"]),
    ],
)
def test_images_run_as_they_are_are_their_own_base(inventory: dict[str, Any], identity: str, names: list[str]) -> None:
    inheritors = base(inventory, identity)["inheritors"]
    assert (inheritors["count"], inheritors["names"]) == (len(names), names)
    (image,) = [row for row in inventory["images"] if identity in row["references"]]
    assert (image["base"]["id"], image["base"]["method"]) == (identity, "self")


def test_builders_are_listed_and_not_scored(inventory: dict[str, Any]) -> None:
    builders = [row for row in inventory["bases"] if row["role"] == "build"]
    assert {row["id"] for row in builders} == {images.GO_BUILDER, images.NODE_BUILDER}
    assert [row["score"] for row in builders] == [0, 0]


def test_what_could_not_be_assessed_is_said(inventory: dict[str, Any]) -> None:
    names = [entry["name"] for entry in inventory["not_assessed"]]
    assert MISSING in names
    assert any(name.endswith("loyalty/chart/Chart.yaml") for name in names)


def test_an_image_for_two_platforms_is_one_image_by_its_manifest(inventory: dict[str, Any]) -> None:
    (row,) = [image for image in inventory["images"] if any("/catalog:" in text for text in image["references"])]
    assert row["index_digests"]
    assert row["digest"] not in row["index_digests"]
    assert row["platform"]["architecture"] == "amd64"

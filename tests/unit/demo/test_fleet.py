import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from basewise.demo import images
from basewise.demo.fleet import MISSING, Fleet, build_fleet
from basewise.model.digest import sha256_of
from basewise.model.errors import UsageError
from basewise.model.image import OCI_INDEX
from basewise.model.reference import Reference


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    return build_fleet(tmp_path_factory.mktemp("demo") / "fleet")


def blob(fleet: Fleet, digest: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((fleet.layout / "blobs/sha256" / digest.removeprefix("sha256:")).read_bytes())
    return content


def tags(fleet: Fleet) -> dict[str, dict[str, Any]]:
    manifests = json.loads((fleet.layout / "index.json").read_text())["manifests"]
    return {entry["annotations"]["org.opencontainers.image.ref.name"]: entry for entry in manifests}


def layers(fleet: Fleet, tag: str) -> list[str]:
    manifest = blob(fleet, tags(fleet)[tag]["digest"])
    return [layer["digest"] for layer in manifest["layers"]]


def containers(fleet: Fleet) -> list[str]:
    found = []
    for path in sorted(fleet.services.rglob("k8s/*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            spec = document["spec"]
            pod = spec.get("jobTemplate", {"spec": spec})["spec"]["template"]["spec"]
            found += [c["image"] for c in (*pod.get("initContainers", []), *pod["containers"])]
    return found


def from_lines(fleet: Fleet) -> list[str]:
    lines = [line for path in sorted(fleet.services.rglob("Dockerfile")) for line in path.read_text().splitlines()]
    return [line.split()[1].replace("${PYTHON}", "3.11-slim-bullseye") for line in lines if line.startswith("FROM ")]


def test_every_image_that_is_named_is_in_the_layout_except_the_missing_one(fleet: Fleet) -> None:
    names = {str(Reference.parse(text)) for text in containers(fleet) + from_lines(fleet)}
    names = {name if Reference.parse(name).tag else f"{name}:latest" for name in names}
    assert names - set(tags(fleet)) == {MISSING}
    assert set(tags(fleet)) - names == set()


def test_every_blob_is_what_its_name_says(fleet: Fleet) -> None:
    for path in (fleet.layout / "blobs/sha256").iterdir():
        assert sha256_of(path.read_bytes()) == f"sha256:{path.name}"


def test_services_share_the_layers_of_their_base(fleet: Fleet) -> None:
    python = layers(fleet, images.PYTHON)
    for service in ("orders:1.4.2", "payments:3.0.0", "billing:2.7.0", "invoices:5.1.0"):
        assert layers(fleet, f"registry.acme.test/shop/{service}")[: len(python)] == python
    golden = layers(fleet, images.PYTHON_BASE)
    assert layers(fleet, "registry.acme.test/shop/invoices:5.1.0")[: len(golden)] == golden


def test_the_unnamed_base_shares_no_layer_with_a_named_image(fleet: Fleet) -> None:
    search = layers(fleet, "registry.acme.test/shop/search:1.9.0")
    indexer = layers(fleet, "registry.acme.test/shop/search-indexer:1.9.0")
    assert search[:2] == indexer[:2]
    single = [tag for tag, entry in tags(fleet).items() if entry["mediaType"] != OCI_INDEX and "/search" not in tag]
    assert not {digest for tag in single for digest in layers(fleet, tag)} & {*search, *indexer}


def test_one_image_has_layers_in_gzip_and_zstd(fleet: Fleet) -> None:
    manifest = blob(fleet, tags(fleet)["registry.acme.test/platform/log-shipper:0.9.0"]["digest"])
    kinds = [layer["mediaType"].rpartition("+")[2] for layer in manifest["layers"]]
    assert kinds == ["gzip", "zstd", "zstd"]


def test_one_name_stands_for_two_platforms_and_an_attestation(fleet: Fleet) -> None:
    entry = tags(fleet)["registry.acme.test/shop/catalog:7.2.0"]
    assert entry["mediaType"] == OCI_INDEX
    manifests = blob(fleet, entry["digest"])["manifests"]
    assert [item["platform"]["architecture"] for item in manifests] == ["amd64", "arm64", "unknown"]
    assert manifests[2]["annotations"]["vnd.docker.reference.digest"] == manifests[0]["digest"]


def test_the_helm_template_is_no_yaml(fleet: Fleet) -> None:
    template = fleet.services / "loyalty/chart/templates/deployment.yaml"
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load(template.read_text())


def test_most_workloads_stand_on_the_python_base(fleet: Fleet) -> None:
    python = layers(fleet, images.PYTHON)
    standing = {}
    for tag, entry in tags(fleet).items():
        digest = entry["digest"]
        if entry["mediaType"] == OCI_INDEX:
            digest = blob(fleet, digest)["manifests"][0]["digest"]
        own = [layer["digest"] for layer in blob(fleet, digest)["layers"]]
        standing[tag] = own[: len(python)] == python
    running = [str(Reference.parse(text)) for text in containers(fleet)]
    assert sum(standing.get(name, False) for name in running) > len(running) / 3
    assert running.count("registry.acme.test/internal/wiki:1.0.0") == 1


def test_building_twice_gives_the_same_bytes(fleet: Fleet, tmp_path: Path) -> None:
    again = build_fleet(tmp_path / "fleet")
    build_fleet(tmp_path / "fleet")

    def content(root: Path) -> dict[str, bytes]:
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    assert content(again.root) == content(fleet.root)


def test_a_directory_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(UsageError, match=r"already holds a 'README\.md'"):
        build_fleet(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"

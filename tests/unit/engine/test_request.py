"""A request holds what targets name, once, under the names that their user can open."""

from pathlib import Path

import pytest
from tests.git_repository import GitRepository, day, needs_git

from basewise.engine.interface import Request
from basewise.engine.request import build_request
from basewise.engine.targets import parse_target
from basewise.model.limits import DEFAULT_LIMITS

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: api}}
spec: {{template: {{spec: {{containers: [{{name: main, image: "{image}"}}]}}}}}}
"""


def request(*targets: str) -> Request:
    return build_request([one for text in targets for one in parse_target(text, DEFAULT_LIMITS)], limits=DEFAULT_LIMITS)


def test_files_are_named_as_their_user_can_open_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "services" / "a").mkdir(parents=True)
    (tmp_path / "services" / "a" / "Dockerfile").write_text("FROM python:3.12\n")
    monkeypatch.chdir(tmp_path)
    assert [usage.file for usage in request("services").usages] == ["services/a/Dockerfile"]
    assert [usage.file for usage in request("services/a/Dockerfile").usages] == ["services/a/Dockerfile"]


def test_targets_that_overlap_name_a_file_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Dockerfile").write_text("FROM python:3.12\n")
    assert len(request(str(tmp_path), str(tmp_path / "a")).usages) == 1


def test_a_workload_that_two_files_describe_is_one_with_the_images_of_both(tmp_path: Path) -> None:
    for folder, image in (("dev", "reg.test/api:2"), ("prod", "reg.test/api:1")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "api.yaml").write_text(DEPLOYMENT.format(image=image))
    found = request(str(tmp_path))
    (workload,) = found.workloads
    assert [container.reference for container in workload.containers] == ["reg.test/api:2", "reg.test/api:1"]
    assert len(found.usages) == 2


def test_a_file_that_cannot_be_read_is_a_source_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\n")
    (tmp_path / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\nimage: [\n")
    assert [(source.kind, source.status) for source in request(str(tmp_path)).sources] == [
        ("directory", "ok"),
        ("file", "not_assessed"),
    ]


def test_what_a_kustomization_makes_stands_in_the_files_that_say_it(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(DEPLOYMENT.format(image="reg.test/api:1"))
    (tmp_path / "kustomization.yaml").write_text("namespace: prod\nresources: [api.yaml, 'https://x.test/y']\n")
    found = request(str(tmp_path))
    assert [(one.id, one.source) for one in found.workloads] == [
        ("prod/Deployment/api", f"{tmp_path / 'api.yaml'}:1"),
    ]
    assert [(one.file, one.workload) for one in found.usages] == [(str(tmp_path / "api.yaml"), "prod/Deployment/api")]
    partial = [source for source in found.sources if source.status == "partial"]
    assert [source.locator for source in partial] == [str(tmp_path / "kustomization.yaml")]
    assert "kubectl kustomize" in partial[0].reason


@needs_git
def test_clones_are_surveyed_and_their_files_named_as_usages_name_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = GitRepository(tmp_path / "shop")
    shop.commit({"orders/Dockerfile": "FROM python:3.12\n"})
    monkeypatch.chdir(tmp_path)
    found = request("shop", "shop/orders")
    assert [(one.path, one.status) for one in found.repositories] == [("shop", "ok")]
    assert [(one.file, one.at) for one in found.introductions] == [("shop/orders/Dockerfile", day(1))]
    assert [usage.file for usage in found.usages] == ["shop/orders/Dockerfile"]


@needs_git
def test_a_single_file_in_a_clone_has_its_history(tmp_path: Path) -> None:
    shop = GitRepository(tmp_path / "shop")
    shop.commit({"orders/Dockerfile": "FROM python:3.12\n", "web/Dockerfile": "FROM node:22\n"})
    file = str(shop.root / "orders/Dockerfile")
    assert [(one.file, one.at) for one in request(file).introductions] == [(file, day(1))]


def test_a_file_that_two_kinds_of_source_refuse_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_bytes(b"\xff image")
    refused = [source for source in request(str(tmp_path)).sources if source.kind == "file"]
    assert [source.reason for source in refused] == ["not text in UTF-8 or UTF-16"]


def test_two_kinds_of_source_may_speak_of_one_file(tmp_path: Path) -> None:
    task = "apiVersion: tekton.dev/v1\nkind: Task\nspec: {steps: [{image: 'golang:1.23'}]}\n"
    (tmp_path / "all.yaml").write_text(f"{task}---\n{DEPLOYMENT.format(image='reg.test/api:1')}")
    assert sorted(usage.kind for usage in request(str(tmp_path)).usages) == ["kubernetes", "tekton"]

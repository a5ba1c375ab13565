"""A Dockerfile is tied to what runs its image by those who say so, with the confidence that the comparison allows."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.evidence import Answer
from basewise.model.facts import Facts
from basewise.model.image import Image, ImageConfig
from basewise.model.repository import Automation, Repository, RepositoryFile, Tie
from basewise.model.workload import Build, Container, Usage, UsageKind, Workload
from basewise.phases.audit.ties import ties, untied

NOBODY = Automation(Answer("no", "none"), Answer("no", "none"))
SOURCE, REVISION = "org.opencontainers.image.source", "org.opencontainers.image.revision"


def build(image: str, dockerfile: str = "orders/Dockerfile", kind: UsageKind = "skaffold", **more: str) -> Build:
    return Build(kind=kind, file="build.yaml", line=3, dockerfile=dockerfile, images=[image] if image else [], **more)


def workload(name: str, reference: str) -> Workload:
    return Workload(
        id=f"shop/Deployment/{name}", namespace="shop", kind="Deployment", name=name,
        containers=[Container(name="main", role="main", reference=reference)],
    )  # fmt: skip


def usage(file: str) -> Usage:
    return Usage(reference="docker.io/library/python:3.12", kind="dockerfile", file=file, line=1, final=True)


def facts(*, builds: list[Build], runs: list[Workload], dockerfiles: tuple[str, ...] = ("orders/Dockerfile",)) -> Facts:
    return Facts(usages=[usage(file) for file in dockerfiles], builds=builds, workloads=runs)


ORDERS = workload("orders", "reg.test/shop/orders:1.4")


@pytest.mark.parametrize(
    ("image", "confidence"),
    [
        ("reg.test/shop/orders:1.4", 0.95),
        ("reg.test/shop/orders:2.0", 0.9),
        ("reg.test/shop/orders", 0.9),
        ("reg.test/shop/orders:${TAG}", 0.9),
        ("reg.test/shop/orders:{{.Values.tag}}", 0.9),
        ("${REGISTRY}/shop/orders:${TAG}", 0.7),
        ("$REGISTRY/shop/orders", 0.7),
        ("${REGISTRY:-ghcr.io/acme}/shop/orders:1", 0.7),
        ("${REGISTRY}/orders:1", 0.5),
    ],
)
def test_names_are_compared_without_tags_and_behind_variables(image: str, confidence: float) -> None:
    (tie,) = ties(facts(builds=[build(image)], runs=[ORDERS]))
    assert (tie.dockerfile, tie.reference, tie.workloads) == ("orders/Dockerfile", image, [ORDERS.id])
    assert (tie.method, tie.kind, tie.source) == ("skaffold", "skaffold", "build.yaml:3")
    assert tie.confidence == confidence


@pytest.mark.parametrize(
    "image",
    [
        *("reg.test/shop/web:1.4", "other.test/shop/orders:1.4", "${REGISTRY}/x/orders:1", "${IMAGE}", "$A/$B"),
        *("reg.test/shop/orders-${ENV}:1", "Not A Name", "${A}/rders"),
    ],
)
def test_other_names_tie_nothing(image: str) -> None:
    found = facts(builds=[build(image)], runs=[ORDERS])
    (tie,) = ties(found)
    assert tie.workloads == []
    assert [one.reason for one in untied(found, [tie])] == [f"it becomes {image}, which nothing that was read runs"]


def test_all_who_run_an_image_are_tied_by_every_build_of_it() -> None:
    runs = [ORDERS, workload("jobs", "reg.test/shop/orders:1.3"), workload("web", "reg.test/shop/web:1")]
    builds = [build("reg.test/shop/orders:1.4"), build("reg.test/shop/web", "web/Dockerfile", "github-actions")]
    found = ties(facts(builds=builds, runs=runs))
    assert [(tie.dockerfile, tie.method, tie.workloads, tie.confidence) for tie in found] == [
        ("orders/Dockerfile", "skaffold", ["shop/Deployment/orders", "shop/Deployment/jobs"], 0.9),
        ("web/Dockerfile", "ci", ["shop/Deployment/web"], 0.9),
    ]


def test_a_compose_service_runs_what_it_builds_with_or_without_a_name() -> None:
    builds = [build("", kind="compose", service="api"), build("shop/web", "web/Dockerfile", "compose", service="web")]
    found = ties(facts(builds=builds, runs=[]))
    assert [(tie.dockerfile, tie.reference, tie.workloads, tie.confidence) for tie in found] == [
        ("orders/Dockerfile", "", ["build.yaml:api"], 1.0),
        ("web/Dockerfile", "shop/web", ["build.yaml:web"], 1.0),
    ]


def test_the_stage_that_is_built_is_told() -> None:
    assert ties(facts(builds=[build("reg.test/shop/orders", target="prod")], runs=[ORDERS]))[0].stage == "prod"


def test_a_dockerfile_that_nobody_mentions_is_untied() -> None:
    found = facts(builds=[], runs=[ORDERS])
    (one,) = untied(found, ties(found))
    assert one.dockerfile == "orders/Dockerfile"
    assert "no compose file" in one.reason


def labelled(
    labels: dict[str, str], files: list[str], url: str = "https://git.test/acme/shop.git", running: Workload = ORDERS
) -> Facts:
    repository = Repository(
        path="shop", url=url, head="c0ffee", automation=NOBODY,
        files=[RepositoryFile(file=file, automation=NOBODY) for file in files],
    )  # fmt: skip
    return Facts(
        usages=[usage(file) for file in files],
        workloads=[running],
        repositories=[repository],
        resolved={running.containers[0].reference: "sha256:1"},
        images={"sha256:1": Image(digest="sha256:1", layers=[], config=ImageConfig(labels=labels))},
    )


def test_a_label_ties_the_only_dockerfile_of_its_repository() -> None:
    (tie,) = ties(labelled({SOURCE: "https://git.test/acme/shop"}, ["Dockerfile"]))
    assert (tie.dockerfile, tie.workloads, tie.method) == ("Dockerfile", [ORDERS.id], "image-label")
    assert (tie.source, tie.confidence, tie.kind) == ("sha256:1", 0.8, None)


def test_the_revision_that_was_read_is_worth_a_little_more() -> None:
    (tie,) = ties(labelled({SOURCE: "https://git.test/acme/shop", REVISION: "c0ffee"}, ["Dockerfile"]))
    assert tie.confidence == 0.85


@pytest.mark.parametrize("file", ["services/orders/Dockerfile", "build/orders.Dockerfile", "build/Dockerfile.orders"])
def test_of_several_dockerfiles_the_one_called_as_the_image_is_tied(file: str) -> None:
    found = labelled({SOURCE: "https://git.test/acme/shop"}, [file, "services/web/Dockerfile"])
    assert [(tie.dockerfile, tie.confidence) for tie in ties(found)] == [(file, 0.6)]


def test_when_no_name_or_two_fit_none_is_tied() -> None:
    labels = {SOURCE: "https://git.test/acme/shop"}
    assert ties(labelled(labels, ["a/Dockerfile", "b/Dockerfile"])) == []
    assert ties(labelled(labels, ["orders/Dockerfile", "old/orders/Dockerfile"])) == []


@pytest.mark.parametrize(
    "url",
    [
        *(
            "git@git.test:acme/shop.git",
            "ssh://git@git.test/acme/shop",
            "https://GIT.test/acme/shop/",
            "git.test/acme/shop",
        ),
    ],
)
def test_an_address_is_one_however_it_is_written(url: str) -> None:
    assert len(ties(labelled({SOURCE: "https://git.test/acme/shop.git"}, ["Dockerfile"], url))) == 1


@pytest.mark.parametrize("label", ["https://git.test/acme/other", "", "https://", "shop"])
def test_another_address_ties_nothing(label: str) -> None:
    assert ties(labelled({SOURCE: label}, ["Dockerfile"])) == []


def test_what_a_build_says_is_not_said_again_by_a_label() -> None:
    found = labelled({SOURCE: "https://git.test/acme/shop"}, ["orders/Dockerfile"])
    found = msgspec.structs.replace(found, builds=[build("reg.test/shop/orders:1.4")])
    assert [tie.method for tie in ties(found)] == ["skaffold"]


NAMES = st.lists(st.sampled_from(["orders", "web", "jobs", "db"]), max_size=4)


@given(NAMES, NAMES)
def test_every_dockerfile_is_tied_or_untied_and_never_both(built: list[str], running: list[str]) -> None:
    found = facts(
        builds=[build(f"$R/shop/{name}", f"{name}/Dockerfile") for name in built],
        runs=[workload(name, f"reg.test/shop/{name}:1") for name in running],
        dockerfiles=("orders/Dockerfile", "web/Dockerfile", "jobs/Dockerfile"),
    )
    tied = {tie.dockerfile for tie in ties(found) if tie.workloads}
    missing = {one.dockerfile for one in untied(found, ties(found))}
    assert tied == {f"{name}/Dockerfile" for name in set(built) & set(running)}
    assert missing == {"orders/Dockerfile", "web/Dockerfile", "jobs/Dockerfile"} - tied


def test_a_tie_is_a_fact_of_the_document() -> None:
    tie = Tie(dockerfile="Dockerfile", method="compose", confidence=1.0)
    assert msgspec.json.decode(msgspec.json.encode(tie), type=Tie) == tie

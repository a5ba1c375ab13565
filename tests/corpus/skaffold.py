"""Skaffold configurations, with known images; what an artifact is called is built, not used."""

from __future__ import annotations

import random as randoms
from collections.abc import Iterator
from typing import Any

from tests.corpus.documents import COUNT, DocumentPage, Expected, Image, image


def files(random: randoms.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content, and the usages that are known to stand in it."""
    for number in range(COUNT):
        page = DocumentPage(random, "skaffold", "build")
        artifacts = [_artifact(random) for _ in range(random.randint(1, 4))]
        document: dict[str, Any] = {"apiVersion": "skaffold/v4beta11", "kind": "Config"}
        document["build"] = {"artifacts": artifacts}
        if random.random() < 0.3:
            document["profiles"] = [{"name": "prod", "build": {"artifacts": [_artifact(random)]}}]
        document["manifests"] = {"rawYaml": ["k8s/image.yaml"]}
        page.document(document)
        yield f"skaffold/{number}/skaffold.yaml", page.content, page.expected


def _artifact(random: randoms.Random) -> dict[str, Any]:
    builders: list[dict[str, Any]] = [
        {},
        {"docker": {"dockerfile": "Dockerfile.prod", "buildArgs": {"BASE": "golang:1.23"}}},
        {"buildpacks": {"builder": image(random)}},
        {"jib": {"fromImage": image(random)}},
        {"ko": {"fromImage": Image("gcr.io/distroless/static", "gcr.io/distroless/static")}},
    ]
    return {"image": f"registry.test/app{random.randint(1, 9)}", "context": "."} | random.choice(builders)

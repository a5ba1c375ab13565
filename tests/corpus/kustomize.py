"""Bases and overlays of kustomize, with known images: where an overlay sets one it stands there, else in the base."""

from __future__ import annotations

import random as randoms
from collections.abc import Iterator
from typing import Any

from tests.corpus.documents import COUNT, DocumentPage, Expected, Image


def files(random: randoms.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content, and the usages that are known to stand in it."""
    for number in range(COUNT // 3):
        folder = f"kustomize/{number}"
        named = random.choice(["nginx", "ghcr.io/acme/api", "docker.io/redis"])
        canonical = {"nginx": "docker.io/library/nginx", "docker.io/redis": "docker.io/library/redis"}.get(named, named)
        way = random.choice(["images", "patch", "untouched"])
        base = DocumentPage(random, "kubernetes", "runtime")
        written = Image(f"{named}:1.0", f"{canonical}:1.0")
        base.document(_deployment([{"name": "main", "image": written if way == "untouched" else written.written}]))
        kustomization = DocumentPage(random, "kustomize", "runtime")
        kustomization.document({"resources": ["app.yaml"], "commonLabels": {"image": "nginx-1"}})
        overlay = DocumentPage(random, "kustomize", "runtime")
        content: dict[str, Any] = {"resources": ["../base"], "namespace": f"n{number}"}
        patch = DocumentPage(random, "kustomize", "runtime")
        if way == "images":
            tag = Image("2.0", f"{canonical}:2.0")
            content["images"] = [{"name": named, "newTag": tag}, {"name": "never-used", "newTag": "9"}]
        elif way == "patch":
            content["patches"] = [{"path": "patch.yaml"}]
            patch.document(_deployment([{"name": "main", "image": Image("patched:3", "docker.io/library/patched:3")}]))
        overlay.document(content)
        yield f"{folder}/base/app.yaml", base.content, base.expected
        yield f"{folder}/base/kustomization.yaml", kustomization.content, []
        yield f"{folder}/prod/kustomization.yaml", overlay.content, overlay.expected
        if way == "patch":
            yield f"{folder}/prod/patch.yaml", patch.content, patch.expected


def _deployment(containers: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "app"},
        "spec": {"template": {"spec": {"containers": containers}}},
    }

"""Helm charts as they are read without the program: by the conventions of values, with known images."""

from __future__ import annotations

import random as randoms
from collections.abc import Iterator
from typing import Any

from tests.corpus.documents import COUNT, DocumentPage, Expected, Image

_TAGGED = (
    Image("nginx:1.27", "docker.io/library/nginx:1.27"),
    Image("ghcr.io/acme/api:1.2.3", "ghcr.io/acme/api:1.2.3"),
    Image("registry.test:5000/team/app:7", "registry.test:5000/team/app:7"),
)


def files(random: randoms.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content, and the usages that are known to stand in it."""
    for number in range(COUNT // 3):
        folder = f"helm/{number}"
        chart = DocumentPage(random, "helm", "runtime")
        chart.document({"apiVersion": "v2", "name": f"c{number}", "version": "1.0.0", "appVersion": "5.5"})
        yield f"{folder}/Chart.yaml", chart.content, []
        values = DocumentPage(random, "helm", "runtime")
        values.document(_values(random))
        name = random.choice(["values.yaml", "values-prod.yaml", "values.dev.yml", "values/eu.yaml"])
        yield f"{folder}/{name}", values.content, values.expected
        template = 'spec:\n  containers:\n    - image: "{{ .Values.image }}"\n    - image: busybox:1.36\n'
        literal = Expected("docker.io/library/busybox:1.36", "helm", 4, "runtime")
        yield f"{folder}/templates/deploy.yaml", template.encode(), [literal]


def _values(random: randoms.Random) -> dict[str, Any]:
    conventions: list[dict[str, Any]] = [
        {"image": {"repository": Image("a/b", "docker.io/a/b:1"), "tag": "1", "pullPolicy": "Always"}},
        {"image": {"registry": "q.io", "repository": Image("a/b", "q.io/a/b:2"), "tag": "2"}},
        {"image": {"repository": Image("a/b", "docker.io/a/b:5.5"), "tag": "", "pullPolicy": "Always"}},
        {"image": random.choice(_TAGGED)},
        {"sidecarImage": random.choice(_TAGGED)},
        {"web": {"image": random.choice(_TAGGED)}, "jobs": [{"image": random.choice(_TAGGED)}]},
    ]
    noise: list[dict[str, Any]] = [
        {"imagePullSecrets": [{"name": "registry"}]},
        {"backgroundImage": "assets/hero.png"},
        {"imagePullPolicy": "Always", "replicas": 2},
        {"chart": {"repository": "https://charts.test", "tag": "v1"}},
    ]
    return random.choice(noise) | random.choice(conventions) | {"description": "image: none:0"}

"""A tree with files of every kind that names images, whose answers are known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.corpus import (
    azure_pipelines,
    bake,
    buildkite,
    circleci,
    cloud_build,
    compose,
    devcontainer,
    dockerfile,
    drone,
    github_actions,
    gitlab_ci,
    helm,
    jenkins,
    kubernetes,
    kustomize,
    skaffold,
    tekton,
    terraform,
)

Usage = tuple[str, str, int, str]
"""Reference, kind, line, role."""
Generator = Callable[[random.Random], Iterator[tuple[str, bytes, list[tuple[str, str, int, str]]]]]
KINDS: dict[str, Generator] = {
    module.__name__.rpartition(".")[2]: module.files
    for module in (
        azure_pipelines, bake, buildkite, circleci, cloud_build, compose, devcontainer, dockerfile, drone,
        github_actions, gitlab_ci, helm, jenkins, kubernetes, kustomize, skaffold, tekton, terraform,
    )
}  # fmt: skip


def files(source: random.Random, at_least: int) -> Iterator[tuple[str, bytes, set[Usage]]]:
    """Path, content and usages of so many files, all kinds in turn, each round in a folder of its own."""
    count = number = 0
    while count < at_least:
        for kind, generator in KINDS.items():
            for path, content, expected in generator(source):
                count += 1
                yield f"{kind}/{number}/{path}", content, {tuple(usage) for usage in expected}
        number += 1

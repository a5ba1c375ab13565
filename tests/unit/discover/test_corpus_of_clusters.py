"""Discovery is exact on generated manifests, kustomizations, charts, tasks and builds, whose answers are known."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.corpus import helm, kubernetes, kustomize, skaffold, tekton
from tests.corpus.documents import Expected

from basewise.discover.directory import discover
from basewise.discover.sources import SOURCES
from basewise.model.limits import Limits

Generator = Callable[[random.Random], Iterator[tuple[str, bytes, list[Expected]]]]


@pytest.mark.parametrize(
    "files", [kubernetes.files, tekton.files, skaffold.files, kustomize.files, helm.files], ids=lambda f: f.__module__
)
def test_every_usage_of_a_generated_tree_is_found_and_nothing_else(tmp_path: Path, files: Generator) -> None:
    expected: dict[str, Counter[tuple[str, str, int, str]]] = {}
    for path, content, usages in files(random.Random(20261124)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
        expected[path] = Counter(tuple(usage) for usage in usages)
    found: dict[str, Counter[tuple[str, str, int, str]]] = {path: Counter() for path in expected}
    for _, read in discover(tmp_path, list(SOURCES.values()), Limits()):
        for usage in read.usages:
            found[usage.file][(usage.reference, usage.kind, usage.line, usage.role)] += 1
    wrong = {
        path: (sorted((found[path] - expected[path]).elements()), sorted((expected[path] - found[path]).elements()))
        for path in expected
        if found[path] != expected[path]
    }
    assert not wrong
    assert sum(map(len, expected.values())) > 20

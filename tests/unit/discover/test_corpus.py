"""Discovery is exact on a tree of two thousand files of all kinds, whose writer knows what each of them names."""

import random
from collections import Counter
from pathlib import Path

from tests.corpus import fleet

from basewise.discover.directory import discover
from basewise.discover.sources import SOURCES
from basewise.model.limits import Limits

FILES = 2000


def test_every_usage_of_two_thousand_files_is_found_and_nothing_else(tmp_path: Path) -> None:
    expected: dict[str, set[fleet.Usage]] = {}
    for path, content, usages in fleet.files(random.Random(4), FILES):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
        expected[path] = usages
    found: dict[str, set[fleet.Usage]] = {path: set() for path in expected}
    for _, read in discover(tmp_path, list(SOURCES.values()), Limits()):
        for usage in read.usages:
            found[usage.file].add((usage.reference, usage.kind, usage.line, usage.role))
    wrong = {
        path: (sorted(found[path] - usages), sorted(usages - found[path]))
        for path, usages in expected.items()
        if found[path] != usages
    }
    assert wrong == {}
    assert len(expected) >= FILES
    kinds = Counter(kind for usages in expected.values() for _, kind, _, _ in usages)
    assert min(kinds.values()) > 20

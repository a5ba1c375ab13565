"""Random histories with branches, merges, renames, removals and returns, against a slow reading of the definition."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.git_repository import GitRepository, block, needs_git
from tests.unit.discover.git.histories import since

pytestmark = needs_git

Tree = dict[str, tuple[str, str]]
"""Path to what the file is (its comment block) and the base it names."""
NAMES = [f"s{number}/Dockerfile" for number in range(5)]
START = 1_600_000_000  # seconds since 1970; commits are a day apart
BASES = [f"base:{number}" for number in range(4)]


class Made(msgspec.Struct):
    """One commit as it was made."""

    tree: Tree
    parents: list[int]
    day: int = 0
    """Clocks are wrong: a child may be older than its parent."""


def random_history(draw: random.Random, size: int) -> list[Made]:
    """Commits, each after its parents; the last is HEAD."""
    made: list[Made] = [Made({}, [])]
    for _ in range(size):
        parents = [len(made) - 1 if draw.random() < 0.6 else draw.randrange(max(0, len(made) - 4), len(made))]
        if draw.random() < 0.3:
            parents += [draw.randrange(len(made))]
        tree = dict(made[parents[0]].tree)
        for other in parents[1:]:
            for path, content in made[other].tree.items():
                elsewhere = {seed for name, (seed, _) in tree.items() if name != path}
                if content[0] not in elsewhere and (path not in tree or draw.random() < 0.5):
                    tree[path] = content
        parents = list(dict.fromkeys(parents))
        change(tree, draw)
        made.append(Made(tree, parents))
    heads = set(range(len(made))) - {parent for one in made for parent in one.parents}
    parents = sorted(heads, reverse=True)[:3]
    made.append(Made(dict(made[parents[0]].tree), parents))
    for one, number in zip(made, draw.sample(range(len(made)), len(made)), strict=True):
        one.day = number
    return made


def change(tree: Tree, draw: random.Random) -> None:
    """One thing happens to a tree; a block is never in two files, so that a rename has one source."""
    blocks = {seed for seed, _ in tree.values()}
    free = [name for name in NAMES if name not in tree]
    new = [seed for seed in ("alpha", "beta", "gamma", "delta", "omega") if seed not in blocks]
    what = draw.choice(["add", "edit", "edit", "edit", "move", "remove"])
    if what == "add" and free and new:
        tree[draw.choice(free)] = (draw.choice(new), draw.choice(BASES))
    elif tree and what == "edit":
        path = draw.choice(sorted(tree))
        tree[path] = (tree[path][0], draw.choice(BASES))
    elif tree and free and what == "move":
        path = draw.choice(sorted(tree))
        tree[draw.choice(free)] = tree.pop(path)
    elif tree and what == "remove":
        del tree[draw.choice(sorted(tree))]


def import_history(made: list[Made], root: Path) -> None:
    repository = GitRepository(root)
    numbers = range(1, len(made) + 1)
    lines: list[str] = []
    for number, one in zip(numbers, made, strict=True):
        seconds = START + one.day * 86_400
        lines += ["commit refs/heads/main", f"mark :{number}", f"committer A <a@b> {seconds} +0000", "data 1", "m"]
        lines += [f"{'merge' if place else 'from'} :{parent + 1}" for place, parent in enumerate(one.parents)]
        lines += ["deleteall"]
        for path, (seed, base) in one.tree.items():
            content = f"FROM {base}\n{block(seed)}"
            lines += [f"M 100644 inline {path}", f"data {len(content)}", content]
        lines += [""]
    (root / "history").write_text("\n".join(lines))
    with (root / "history").open("rb") as stream:
        subprocess.run(["git", "fast-import", "--quiet"], cwd=root, stdin=stream, check=True)
    (root / "history").unlink()
    repository.git("reset", "--hard", "--quiet")


def expected(made: list[Made]) -> dict[tuple[str, str], int]:
    """The day of the first commit for each file and base of HEAD: of those that name it in the file's line of
    descent, those without another one among their ancestors, and of these the earliest."""
    last = len(made) - 1
    result = {}
    for path, (_, base) in made[last].tree.items():
        naming = {
            number
            for number, name in set(descent(made, last, path))
            if name in made[number].tree and made[number].tree[name][1] == base
        }
        result[path, base] = min(made[one].day for one in naming if not ancestors(made, one) & naming)
    return result


def descent(made: list[Made], head: int, path: str) -> Iterator[tuple[int, str]]:
    seen = set()
    pending = [(head, path)]
    while pending:
        number, name = pending.pop()
        if (number, name) in seen:
            continue
        seen.add((number, name))
        yield number, name
        tree = made[number].tree
        pending += [(parent, name_in(made[parent].tree, tree, name)) for parent in made[number].parents]


def name_in(old: Tree, new: Tree, path: str) -> str:
    """What a file is called in a parent: after a rename, the name that went, with the same block."""
    if path in new and path not in old:
        for other, (seed, _) in old.items():
            if other not in new and seed == new[path][0]:
                return other
    return path


def ancestors(made: list[Made], number: int) -> set[int]:
    found: set[int] = set()
    pending = list(made[number].parents)
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += made[one].parents
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_random_histories_are_read_by_the_definition(
    tmp_path_factory: pytest.TempPathFactory, seed: int, size: int
) -> None:
    made = random_history(random.Random(seed), size)
    root = tmp_path_factory.mktemp("clone")
    import_history(made, root)
    found = {key: at for key, (at, _) in since(root).items()}
    assert found == {key: date_of(START + number * 86_400) for key, number in expected(made).items()}


def date_of(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

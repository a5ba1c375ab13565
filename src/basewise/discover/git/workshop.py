"""A repository of ours in a temporary directory, which has the objects of a clone and nothing else of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from basewise.discover.git.clone_facts import CloneFacts
from basewise.discover.git.command import Git

_CONFIGURATION = """\
[core]
\trepositoryformatversion = 1
\tbare = true
\tcommitGraph = false
[extensions]
\tobjectFormat = {object_format}
"""
"""A commit graph is a cache beside the objects that could say something else than they do."""


@contextmanager
def workshop(facts: CloneFacts, git: Git) -> Iterator[Git]:
    """Git, reading the objects of a clone under our configuration: no hooks, filters, attributes, replacements, remote.

    Its references are not there: commits are asked for by their names.
    """
    with TemporaryDirectory(prefix="basewise-") as name:
        directory = Path(name)
        (directory / "refs").mkdir()
        (directory / "objects").mkdir()
        (directory / "HEAD").write_text("ref: refs/heads/none\n")
        (directory / "config").write_text(_CONFIGURATION.format(object_format=facts.object_format))
        if facts.cut:
            (directory / "shallow").write_text("".join(f"{commit}\n" for commit in sorted(facts.cut)))
        yield git.within(directory, facts.objects)

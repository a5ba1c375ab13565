"""Clones of git: where files come from, who owns them, what bumps them, since when they name a base."""

from __future__ import annotations

from typing import Literal

import msgspec

from basewise.model.evidence import Answer, Outcome
from basewise.model.workload import UsageKind

IntroductionMethod = Literal["git", "git-shallow", "oldest-image", "workload", "first-inventory"]
"""`git`: a commit names it and no commit before that one does. `git-shallow`: the history that is here ends at a commit
that names it, so it was named then or earlier."""
CloneState = Literal["", "detached", "rebase", "merge", "cherry-pick", "revert", "bisect", "empty"]
TieMethod = Literal["compose", "bake", "skaffold", "ci", "image-label"]


class Automation(msgspec.Struct, frozen=True):
    """Which program moves the digests of base images, each yes, no or unknown with its reason."""

    renovate: Answer
    dependabot: Answer


class RepositoryFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a clone that names images."""

    file: str
    """As usages name it."""
    owners: list[str] = []
    """As CODEOWNERS writes them; empty when it names nobody for this file."""
    owners_rule: str = ""
    """`CODEOWNERS:12`, the line that says so, of the last section for GitLab; empty when no line matches."""
    automation: Automation


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """One clone."""

    path: str
    """Its working tree, as its user can open it."""
    url: str = ""
    """Of the remote `origin`, else of its first remote, without credentials; empty when there is none."""
    head: str = ""
    """The commit whose history was read."""
    branch: str = ""
    state: CloneState = ""
    """`detached` is where CI systems leave a clone; `rebase`, `merge` and the like are in progress."""
    shallow: bool = False
    owners: list[str] = []
    """Everybody who owns one of `files`."""
    automation: Automation
    """`yes` when it moves the digests of at least one of `files`; the reason says of how many."""
    ci: list[str] = []
    """CI systems that it is configured for, such as `github-actions`."""
    files: list[RepositoryFile] = []
    """Those that name images."""
    status: Outcome = "ok"
    reason: str = ""


class Introduction(msgspec.Struct, frozen=True, kw_only=True):
    """Since when one file names one base line."""

    base: str
    """Canonical repository and tag."""
    file: str
    """As usages name it; its names before renames are followed."""
    at: str
    """RFC 3339: when the commit was written (author date), else when it was made (committer date)."""
    method: IntroductionMethod
    commit: str
    """Empty when the history was cut before that commit was met."""


class FirstIntroduced(msgspec.Struct, frozen=True):
    """The earliest introduction of a base over all files that name it."""

    at: str
    method: IntroductionMethod
    source: str
    """The file."""
    commit: str = ""


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """A Dockerfile, the image that it becomes, and what runs that image."""

    dockerfile: str
    stage: str = ""
    """Stage that is built; empty for the last."""
    reference: str = ""
    """The image as its builder names it; empty where the builder makes up a name (a compose service)."""
    workloads: list[str] = []
    """Ids of workloads; of compose services `file:service`. Empty when nothing that was read runs it."""
    method: TieMethod
    kind: UsageKind | None = None
    """The kind of file that says so; None for an image label."""
    source: str = ""
    """`file:line` that says so, or the digest of the labelled image."""
    confidence: float
    """0..1: lower where a variable hides the registry, or only a name was compared."""


class Untied(msgspec.Struct, frozen=True):
    """A Dockerfile of which nobody says what runs its image."""

    dockerfile: str
    reason: str

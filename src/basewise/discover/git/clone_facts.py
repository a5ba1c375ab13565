"""What a clone says of itself: its commit and branch, where its objects lie, its remote, and what is in progress."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from basewise.discover.git.clones import Clone
from basewise.discover.git.command import Git, GitFailed
from basewise.model.repository import CloneState

_IN_PROGRESS: tuple[tuple[str, CloneState], ...] = (
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
)
"""Files that git keeps beside HEAD while something is in progress, as its own prompt looks for them
(contrib/completion/git-prompt.sh)."""
_OBJECT_NAME = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCHES = "refs/heads/"
_HOST = re.compile(r"[A-Za-z0-9._-]*(?::[0-9]*)?|\[[0-9A-Fa-f:.]+\](?::[0-9]*)?")
_QUERY = re.compile(r"[?#].*", re.DOTALL)
_LONGEST_URL = 1000
_REMOTE_URL = r"^remote\..*\.url$"


class CloneFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A clone as git reads it."""

    objects: str
    """Path of its objects, which a linked working tree shares with others."""
    object_format: str
    """`sha1` or `sha256`."""
    cut: frozenset[str] = frozenset()
    """Commits at which a shallow clone ends."""
    partial: bool = False
    """True for a partial clone (git-clone(1), --filter), which may lack contents of files."""
    head: str = ""
    """Empty before the first commit."""
    branch: str = ""
    """Empty for a detached HEAD."""
    state: CloneState = ""
    url: str = ""


def read_facts(clone: Clone, git: Git) -> CloneFacts:
    """Asks git what a clone is.

    Raises:
        GitFailed: it is none, is of a form that this git cannot read, or is broken.
    """
    own = msgspec.structs.replace(git, variables={"GIT_DIR": str(clone.git)})
    lines = own.text(
        "rev-parse", "--path-format=absolute", "--absolute-git-dir", "--git-common-dir", "--git-path", "objects",
        "--show-object-format",
    ).splitlines()  # fmt: skip
    if len(lines) != 4:
        raise GitFailed("git rev-parse answers in a way that is not understood: a line end in a path")
    private, common, objects, object_format = lines
    head, branch = _head(own)
    return CloneFacts(
        objects=objects,
        object_format=object_format,
        cut=_cut(Path(common) / "shallow", git),
        partial=any(Path(objects, "pack").glob("*.promisor")),
        head=head,
        branch=branch,
        state=_state(Path(private), head, branch),
        url=_url(Path(common) / "config", git),
    )


def _head(own: Git) -> tuple[str, str]:
    """The commit and the branch of HEAD; either may be ''."""
    try:
        head = own.text("rev-parse", "--verify", "--quiet", "HEAD").strip()
    except GitFailed:
        head = ""
    try:
        name = own.text("symbolic-ref", "--quiet", "HEAD").strip()
    except GitFailed:
        name = ""
    return head if _OBJECT_NAME.fullmatch(head) else "", name.removeprefix(_BRANCHES)


def _state(private: Path, head: str, branch: str) -> CloneState:
    """What is in progress, which says more than that HEAD is detached."""
    for name, state in _IN_PROGRESS:
        if os.path.lexists(private / name):
            return state
    if not head:
        return "empty"
    return "" if branch else "detached"


def _cut(file: Path, git: Git) -> frozenset[str]:
    """Commits whose parents a shallow clone was not given (gitformat-pack(5), "shallow")."""
    try:
        with file.open("rb") as lines:
            listed = lines.read(git.limits.git_answer_bytes).decode("ascii", "replace").split()
    except OSError:
        return frozenset()
    return frozenset(name for name in listed if _OBJECT_NAME.fullmatch(name))


def _url(file: Path, git: Git) -> str:
    """The address of the remote `origin`, else of the first, without user, password and query."""
    if not file.is_file():
        return ""
    try:
        answer = git.text(
            "config", "--file", str(file), "--no-includes", "--null", "--get-regexp", r"^remote\..*\.url$"
        )
    except GitFailed:
        return ""  # git ends with an error when there is no remote
    urls = dict(reversed([entry.partition("\n")[::2] for entry in answer.split("\0") if entry]))
    url = urls.get("remote.origin.url") or next(reversed(urls.values()), "")
    return without_secrets(url)


def without_secrets(url: str) -> str:
    """A remote's address without what may be a login: user and password before the host, a query, a fragment.

    In the short form `user@host:path` (git-clone(1), "Git URLs") the user stays, for a password has no place in it. An
    address whose host cannot be told from its password is '' as a whole.
    """
    url = _QUERY.sub("", url.strip())
    scheme, separator, rest = url.partition("://")
    if separator:
        authority, slash, path = rest.partition("/")
        host = authority.rpartition("@")[2]
        url = f"{scheme}://{host}{slash}{path}" if _HOST.fullmatch(host) else ""
    elif ":" in url.partition("@")[0] and "@" in url:
        url = url.rpartition("@")[2]
    return "".join(character for character in url if character.isprintable())[:_LONGEST_URL]

"""Command lines that build, run or pull images: docker, podman, nerdctl, buildah and kaniko's executor.

Knows which of their options take a value, from `docker build --help`, `docker run --help`, `podman-build(1)`,
`podman-run(1)`, `buildah-build(1)` and kaniko's README, section "Additional Flags".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

MARK = re.compile(r"\b(?:docker|podman|nerdctl|buildah|executor|cd|pushd)\b")
"""What a script has that can be of interest here."""
IMAGE_CONTEXT = "docker-image://"
"""How a build context names an image (docker buildx build reference, `--build-context`)."""
_CLIENTS = {"docker", "podman", "nerdctl", "buildah"}
_BEFORE = {"sudo", "exec", "time", "command", "env", "then", "do", "else", "if", "!", "{", "while", "until", "nohup"}
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_GROUPS = {"image", "container", "buildx", "builder"}
_BUILD, _RUN, _PULL = {"build", "bud", "build-using-dockerfile"}, {"run", "create"}, {"pull"}
_EXECUTOR = re.compile(r"(?:.*/)?(?:kaniko/executor|executor)")

_SWITCHES = {
    # of builds
    *("--no-cache", "--pull", "--quiet", "--push", "--load", "--rm", "--force-rm", "--squash", "--compress", "--debug"),
    *("--pull-always", "--pull-never", "--layers", "--squash-all", "--tls-verify", "--all-platforms", "--http-proxy"),
    # of containers
    *("--detach", "--interactive", "--tty", "--privileged", "--publish-all", "--init", "--no-healthcheck", "--replace"),
    *("--oom-kill-disable", "--read-only", "--sig-proxy", "--disable-content-trust", "--rmi", "--no-hosts", "--help"),
    *("--no-hostname", "--env-host", "--rootfs", "--passwd", "--read-only-tmpfs", "--all-tags", "--all"),
    *("--use-api-socket", "--no-trunc", "--tls", "--tlsverify"),
}
"""Long options that stand alone; all others take the next word unless they hold a `=`."""
_ALONE, _BUILD_ALONE, _RUN_ALONE, _PULL_ALONE = (frozenset(letters) for letters in ("D", "qD", "ditqP", "aq"))
"""Short options that stand alone: before the verb, and those of each verb."""


class ImageBuild(msgspec.Struct, frozen=True, kw_only=True):
    """A build, its words as written."""

    dockerfile: str = ""
    context: str = ""
    target: str = ""
    arguments: dict[str, str] = {}
    tags: list[str] = []
    images: list[str] = []
    """Named contexts that are images."""


class ImageUse(msgspec.Struct, frozen=True):
    """An image that is run or pulled, as written."""

    image: str


def read_command(words: Sequence[str]) -> ImageBuild | ImageUse | None:
    """What a simple command does to an image; None for every other command."""
    begin = next((n for n, word in enumerate(words) if word not in _BEFORE and not _ASSIGNMENT.match(word)), None)
    if begin is None:
        return None
    rest = words[begin:]
    if _EXECUTOR.fullmatch(rest[0]):
        return kaniko(rest[1:])
    if rest[0].rpartition("/")[2] not in _CLIENTS:
        return None
    rest = _arguments_of(rest[1:], _ALONE)
    if len(rest) > 1 and rest[0] in _GROUPS:
        rest = _arguments_of(rest[1:], _ALONE)
    return _client(rest[0], rest[1:]) if rest else None


def kaniko(words: Sequence[str]) -> ImageBuild:
    """The build that arguments of kaniko's executor describe; a local context is `dir://PATH` or a path."""
    options, _ = _all_options(words, frozenset())
    context = _last(options, "--context", "-c").removeprefix("dir://").removeprefix("/workspace/")
    sub_path = _last(options, "--context-sub-path")
    return ImageBuild(
        dockerfile=_last(options, "--dockerfile", "-f"),
        context=f"{context or '.'}/{sub_path}" if sub_path else context or ".",
        target=_last(options, "--target"),
        arguments=_arguments(options),
        tags=_every(options, "--destination", "-d"),
    )


def _client(verb: str, words: Sequence[str]) -> ImageBuild | ImageUse | None:
    if verb in _RUN:
        rest = _arguments_of(words, _RUN_ALONE)
        return ImageUse(rest[0]) if rest else None
    if verb in _PULL:
        rest = _arguments_of(words, _PULL_ALONE)
        return ImageUse(rest[0]) if rest else None
    if verb not in _BUILD:
        return None
    options, rest = _all_options(words, _BUILD_ALONE)
    contexts = [value.partition("=")[2] for value in _every(options, "--build-context")]
    return ImageBuild(
        dockerfile=_last(options, "--file", "-f"),
        context=rest[-1] if rest else ".",
        target=_last(options, "--target"),
        arguments=_arguments(options),
        tags=_every(options, "--tag", "-t"),
        images=[context.removeprefix(IMAGE_CONTEXT) for context in contexts if context.startswith(IMAGE_CONTEXT)],
    )


_Options = list[tuple[str, str]]


def _arguments_of(words: Sequence[str], alone: frozenset[str]) -> Sequence[str]:
    """Everything from the first word on that is no option."""
    position = 0
    while position < len(words) and _is_option(words[position]):
        if words[position] == "--":
            return words[position + 1 :]
        position += _option(words, position, alone)[1]
    return words[position:]


def _all_options(words: Sequence[str], alone: frozenset[str]) -> tuple[_Options, list[str]]:
    """All options, and the words between and after them that are none."""
    found: _Options = []
    others: list[str] = []
    position = 0
    while position < len(words):
        if not _is_option(words[position]):
            others.append(words[position])
            position += 1
            continue
        option, taken = _option(words, position, alone)
        found.append(option)
        position += taken
    return found, others


def _is_option(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _option(words: Sequence[str], position: int, alone: frozenset[str]) -> tuple[tuple[str, str], int]:
    """The option at a position with its value, and how many words they are."""
    word = words[position]
    following = words[position + 1] if position + 1 < len(words) else ""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        if equals or name in _SWITCHES:
            return (name, value), 1
        return (name, following), 2
    for index, letter in enumerate(word[1:], 2):
        if letter not in alone:
            attached = word[index:].removeprefix("=")
            return (f"-{letter}", attached or following), 1 if attached else 2
    return (word, ""), 1


def _every(options: _Options, *names: str) -> list[str]:
    return [value for name, value in options if name in names and value]


def _last(options: _Options, *names: str) -> str:
    return next(iter(_every(options, *names)[::-1]), "")


def _arguments(options: _Options) -> dict[str, str]:
    """Build arguments with a value; one without takes it from the environment."""
    pairs = (value.partition("=") for value in _every(options, "--build-arg"))
    return {name: value for name, equals, value in pairs if equals and "$" not in value}

"""Flags: which an instruction has, and what they may say.

BuildKit, `frontend/dockerfile/instructions/bflag.go` (`BFlags.Parse`), the `parse…` functions of `parse.go` and
`commands_runmount.go`, `commands_rundevice.go`, `commands_runnetwork.go`, `commands_runsecurity.go`. ARG, STOPSIGNAL
and HEALTHCHECK NONE look at none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from basewise.dockerfile.instruction import Instruction
from basewise.dockerfile.rules.broken import Broken
from basewise.dockerfile.rules.flag_values import CHECKS
from basewise.dockerfile.tokens import Flag

_Kind = Literal["text", "texts", "switch"]
_TIMES: dict[str, _Kind] = dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), "text")
_KINDS: dict[str, dict[str, _Kind]] = {
    "ADD": {
        "chown": "text",
        "chmod": "text",
        "checksum": "text",
        "link": "switch",
        "keep-git-dir": "switch",
        "unpack": "switch",
        "exclude": "texts",
    },
    "COPY": {
        "chown": "text",
        "chmod": "text",
        "from": "text",
        "link": "switch",
        "parents": "switch",
        "exclude": "texts",
    },
    "FROM": {"platform": "text"},
    "HEALTHCHECK": _TIMES,
    "RUN": {"mount": "texts", "device": "texts", "network": "text", "security": "text"},
}
_NONE: dict[str, _Kind] = {}
_UNREAD = frozenset({"ARG", "STOPSIGNAL"})
_SWITCHES = frozenset({"true", "false"})


def broken_flags(instruction: Instruction) -> Iterator[Broken]:
    """What is wrong with an instruction's flags."""
    if not instruction.found_flags.spans or instruction.keyword in _UNREAD or _is_disabled(instruction):
        return
    kinds = _KINDS.get(instruction.keyword, _NONE)
    seen: set[str] = set()
    for flag in instruction.flags:
        kind = kinds.get(flag.name)
        if kind is None:
            yield Broken("unknown-flag", f"unknown flag: --{flag.name[:80]}", flag.token)
            continue
        if flag.name in seen and kind != "texts":
            yield Broken("duplicate-flag", f"duplicate flag specified: --{flag.name}", flag.token)
        seen.add(flag.name)
        yield from _value(flag, kind)
        if flag.value is not None and flag.name in CHECKS:
            yield from CHECKS[flag.name](flag)


def _value(flag: Flag, kind: _Kind) -> Iterator[Broken]:
    if kind == "switch" and flag.value and flag.value.lower() not in _SWITCHES:
        reason = f"expecting boolean value for flag --{flag.name}, not: {flag.value[:80]}"
        yield Broken("flag-not-boolean", reason, flag.token)
    if (flag.value is None and kind != "switch") or (flag.value == "" and kind == "switch"):
        yield Broken("flag-without-value", f"missing a value on flag: --{flag.name}", flag.token)


def _is_disabled(instruction: Instruction) -> bool:
    words = instruction.arguments.words
    return instruction.keyword == "HEALTHCHECK" and bool(words) and words[0][2].upper() == "NONE"

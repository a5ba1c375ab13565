"""Values of flags that BuildKit checks before it builds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from basewise.dockerfile.cursor import UNSET, InvalidExpansion
from basewise.dockerfile.lexer import expand
from basewise.dockerfile.mounts import InvalidMount, options
from basewise.dockerfile.rules.broken import Broken
from basewise.dockerfile.tokens import Flag
from basewise.model.limits import DEFAULT_LIMITS

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_PART = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_NUMBER = re.compile(r"[+-]?[0-9]+")
_LONGEST = 100  # characters of a number or duration; longer ones overflow or are padded with zeros
_SHOWN = 80


def _duration(flag: Flag) -> Iterator[Broken]:
    """Go's `time.ParseDuration`, and at least a millisecond unless it is 0."""
    value = flag.value or ""
    nanoseconds = _nanoseconds(value)
    if nanoseconds is None:
        yield Broken("flag-not-duration", f"'{value[:_SHOWN]}' is no duration like 1m30s", flag.token)
    elif nanoseconds and nanoseconds < 10**6:
        yield Broken("flag-too-short", f"--{flag.name} cannot be less than 1ms", flag.token)


def _nanoseconds(text: str) -> int | None:
    """A duration; 0 for none at all, None for text that is none or too long for Go's 63 bits."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if text == "" or digits == "0":
        return 0
    parts = list(_PART.finditer(digits)) if len(digits) <= _LONGEST else []
    if "".join([part[0] for part in parts]) != digits or not parts:
        return None
    total = int(sum(Fraction(part[1].rstrip(".")) * _UNITS[part[2]] for part in parts))
    if total >= 2**63:
        return None
    return -total if text.startswith("-") else total


def _retries(flag: Flag) -> Iterator[Broken]:
    value = flag.value or ""
    if value == "":
        return
    if not _NUMBER.fullmatch(value) or len(value) > _LONGEST or not -(2**31) <= int(value) < 2**31:
        yield Broken("flag-not-number", f"'{value[:_SHOWN]}' is no number of 32 bits", flag.token)
    elif int(value) < 0:
        yield Broken("flag-negative", f"--retries cannot be negative ({int(value)})", flag.token)


def _mount(flag: Flag) -> Iterator[Broken]:
    """`parseMount` without its expander: fields, and no variable in `from`."""
    try:
        fields = options(flag.value or "")
    except InvalidMount as error:
        yield Broken("mount-not-csv", error.message, flag.token)
        return
    for key, value in fields:
        if key == "from" and value and "$" in value and value.index("$") != len(value) - 1:
            reason = "'from' doesn't support variable expansion, define alias stage instead"
            yield Broken("mount-from-variable", reason, flag.token)


def _network(flag: Flag) -> Iterator[Broken]:
    if flag.value not in ("default", "none", "host"):
        yield Broken("network-mode", f"invalid network mode '{(flag.value or '')[:_SHOWN]}'", flag.token)


def _security(flag: Flag) -> Iterator[Broken]:
    if flag.value not in ("insecure", "sandbox"):
        yield Broken("security-mode", f"security '{(flag.value or '')[:_SHOWN]}' is not valid", flag.token)


def _device(flag: Flag) -> Iterator[Broken]:
    try:
        options(flag.value or "")
    except InvalidMount as error:
        yield Broken("device-not-csv", error.message, flag.token)


def _from(flag: Flag) -> Iterator[Broken]:
    """`toCommand` of `dockerfile2llb/convert.go`: what expansion would change is refused."""
    value = flag.value or ""
    try:
        is_plain = expand(value, "\\", UNSET, DEFAULT_LIMITS) == value
    except InvalidExpansion:
        is_plain = False
    if not is_plain:
        yield Broken("copy-from-variable", "variable expansion is not supported for --from", flag.token)


CHECKS: dict[str, Callable[[Flag], Iterator[Broken]]] = {
    "interval": _duration,
    "timeout": _duration,
    "start-period": _duration,
    "start-interval": _duration,
    "retries": _retries,
    "mount": _mount,
    "device": _device,
    "network": _network,
    "security": _security,
    "from": _from,
}

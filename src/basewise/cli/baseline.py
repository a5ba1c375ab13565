"""Reads and writes the baseline of `basewise check`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from basewise.model.check import BASELINE_SCHEMA, Baseline
from basewise.model.errors import BasewiseError, InvalidDocument, UsageError
from basewise.model.limits import Limits
from basewise.storage import atomic

_BASELINES = msgspec.json.Decoder(Baseline)
_REMEDY = "Restore it from version control, or write it anew with --update-baseline."


def read_baseline(file: Path, limits: Limits) -> Baseline:
    """Reads a baseline.

    Raises:
        UsageError: it is not there, or no baseline.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(limits.baseline_bytes + 1)
    except FileNotFoundError as error:
        raise UsageError(f"there is no baseline {file}", remedy="Write it with --update-baseline.") from error
    except OSError as error:
        raise UsageError(f"the baseline {file} cannot be read: {error.strerror}") from error
    if len(data) > limits.baseline_bytes:
        raise UsageError(f"the baseline {file} is larger than baseline_bytes = {limits.baseline_bytes}")
    try:
        baseline = _BASELINES.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidDocument(f"{file} is no baseline: {error}", remedy=_REMEDY) from error
    if baseline.schema != BASELINE_SCHEMA:
        raise InvalidDocument(f"{file} has the schema '{baseline.schema}', not {BASELINE_SCHEMA}", remedy=_REMEDY)
    return baseline


def write_baseline(file: Path, baseline: Baseline) -> None:
    """Puts a baseline in the place of the one that is there.

    Raises:
        BasewiseError: it cannot be written; what was there is unchanged.
    """
    data = msgspec.json.format(msgspec.json.encode(baseline), indent=2) + b"\n"
    try:
        atomic.replace(file.resolve(), data)
    except OSError as error:
        raise BasewiseError(f"the baseline {file} cannot be written: {error.strerror}") from error

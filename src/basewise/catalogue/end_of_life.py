"""Whether a distribution still gets security fixes that everybody can have.

A distribution past its end reports few vulnerabilities, because nobody looks any more; so the date decides, and a date
that could not be confirmed decides nothing.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Literal

import msgspec

from basewise.catalogue.loader import load_as
from basewise.model.evidence import Answer

Confidence = Literal["confirmed", "secondary", "unconfirmed"]
_PART_END = re.compile(r"[.\-_]")


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True):
    """Until when one release of a distribution is maintained, and who says so."""

    distribution: str
    """os-release's ID."""
    name: str
    """As its publisher writes it."""
    version: str
    rolling: bool = False
    standard: date | None = None
    """Last day of the distribution's own public security support."""
    extended: date | None = None
    """Last day of the phase that follows it."""
    extended_name: str = ""
    extended_is_public: bool = False
    extended_terms: str = ""
    """What the extended phase takes where it is not public."""
    source: str
    """The publisher's page."""
    as_of: date
    status: Confidence
    note: str = ""

    @property
    def free_until(self) -> date | None:
        """Last day on which everybody gets security fixes; None when there is no end or none is known."""
        if self.rolling:
            return None
        return self.extended if self.extended and self.extended_is_public else self.standard

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}".strip()


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one release on one day."""

    eol: Answer
    date: str = ""
    """Last day of public security fixes, RFC 3339; empty when there is none or none is known."""
    source: str = ""


class _Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    aliases: list[str] = []
    rolling: bool = False
    standard: date | None = None
    extended: date | None = None
    source: str = ""
    as_of: date | None = None
    status: Confidence | None = None
    note: str = ""


class _Distribution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    name: str
    source: str
    as_of: date
    status: Confidence
    rolling: bool = False
    extended_name: str = ""
    extended_is_public: bool = False
    extended_terms: str = ""
    note: str = ""
    releases: list[_Release] = []


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    distributions: list[_Distribution]


def lifecycle(distribution_id: str, version: str) -> Lifecycle | None:
    """What the catalogue knows of a release.

    Args:
        distribution_id: os-release's ID.
        version: VERSION_ID, from which only the front is needed (`3.20.3`), or a code name.

    Returns:
        None when the distribution or the release is not in the catalogue.
    """
    distribution = _distributions().get(distribution_id.lower())
    if distribution is None:
        return None
    if distribution.rolling:
        return _lifecycle(distribution, _Release(version, rolling=True))
    for candidate in _versions(distribution_id, version.lower()):
        for release in distribution.releases:
            if candidate == release.version or candidate in release.aliases:
                return _lifecycle(distribution, release)
    return None


def assess(distribution_id: str, version: str, on: date) -> Assessment:
    """Whether a release is past its end of life on a day.

    End of life is the day after the last one on which the distribution publishes security fixes that everybody can
    have: Debian's LTS counts, Ubuntu's ESM does not, because it takes a subscription.

    Args:
        distribution_id: os-release's ID; empty when the image has none.
        version: VERSION_ID or code name.
        on: the day of the question.
    """
    found = lifecycle(distribution_id, version)
    if found is None:
        return Assessment(eol=Answer("unknown", _why_unknown(distribution_id, version)))
    until = found.free_until
    state, reason = _judge(found, until, on)
    return Assessment(
        eol=Answer(state, reason + _remark(found), found.source),
        date=until.isoformat() if until else "",
        source=found.source,
    )


def code_names() -> dict[str, str]:
    """Code names of releases that have an end, with os-release's ID of their distribution."""
    return {
        alias: distribution.id
        for distribution in _distributions().values()
        for release in distribution.releases
        if not release.rolling
        for alias in release.aliases
    }


def maintained(distribution_id: str, on: date) -> list[Lifecycle]:
    """Releases that get security fixes for everybody on a day, by dates that are no mere plans; newest first."""
    distribution = _distributions().get(distribution_id.lower())
    if distribution is None:
        return []
    found = [_lifecycle(distribution, release) for release in distribution.releases]
    return [one for one in reversed(found) if one.status != "unconfirmed" and one.free_until and one.free_until >= on]


def _judge(found: Lifecycle, until: date | None, on: date) -> tuple[Literal["yes", "no", "unknown"], str]:
    if found.status == "unconfirmed":
        said = f"said to end on {until}, which is not confirmed" if until else "no confirmed end date"
        return "unknown", f"{found.title}: {said}"
    if found.rolling:
        return "no", f"{found.title}: no end; fixes come for as long as its packages are updated"
    if until is None:
        return "unknown", f"{found.title}: no end date is known"
    if on > until:
        return "yes", f"{found.title}: security fixes for everybody ended on {until}{_paid(found, on)}"
    if found.standard and on > found.standard:
        return "no", f"{found.title}: {found.extended_name} until {until}; regular support ended on {found.standard}"
    return "no", f"{found.title}: security fixes until {until}"


def _paid(found: Lifecycle, on: date) -> str:
    """What those can still have who pay."""
    if found.extended is None or found.extended_is_public or on > found.extended:
        return ""
    return f"; {found.extended_name} until {found.extended} takes {found.extended_terms}"


def _remark(found: Lifecycle) -> str:
    source = "from a secondary source" if found.status == "secondary" else ""
    remarks = "; ".join(part for part in (found.note, source) if part)
    return f" ({remarks})" if remarks else ""


def _why_unknown(distribution_id: str, version: str) -> str:
    if not distribution_id:
        return "the image does not say which distribution it is"
    distribution = _distributions().get(distribution_id.lower())
    if distribution is None:
        return f"the catalogue has no end-of-life dates for '{distribution_id}'"
    if not version:
        return f"the image does not say which release of {distribution.name} it is"
    return f"the catalogue has no end-of-life date for {distribution.name} {version}"


def _versions(distribution_id: str, version: str) -> list[str]:
    """The version and its front parts, longest first: `3.20.3`, `3.20`, `3`."""
    if distribution_id == "alpine" and "_alpha" in version:
        return ["edge"]  # edge calls itself by the release it will become, 3.24.0_alpha20260127
    cuts = [match.start() for match in _PART_END.finditer(version)]
    return [version, *(version[:cut] for cut in reversed(cuts))]


def _lifecycle(distribution: _Distribution, release: _Release) -> Lifecycle:
    return Lifecycle(
        distribution=distribution.id,
        name=distribution.name,
        version=release.version,
        rolling=release.rolling,
        standard=release.standard,
        extended=release.extended,
        extended_name=distribution.extended_name,
        extended_is_public=distribution.extended_is_public,
        extended_terms=distribution.extended_terms,
        source=release.source or distribution.source,
        as_of=release.as_of or distribution.as_of,
        status=release.status or distribution.status,
        note="; ".join(note for note in (release.note, distribution.note) if note),
    )


@cache
def _distributions() -> dict[str, _Distribution]:
    catalogue = load_as("end_of_life", _Catalogue)
    return {distribution.id: distribution for distribution in catalogue.distributions}

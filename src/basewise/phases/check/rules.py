"""What each rule says of one image. Nothing here knows where the image is named, or how much the rule weighs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from basewise.catalogue.end_of_life import assess, lifecycle, maintained
from basewise.catalogue.names import distribution_told
from basewise.catalogue.registries import origin_of
from basewise.model.configuration import CONFIGURATION_NAME
from basewise.model.patterns import ReferencePattern
from basewise.model.policy import Policy, RuleId
from basewise.model.reference import Reference

_LATEST = "latest"
_SHOWN = 3  # patterns or releases that a remedy names
_OF_BUILT_IMAGES: frozenset[RuleId] = frozenset({"refused", "end-of-life"})
_DIGEST_COMMAND = "docker buildx imagetools inspect"


class Hit(NamedTuple):
    """One rule that one image breaks."""

    rule: RuleId
    subject: str
    """See `CheckFinding.subject`."""
    message: str
    remedy: str


class Rules:
    """The rules of a policy, prepared once."""

    def __init__(self, policy: Policy, own: list[str], day: date) -> None:
        """Prepares them.

        Args:
            own: beginnings of names that are the company's own.
            day: the day of the question whether a distribution is maintained.

        Raises:
            InvalidPattern: a pattern of the policy is none.
        """
        self._own = own
        self._day = day
        self._allow = [ReferencePattern(text) for text in policy.allow]
        self._allowed = policy.allow
        self._refuse = [(ReferencePattern(refusal.match), refusal) for refusal in policy.refuse]
        self.broken = cache(self._broken)
        """What an image breaks; whole lists, made once for each image however often it is named."""

    def _broken(self, reference: Reference, *, built_here: bool) -> list[Hit]:
        """What an image breaks.

        Args:
            built_here: a file says that the image is built here: where it comes from and its digest are no question.
        """
        hits = [
            *self._public(reference),
            *_unpinned(reference),
            *_latest(reference),
            *self._refused(reference),
            *self._ended(reference),
        ]
        return [hit for hit in hits if not built_here or hit.rule in _OF_BUILT_IMAGES]

    def _public(self, reference: Reference) -> Iterator[Hit]:
        if origin_of(reference, self._own) != "public" or any(one.matches(reference) for one in self._allow):
            return
        allowed = ", ".join(self._allowed[:_SHOWN]) + (", …" if len(self._allowed) > _SHOWN else "")
        instead = f"one that check.allow covers ({allowed})" if allowed else "an image of your own or a hardened one"
        yield Hit(
            "public-base",
            reference.name,
            f"{reference.familiar} is a public image that nothing allows",
            f"Use {instead}, or add {reference.name} to check.allow in {CONFIGURATION_NAME}.",
        )

    def _refused(self, reference: Reference) -> Iterator[Hit]:
        for pattern, refusal in self._refuse:
            if pattern.matches(reference):
                remedy = f"Write {refusal.instead} instead." if refusal.instead else "Use another image."
                message = f"{reference.familiar} is refused by '{refusal.match}': {refusal.reason.rstrip('.')}"
                yield Hit("refused", reference.name, message, remedy)
                return

    def _ended(self, reference: Reference) -> Iterator[Hit]:
        told = distribution_told(reference)
        if told is None:
            return
        found, answer = lifecycle(*told), assess(*told, self._day)
        if found is None or answer.eol.state != "yes":
            return
        releases = [f"{one.title} (until {one.free_until})" for one in maintained(told.distribution, self._day)]
        remedy = (
            f"Move to {' or '.join(releases[:_SHOWN])}" if releases else "Move to a distribution that is maintained"
        )
        yield Hit(
            "end-of-life",
            f"{reference.name} {found.distribution} {found.version}",
            f"{reference.familiar} is past its end of life by its name: {answer.eol.reason}",
            f"{remedy}; whether this image comes with it was not looked up.",
        )

    def life_is_known(self, reference: Reference) -> bool:
        """True when the name tells a distribution that the catalogue can answer for on that day."""
        told = distribution_told(reference)
        return told is not None and assess(*told, self._day).eol.state != "unknown"


def _unpinned(reference: Reference) -> Iterator[Hit]:
    if reference.digest:
        return
    tagged = reference.familiar if reference.tag else f"{reference.familiar}:TAG"
    yield Hit(
        "unpinned",
        reference.name,
        f"{reference.familiar} has no digest",
        f"Write {tagged}@sha256:…; '{_DIGEST_COMMAND} {tagged}' prints the digest.",
    )


def _latest(reference: Reference) -> Iterator[Hit]:
    if reference.tag_or_latest != _LATEST:
        return
    what = "names the tag latest" if reference.tag else "names no tag, which means latest"
    familiar = Reference(reference.registry, reference.repository).familiar
    yield Hit(
        "latest",
        reference.name,
        f"{reference.familiar} {what}",
        f"Write the version that is meant: {familiar}:VERSION.",
    )

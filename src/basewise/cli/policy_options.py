"""Options that say what a check asks, and how they change what `basewise.yaml` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import click
import msgspec

from basewise.cli.configuration_values import mistakes
from basewise.cli.options import Command
from basewise.model.configuration import Configuration
from basewise.model.errors import UsageError
from basewise.model.policy import RULES, Level, Policy, RoleLevels, RuleId, RuleLevels
from basewise.model.workload import UsageKind, UsageRole

_LEVELS: tuple[Level, ...] = get_args(Level)
_ROLES: tuple[UsageRole, ...] = get_args(UsageRole)
_KINDS: tuple[UsageKind, ...] = tuple(kind for kind in get_args(UsageKind) if kind != "argument")

Setting = tuple[RuleId, UsageRole | None, Level]


def _settings(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[Setting]:
    return [_setting(value) for value in values]


def _setting(text: str) -> Setting:
    what, _, level = text.partition("=")
    rule, colon, role = what.partition(":")
    if rule not in RULES:
        raise click.BadParameter(f"'{rule}' is no rule; choose from {', '.join(RULES)}.")
    if colon and role not in _ROLES:
        raise click.BadParameter(f"'{role}' is no role; choose from {', '.join(_ROLES)}.")
    if level not in _LEVELS:
        raise click.BadParameter(f"'{level}' is no level; write {what}=error, {what}=warning or {what}=off.")
    return rule, role or None, level  # type: ignore[return-value]  # each was looked up above


_OPTIONS = [
    click.option(
        "--allow",
        metavar="PATTERN",
        multiple=True,
        help="Public images that may be used, as registry/repository[:tag][@digest] with globs. Repeatable.",
    ),
    click.option(
        "--own",
        metavar="PREFIX",
        multiple=True,
        help="Names that begin so are built here although their registry is public (ghcr.io/acme). Repeatable.",
    ),
    click.option(
        "--rule",
        "rules",
        metavar="RULE[:ROLE]=LEVEL",
        multiple=True,
        callback=_settings,
        help="How much a rule weighs: error, warning or off; for one role only where one is named. Repeatable.",
    ),
    click.option(
        "--role",
        "roles",
        multiple=True,
        type=click.Choice(_ROLES),
        help="Look only at images that are for this. Repeatable.  [default: runtime, build]",
    ),
    click.option(
        "--kind",
        "kinds",
        multiple=True,
        metavar="KIND",
        type=click.Choice(_KINDS),
        help="Look only at images that files of this kind name (dockerfile, kubernetes, compose, …). Repeatable.",
    ),
]


def policy_options(command: Command) -> Command:
    """Adds the options; their values are passed as keywords that `with_options` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def is_narrowed(options: Mapping[str, Any]) -> bool:
    """True when the flags choose which images are looked at."""
    return bool(options["roles"] or options["kinds"])


def with_options(configuration: Configuration, options: Mapping[str, Any]) -> Configuration:
    """The configuration with what the flags add to its lists and set instead of its values.

    Raises:
        UsageError: a pattern or beginning of names is none.
    """
    for mistake in mistakes(Configuration(own=list(options["own"]), check=Policy(allow=list(options["allow"])))):
        flag = "--own" if mistake.path[0] == "own" else "--allow"
        raise UsageError(f"{flag}: {mistake.message}", remedy=mistake.remedy)
    policy = configuration.check
    return Configuration(
        own=[*configuration.own, *options["own"]],
        check=msgspec.structs.replace(
            policy,
            allow=[*policy.allow, *options["allow"]],
            rules=_with_settings(policy.rules, options["rules"]),
            roles=list(options["roles"]) or policy.roles,
            kinds=list(options["kinds"]) or policy.kinds,
        ),
    )


def _with_settings(levels: RuleLevels, settings: list[Setting]) -> RuleLevels:
    for rule, role, level in settings:
        new: Level | RoleLevels = level
        if role is not None:
            new = RoleLevels(**{one: levels.of(rule, one) for one in _ROLES} | {role: level})
        levels = msgspec.structs.replace(levels, **{rule.replace("-", "_"): new})
    return levels

"""The backlog as every format shows it: which bases are ranked, and what each column says.

Bases that nobody can name come first, because the work on them is to find out what they are. Those that are only built
with are apart: no workload inherits them.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from basewise.model.advisory import SEVERITIES, SeverityLevel
from basewise.model.digest import short
from basewise.model.evidence import Outcome
from basewise.model.inventory import UNIDENTIFIED, Base, Driver, ImageRow, Inventory
from basewise.model.repository import FirstIntroduced
from basewise.render.words import NONE, UNKNOWN, familiar, measured, number, plural

_INHERITOR_NOUNS = {"workloads in manifests": "workload", "Dockerfiles": "Dockerfile"}
_AT_MOST_BASES = 10
_AT_MOST_DRIVERS = 3
_AT_MOST_NAMES = 3
_AT_MOST_VULNERABILITIES = 3
_AT_MOST_IMAGES = 10

OWN_FINDINGS = "Brought by images themselves, not by a base"
BUILDERS = "Builder, CI and development bases, not scored as production"
NOTHING_RUNS = "No base that anything runs on was found."


class Row(msgspec.Struct, frozen=True):
    """A base and its place in the backlog."""

    base: Base
    rank: int | None
    """From 1; None for a base that is not ranked."""


class Backlog(msgspec.Struct, frozen=True):
    """The rows of an inventory, in its order."""

    unidentified: list[Row]
    ranked: list[Row]
    builders: list[Row]

    @property
    def production(self) -> list[Row]:
        """Everything that runs: the unidentified above the ranked."""
        return self.unidentified + self.ranked


def backlog(inventory: Inventory) -> Backlog:
    """Sorts the bases into the three groups; the order inside each stays the inventory's."""
    runtime = [base for base in inventory.bases if base.role == "runtime"]
    named = [base for base in runtime if not is_unidentified(base)]
    return Backlog(
        unidentified=[Row(base, None) for base in runtime if is_unidentified(base)],
        ranked=[Row(base, rank) for rank, base in enumerate(named, start=1)],
        builders=[Row(base, None) for base in inventory.bases if base.role != "runtime"],
    )


def is_unidentified(base: Base) -> bool:
    """True for a base that only its layers are known of."""
    return base.id.startswith(UNIDENTIFIED)


def title(base: Base) -> str:
    """How a person refers to the base."""
    if is_unidentified(base):
        return f"unidentified {short(base.id.removeprefix(UNIDENTIFIED))}"
    return base.reference or base.id


def distribution(base: Base) -> str:
    """`debian 11 EOL`; with a question mark where nobody can say whether it is."""
    if base.distro is None:
        return NONE if outcome(base) == "ok" else UNKNOWN
    name = f"{base.distro.id} {base.distro.version}".strip()
    marks = {"yes": " EOL", "no": "", "unknown": " EOL?"}
    return name + marks[base.distro.eol.state]


_WHAT_FOR = {"build": "builder stages", "ci": "jobs of CI", "dev": "development"}


def inheritors(base: Base) -> str:
    """`40 workloads`, in brackets the total where other bases stand on this one; else what uses it, as `jobs of CI`."""
    if base.role != "runtime":
        return _WHAT_FOR[base.role]
    count = base.inheritors.count
    noun = _INHERITOR_NOUNS.get(base.inheritors.kind)
    own = plural(count, noun) if noun else NONE if base.inheritors.kind == "none" else f"{count} inheritors"
    return own if base.inheritors_total <= count else f"{own} ({base.inheritors_total})"


def reason(base: Base) -> str:
    """Why the figures of the base are not the whole truth; empty when they are."""
    return "" if outcome(base) == "ok" else base.reason or "no image of this base could be read"


def why_no_drivers(base: Base) -> str:
    """Why nothing of a base adds to the score; empty when it was not assessed, which is said elsewhere."""
    if outcome(base) != "ok":
        return ""
    if not any(driver.weight > 0 for driver in base.drivers):
        return "no open finding that weighs anything"
    if base.inheritors.count:
        return "has open findings, and no inheritor carries them any more"
    return "has open findings, and nobody inherits it directly"


def own_findings(inventory: Inventory) -> list[str]:
    """A line for each image whose own layers bring findings, worst first: these belong to no base and to no rank."""
    counts: dict[str, dict[SeverityLevel, int]] = {}
    for finding in inventory.findings:
        for image in {at.image for at in finding.own}:
            levels = counts.setdefault(image, dict.fromkeys(SEVERITIES, 0))
            levels[finding.severity.level] += 1
    found = [(image, counts[image.digest]) for image in inventory.images if image.digest in counts]
    found.sort(key=lambda entry: ([-entry[1][level] for level in SEVERITIES], _name(entry[0])))
    lines = [_own_line(image, levels) for image, levels in found[:_AT_MOST_IMAGES]]
    if len(found) > _AT_MOST_IMAGES:
        more = plural(len(found) - _AT_MOST_IMAGES, "more image")
        lines.append(f"and {more}: see own in findings with --format json")
    return lines


def _name(image: ImageRow) -> str:
    return familiar(image.references[0]) if image.references else image.digest


def _own_line(image: ImageRow, levels: dict[SeverityLevel, int]) -> str:
    # What was not read may hide more, so each count is a lower bound then.
    status: Outcome = "ok" if image.status == "ok" else "partial"
    counts = ", ".join(f"{measured(count, status)} {level}" for level, count in levels.items() if count)
    return f"{_name(image)}: {counts}"


def explained(rows: Backlog) -> list[Row]:
    """The bases that are spelled out below the table: the unidentified and the first of the ranked."""
    return rows.production[:_AT_MOST_BASES]


def drivers_title(rows: Backlog) -> str:
    """The heading over `explained`, which says when some are left out."""
    more = len(rows.production) > _AT_MOST_BASES
    return f"What drives the first {_AT_MOST_BASES}" if more else "What drives them"


def explanation(base: Base, end_of_life: frozenset[str]) -> list[str]:
    """Everything about a base that no column holds, a sentence each."""
    drivers = leading_drivers(base)
    found = [*details(base), *(driver_sentence(driver, end_of_life) for driver in drivers[:_AT_MOST_DRIVERS])]
    if len(drivers) > _AT_MOST_DRIVERS:
        found.append(f"and {plural(len(drivers) - _AT_MOST_DRIVERS, 'more source package')}")
    if not drivers and (why := why_no_drivers(base)):
        found.append(why)
    return found


def leading_drivers(base: Base) -> list[Driver]:
    """The drivers that add to the score; negligible findings alone drive nothing."""
    return [driver for driver in base.drivers if driver.blast > 0]


def details(base: Base) -> list[str]:
    """Sentences that no column holds: who inherits it, how its age is known, what could not be assessed."""
    names = base.inheritors.names
    more = len(names) - _AT_MOST_NAMES
    found = []
    if names:
        found.append(f"inherited by {', '.join(names[:_AT_MOST_NAMES])}" + (f" and {more} more" if more > 0 else ""))
    if base.first_introduced:
        found.append(_introduced(base.first_introduced))
    if base.last_rebuilt:
        found.append(f"last rebuilt {base.last_rebuilt.at[:10]}, by {base.last_rebuilt.method}")
    if outcome(base) != "ok":
        found.append(f"{'assessed in part' if outcome(base) == 'partial' else 'not assessed'}: {reason(base)}")
    return found


def _introduced(first: FirstIntroduced) -> str:
    """`first named 2023-04-02 in services/orders/Dockerfile (git)`; in a history that is cut, or earlier."""
    or_earlier = " or earlier" if first.method == "git-shallow" else ""
    return f"first named {first.at[:10]}{or_earlier} in {first.source} ({first.method})"


class Column(msgspec.Struct, frozen=True):
    """One column of the backlog."""

    header: str
    cell: Callable[[Row], str]
    numeric: bool = True


def outcome(base: Base) -> Outcome:
    """How far the figures of a base go: one whose packages nobody counted was not assessed, whatever its status."""
    return "not_assessed" if base.packages is None else base.status


def _severity(level: str) -> Callable[[Row], str]:
    return lambda row: measured(getattr(row.base.severity_counts, level, None), outcome(row.base))


def _blast(value: float | None, base: Base) -> str:
    """Lead or score: what is known (an end of life) stays a lower bound even where no package could be judged."""
    return measured(value, "partial" if value and outcome(base) == "not_assessed" else outcome(base))


COLUMNS: tuple[Column, ...] = (
    Column("#", lambda row: "-" if row.rank is None else str(row.rank)),
    Column("base", lambda row: title(row.base), numeric=False),
    Column("distro", lambda row: distribution(row.base), numeric=False),
    Column("inherited by", lambda row: inheritors(row.base), numeric=False),
    *(
        Column(header, _severity(level))
        for header, level in (
            ("crit", "critical"),
            ("high", "high"),
            ("med", "medium"),
            ("low", "low"),
            ("unkn", "unknown"),
        )
    ),
    Column("KEV", lambda row: measured(row.base.kev, outcome(row.base))),
    Column("fix", lambda row: measured(row.base.fixable, outcome(row.base))),
    Column("age", lambda row: measured(row.base.days_since_rebuild, "ok")),
    Column("lead", lambda row: _blast(row.base.lead, row.base)),
    Column("score", lambda row: _blast(row.base.score, row.base)),
)
NUMERIC = frozenset(column.header for column in COLUMNS if column.numeric)
LEGEND = (
    "inherited by: directly (with all that stands on it). age: days since the last rebuild. fix: with a known fix. "
    "lead: the largest blast (severity weight x inheritors) of one source package. score: their sum. "
    f"{UNKNOWN}: not assessed. ≥: assessed in part."
)


def end_of_life_ids(inventory: Inventory) -> frozenset[str]:
    """Ids of the pseudo-findings that stand for the end of support; a driver with one is no package."""
    return frozenset(finding.vulnerability for finding in inventory.findings if finding.kind == "end-of-life")


def driver_sentence(driver: Driver, end_of_life: frozenset[str]) -> str:
    """What one source package adds to the score, and why."""
    name = f"{driver.source_package} {driver.source_version}".strip()
    reach = [plural(driver.inheritors, "inheritor"), f"blast {number(driver.blast)}"]
    if not end_of_life.isdisjoint(driver.vulnerabilities):
        return f"{name}: " + ", ".join(["end of life", *reach])
    shown = driver.vulnerabilities[:_AT_MOST_VULNERABILITIES]
    more = driver.vulnerability_count - len(shown)
    which = " ".join(shown) + (f" and {more} more" if more > 0 else "")
    severity = [driver.severity if driver.severity in SEVERITIES[:-1] else "severity unknown"]
    kev = ["KEV"] if driver.kev else []
    fix = f"fixed in {driver.fixed_in}" if driver.fixed_in else "no fix known"
    if driver.fixed_in and driver.unfixed:
        fix += f" (all but {driver.unfixed})"
    return f"{name}: " + ", ".join([*severity, *kev, *reach, fix, which]).removesuffix(", ")

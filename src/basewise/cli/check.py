"""`basewise check`: the gate for continuous integration and commits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from basewise import __version__
from basewise.cli.baseline import read_baseline, write_baseline
from basewise.cli.checkout import Checkout, checkout_of
from basewise.cli.configuration import ReadConfiguration, find_configuration, read_configuration
from basewise.cli.exit_codes import ExitCode
from basewise.cli.looking import look
from basewise.cli.options import format_option, output_option, quiet_option
from basewise.cli.output import page, write
from basewise.cli.policy_options import is_narrowed, policy_options, with_options
from basewise.model.check import Baseline, Check, Verdict
from basewise.model.errors import UsageError
from basewise.model.limits import DEFAULT_LIMITS
from basewise.phases.check import Asked, check_usages
from basewise.phases.check.baseline import pruned, updated
from basewise.render.check import RENDERERS
from basewise.render.check.summary import summary
from basewise.render.interface import load
from basewise.render.printable import printable

_TOOL = f"basewise {__version__}"
_EXIT_CODES: dict[Verdict, ExitCode] = {
    "passed": ExitCode.DONE,
    "failed": ExitCode.GATE_FAILED,
    "incomplete": ExitCode.INCOMPLETE,
}


@click.command()
@click.argument("targets", metavar="[TARGET]...", nargs=-1)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read this configuration.  [default: the nearest basewise.yaml above the targets, in their repository]",
)
@policy_options
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Findings recorded in FILE do not fail.",
)
@click.option("--update-baseline", is_flag=True, help="Record everything that is found now in the baseline.")
@click.option("--prune-baseline", is_flag=True, help="Take out of the baseline what is gone, and add nothing.")
@format_option(RENDERERS)
@output_option
@quiet_option
def check(  # noqa: PLR0913 - one keyword for each option
    *,
    targets: tuple[str, ...],
    config: Path | None,
    baseline: Path | None,
    update_baseline: bool,
    prune_baseline: bool,
    output_format: str,
    output: Path | None,
    quiet: bool,
    **options: Any,
) -> int:
    """Fail when a file names an image that may not be used.

    TARGET is a directory (the current one by default), a file, or an image; a commit hook passes several. An image may
    not be used when it is public and not allowed, has no digest, has the tag latest or none, is refused, or is of a
    distribution past its end of life. Rules and exceptions stand in basewise.yaml; no registry is asked.

    Exits with 1 when a finding fails, else with 3 when something could not be checked.

    \b
    Examples:
      basewise check
      basewise check services/orders/Dockerfile deploy/ --rule unpinned=warning
      basewise check --baseline .basewise-baseline.json --update-baseline
      basewise check --format github                       in a step of GitHub Actions
      basewise check --format gitlab -o code-quality.json  in a job of GitLab CI
      basewise check --format sarif -o check.sarif         for code scanning
    """  # noqa: D301 -- click wants the control character itself, to keep the lines below it as they are
    now = datetime.now(UTC)
    names = targets or (".",)
    checkout = checkout_of([Path(name) for name in names if Path(name).exists()], Path.cwd())
    read = _configuration(config, checkout)
    file = _baseline_file(baseline, read)
    if (update_baseline or prune_baseline) and file is None:
        raise UsageError("there is no baseline to update", remedy="Name one with --baseline FILE.")
    known = None
    if file is not None:
        known = Baseline() if update_baseline and not file.exists() else read_baseline(file, DEFAULT_LIMITS)
    asked = _asked(read, options, checkout, known, file)
    looked = look(names, checkout, DEFAULT_LIMITS)
    done = check_usages(looked, asked, now=now, tool=_TOOL)
    remark = ""
    if update_baseline and file is not None and known is not None:
        new = updated(known, done)
        write_baseline(file, new)
        remark = _changes(file, known, new)
        done = check_usages(looked, msgspec.structs.replace(asked, baseline=new), now=now, tool=_TOOL)
    elif file is not None and known is not None and done.baseline is not None and done.baseline.gone:
        new = pruned(known, done.baseline)
        if prune_baseline:
            write_baseline(file, new)
        remark = _changes(file, known, new) if prune_baseline else _may_come_back(len(done.baseline.gone))
    write(load(RENDERERS, output_format).render(done, page(output, os.environ)), output)
    if not quiet:
        _tell(done, remark)
    return _EXIT_CODES[done.verdict]


def _configuration(named: Path | None, checkout: Checkout) -> ReadConfiguration:
    if named is not None:
        return read_configuration(named, DEFAULT_LIMITS)
    found = find_configuration(checkout.upwards())
    return ReadConfiguration() if found is None else read_configuration(_shown(found), DEFAULT_LIMITS)


def _shown(path: Path) -> Path:
    """A path as a person in the working directory writes it, if it lies below."""
    here = Path(os.path.realpath(Path.cwd()))
    return path.relative_to(here) if path.is_relative_to(here) else path


def _baseline_file(named: Path | None, read: ReadConfiguration) -> Path | None:
    """What a flag names is found from the working directory, what a configuration names from its own."""
    if named is not None or read.file is None or not read.configuration.check.baseline:
        return named
    return read.file.parent / read.configuration.check.baseline


def _asked(
    read: ReadConfiguration, options: dict[str, Any], checkout: Checkout, known: Baseline | None, file: Path | None
) -> Asked:
    configuration = with_options(read.configuration, options)
    name = "" if read.file is None else checkout.path(str(read.file))
    return Asked(
        policy=configuration.check,
        own=configuration.own,
        configuration=name,
        places=[f"{name}:{line}" for line in read.exception_lines],
        narrowed=is_narrowed(options),
        baseline=known,
        baseline_file="" if file is None else checkout.path(str(file)),
    )


def _changes(file: Path, before: Baseline, after: Baseline) -> str:
    old, new = ({entry.fingerprint for entry in one.findings} for one in (before, after))
    return f"{file} written: {len(new - old)} findings added, {len(old - new)} removed, {len(new)} in all"


def _may_come_back(gone: int) -> str:
    return f"findings that are gone could come back unnoticed: {gone}; take them out with --prune-baseline"


def _tell(done: Check, remark: str) -> None:
    lines: Sequence[str] = [*summary(done), *([remark] if remark else [])]
    for line in lines:
        click.echo(printable(line), err=True)

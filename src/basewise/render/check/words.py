"""What several formats say of a check in the same words."""

from __future__ import annotations

from collections.abc import Iterator

from basewise.model.check import Check, CheckFinding, ExceptionUse

COMMAND_LINE = "command line"


def counted(document: Check) -> list[CheckFinding]:
    """Findings that count: neither known nor excepted."""
    return [finding for finding in document.findings if finding.state == "new"]


def place(finding: CheckFinding) -> str:
    """`file:line:column`, as far as it is known."""
    numbers = [str(number) for number in (finding.line, finding.column if finding.line else 0) if number]
    return ":".join([finding.file or COMMAND_LINE, *numbers])


def exception_of(document: Check, finding: CheckFinding) -> ExceptionUse | None:
    """The exception that covers a finding, or would if it had not expired."""
    return None if finding.exception is None else document.exceptions[finding.exception]


def exception_remarks(document: Check) -> Iterator[str]:
    """A sentence for each exception that somebody has to look at."""
    for use in document.exceptions:
        about = " in ".join(part for part in (use.match, use.path) if part)
        who = f"{use.place}: the exception of {use.owner} for {about}"
        if use.state == "expired":
            again = f"{use.findings} of its findings count again" if use.findings else "nothing needs it any more"
            yield f"{who} expired on {use.expires}; {again}"
        elif use.state == "unused":
            yield f"{who} covers nothing; remove it"

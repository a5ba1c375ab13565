"""The entry point: finds the command, runs it, and turns whatever happens into one line and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from basewise import __version__
from basewise.cli.exit_codes import ExitCode
from basewise.cli.lazy import LazyCommand, LazyGroup
from basewise.model.errors import BasewiseError, ImageError, InvalidReference, UsageError
from basewise.render.printable import printable

PROGRAM = "basewise"
COMPLETION_VARIABLE = "_BASEWISE_COMPLETE"
"""Set by the scripts that `basewise completion` prints."""

COMMANDS = {
    "audit": LazyCommand("basewise.cli.audit:audit", "Rank the base images under a fleet by CVE blast radius."),
    "inspect": LazyCommand("basewise.cli.inspect:inspect", "Show everything known of one image."),
    "check": LazyCommand("basewise.cli.check:check", "Fail when a file names an image that may not be used."),
    "db": LazyCommand("basewise.cli.db:db", "Fetch, import and show the advisory database."),
    "schema": LazyCommand("basewise.cli.schema:schema", "Print the JSON Schema of a document."),
    "demo": LazyCommand("basewise.cli.demo:demo", "Build a sample fleet, without network, and audit it."),
    "completion": LazyCommand("basewise.cli.completion:completion", "Print the completion script of a shell."),
}
_EPILOG = (
    "Exit codes: 0 done, 1 a gate failed, 2 wrong usage, 3 not everything that was asked for could be assessed, "
    "4 internal error."
)

cli = LazyGroup(
    name=PROGRAM,
    lazy=COMMANDS,
    help="Move a fleet of container images from public base images to hardened ones.",
    epilog=_EPILOG,
    params=[
        click.Option(
            ["--debug"],
            is_flag=True,
            envvar="BASEWISE_DEBUG",
            show_envvar=True,
            help="Print the traceback of an internal error.",
        ),
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")(cli)

# click 8.1 prints the help itself; later versions raise this.
_HELP_INSTEAD = getattr(click.exceptions, "NoArgsIsHelpError", ())


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line.

    Args:
        arguments: without the program's name; those of the process when None.

    Returns:
        The exit code, see `ExitCode`.
    """
    instruction = os.environ.get(COMPLETION_VARIABLE)
    if instruction:
        from click.shell_completion import shell_complete  # noqa: PLC0415 -- only needed when a shell asks

        return shell_complete(cli, {}, PROGRAM, COMPLETION_VARIABLE, instruction)
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    debug = False
    try:
        with cli.make_context(PROGRAM, words) as context:
            debug = context.params["debug"]
            code = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as request:
        return request.exit_code
    except BrokenPipeError:
        # The interpreter flushes standard output once more when it ends, and must find something open there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"{PROGRAM}: stopped; what was read so far is kept", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- the last place that can turn an error into a line for a person
        if debug:
            traceback.print_exc()
        return _report(error)
    return ExitCode.DONE if code is None else int(code)


def _report(error: Exception) -> int:
    """Prints one line about the error and tells its exit code."""
    if _HELP_INSTEAD and isinstance(error, _HELP_INSTEAD):
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    code, text = _explain(error)
    click.echo(f"{PROGRAM}: error: {printable(' '.join(text.split()))}", err=True)
    return code


def _explain(error: Exception) -> tuple[ExitCode, str]:
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        where = context.command_path if context else PROGRAM
        message = error.format_message().rstrip(".")
        return ExitCode.USAGE, f"{message}{'' if message.endswith('?') else '.'} See '{where} --help'."
    if isinstance(error, UsageError | InvalidReference):  # a reference that gets here was typed by the caller
        return ExitCode.USAGE, error.diagnostics()
    if isinstance(error, ImageError):
        return ExitCode.INCOMPLETE, error.diagnostics()
    if isinstance(error, BasewiseError):
        return ExitCode.INTERNAL, error.diagnostics()
    if isinstance(error, OSError):
        where = f": '{error.filename}'" if error.filename else ""
        return ExitCode.INTERNAL, f"{error.strerror or error}{where}"
    kind = type(error).__name__
    return ExitCode.INTERNAL, f"internal error, {kind}: {error}. Set BASEWISE_DEBUG=1 to see where it happened."


if __name__ == "__main__":
    sys.exit(main())

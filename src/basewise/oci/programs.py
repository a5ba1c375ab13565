"""Images that only another program can give out: the program writes an archive, and the archive is read.

Programs run without a shell and without standard input, in a process group of their own that is ended with them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Timer
from typing import IO

from basewise.model.errors import ImageError, UsageError, WrongKind
from basewise.model.limits import Limits
from basewise.model.redaction import LOGIN_REMEDY, without_login
from basewise.oci.docker_archive import DockerArchiveSource
from basewise.oci.interface import Opening
from basewise.oci.quoting import quoted
from basewise.oci.spool import chunks_of, spool
from basewise.oci.stored import StoredSource, Transport
from basewise.oci.tar_archive import TarArchive

_SAID = 400  # characters of a program's last message


def first_present(programs: Mapping[str, Sequence[str]], what: str, opening: Opening) -> list[str]:
    """The command of the first of `programs` that is installed, with the full path of the program.

    Args:
        programs: arguments by the program's name, best first.
        what: what is read through them, for the error.

    Raises:
        ImageError: none is installed.
    """
    for program, arguments in programs.items():
        found = shutil.which(program, path=opening.search_path)
        if found is not None:
            return [found, *arguments]
    names = " or ".join(programs)
    raise ImageError(
        f"{what} cannot be read: {names} is not installed",
        remedy=f"Install {names}, or save the image where it is present and name docker-archive:FILE.",
    )


def images_from(command: Sequence[str], what: str, opening: Opening) -> StoredSource:
    """The images of the docker-archive that a command writes to its standard output.

    Raises:
        ImageError: it failed, took too long, or wrote something else.
    """
    with ExitStack() as undo:
        with output_of(command, what, opening.limits, seconds=opening.limits.program_seconds) as stream:
            file = undo.enter_context(spool(chunks_of(stream), what, opening))
        undo.pop_all()  # the archive closes it from here on
    try:
        return DockerArchiveSource(TarArchive(file, what, opening.limits), opening.limits)
    except WrongKind as error:  # the fault of the program, not of who named the image
        raise ImageError(error.message) from error


class StoreTransport(Transport):
    """One image of a store: what is written names it, and is no place with several."""

    def split(self, text: str) -> tuple[str, str]:
        return text, ""

    def join(self, location: str, selected: str) -> str:
        del location  # it is another name of the same store
        return selected

    def shown(self, text: str) -> str:
        return without_login(text)


def plain_argument(text: str, transport: str) -> str:
    """Text which no program takes for an option.

    Raises:
        UsageError: it is empty, or might be.
    """
    if not text or text.startswith("-") or not text.isprintable():
        raise UsageError(f"{transport}:{without_login(text)} names no image", remedy=f"Write {transport}:NAME[:TAG].")
    return text


def image_argument(text: str, transport: str) -> str:
    """An image's name, as `plain_argument`, without a login: programs repeat in their errors what they are given.

    Raises:
        UsageError: it is none.
    """
    if (shown := without_login(text)) != text:
        raise UsageError(f"{transport}:{shown} names no image: only a digest may follow an '@'", remedy=LOGIN_REMEDY)
    return plain_argument(text, transport)


@contextmanager
def output_of(
    command: Sequence[str],
    what: str,
    limits: Limits,
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Iterator[IO[bytes]]:
    """Standard output of a command; its failure is told before any of what was made of its output.

    Args:
        what: what is read through it, for errors.
        seconds: longest time it may take.
        environment: of the program; None for ours.

    Raises:
        ImageError: the program cannot be started, ends with an error, or is stopped because it takes too long.
    """
    name = os.path.basename(command[0])  # noqa: PTH119 -- text, no path to work with
    with tempfile.TemporaryFile() as messages:
        try:
            process = subprocess.Popen(  # noqa: S603 -- our words, and a name that is no option
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=messages,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise ImageError(f"{what} cannot be read: {name} cannot be started: {error.strerror}") from error
        late = Event()
        timer = Timer(seconds, _stop, (process, late))
        timer.start()
        try:
            with process:
                assert process.stdout is not None
                try:
                    yield process.stdout
                except BaseException:
                    _stop(process, Event())
                    raise
        finally:
            timer.cancel()
        if late.is_set():
            raise ImageError(f"{what} cannot be read: {name} took longer than {seconds:g} seconds")
        if process.returncode:
            raise _failed(what, name, process.returncode, messages, limits)


def _stop(process: subprocess.Popen[bytes], late: Event) -> None:
    if process.poll() is None:
        late.set()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _failed(what: str, name: str, code: int, messages: IO[bytes], limits: Limits) -> ImageError:
    size = messages.seek(0, os.SEEK_END)
    messages.seek(max(0, size - limits.program_message_bytes))
    lines = messages.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    said = f": {quoted(last, _SAID)}" if last else ""
    return ImageError(f"{what} cannot be read: {name} ended with code {code}{said}")

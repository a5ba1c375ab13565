"""Images that only another program can give out: the program writes an archive, and the archive is read.

Programs run without standard input, as `basewise.programs.running` runs them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import PurePath
from typing import IO

from basewise.model.errors import ImageError, UsageError, WrongKind
from basewise.model.limits import Limits
from basewise.model.redaction import LOGIN_REMEDY, without_login
from basewise.oci.docker_archive import DockerArchiveSource
from basewise.oci.interface import Opening
from basewise.oci.spool import chunks_of, spool
from basewise.oci.stored import StoredSource, Transport
from basewise.oci.tar_archive import TarArchive
from basewise.programs.running import ProgramFailed, running


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
        with _output_of(command, what, opening.limits) as stream:
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
def _output_of(command: Sequence[str], what: str, limits: Limits) -> Iterator[IO[bytes]]:
    """Standard output of a command; its failure is told before any of what was made of its output.

    Raises:
        ImageError: the program cannot be started, ends with an error, or is stopped because it takes too long.
    """
    try:
        with running(command, PurePath(command[0]).name, limits, seconds=limits.program_seconds) as process:
            assert process.stdout is not None
            yield process.stdout
    except ProgramFailed as error:
        raise ImageError(f"{what} cannot be read: {error.message}") from error

"""What the process's exit status tells a script."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """A command returns one of these; returning nothing is `DONE`."""

    DONE = 0
    GATE_FAILED = 1
    """Something was checked and is not as it must be."""
    USAGE = 2
    """What was asked for cannot be done as it was asked: a wrong flag, a file that is not there or is of another kind
    than it was named as. The run ends."""
    INCOMPLETE = 3
    """Not everything that was asked for could be assessed, for example because a file of the right kind is damaged; the
    output says what and why."""
    INTERNAL = 4
    """A fault of this program or of the machine it runs on."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C (128 + SIGINT, as shells report it)."""
    PIPE_CLOSED = 141
    """The reader of the output went away (128 + SIGPIPE, as shells report it)."""

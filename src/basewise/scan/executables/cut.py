"""Programs whose end is missing: a copy that broke off, a download that was not whole.

What such a program is made of stands in the part that is not there, so nothing that is found in the rest says that this
was all. It is told by headers that point outside the file. Programs without a table of sections are whole: some ways to
strip and to pack a program leave only what is loaded.
"""

from __future__ import annotations

from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.scan.executables.elf import HEADER_BYTES, BrokenElf, Elf
from basewise.scan.interface import Executable, FileContents


class CutPrograms(Executable):
    """No packages, but the programs that may have some which nobody can see."""

    type = "generic"

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:  # noqa: ARG002 - one look at its headers
        reason = why_cut(data)
        return FileContents(status=Status("partial", f"{path} is cut off: {reason}") if reason else Status())


def why_cut(data: bytes) -> str:
    """What of an ELF file lies outside of it; '' when it is whole, or of a class that nothing could run.

    Files with the symbols of a program for debuggers (`objcopy --only-keep-debug`) are whole: they have its headers,
    and their table of sections says that its code is elsewhere.
    """
    if len(data) < HEADER_BYTES:
        return "it ends in its header"
    try:
        elf = Elf(data)
    except BrokenElf:
        return ""
    try:
        outside = any(segment.size and segment.offset + segment.size > len(data) for segment in elf.segments())
        if elf.ends_in_sections and not outside:
            return ""
        code_is_elsewhere = False
        for section in elf.sections():
            if section.in_file and section.size and section.offset + section.size > len(data):
                return "a section lies outside the file"
            code_is_elsewhere = code_is_elsewhere or (section.executed and not section.in_file)
        if code_is_elsewhere:
            return ""
        if outside:
            return "a segment lies outside the file"
    except BrokenElf as error:
        return str(error)
    return ""

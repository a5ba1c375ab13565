"""What scripts of CI do to images: those they run or pull, and the builds that tie a Dockerfile to its image.

A command runs at the root of the repository unless `cd` went elsewhere. `ko`, `jib` and `pack` build without a
Dockerfile and are not read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from basewise.discover.build_commands import MARK, ImageBuild, read_command
from basewise.discover.dollars import interpolate
from basewise.discover.nodes import Scalar
from basewise.discover.places import below, in_folder, is_remote, root_of
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import Lookup, Resolved, first_of
from basewise.dockerfile.shell import commands
from basewise.model.limits import Limits

_LATER = re.compile(r"[$`]|\{\{|<<")
"""What no script says before it runs."""
_ROOTS = (
    *("CI_PROJECT_DIR", "GITHUB_WORKSPACE", "WORKSPACE", "BUILD_SOURCESDIRECTORY", "SYSTEM_DEFAULTWORKINGDIRECTORY"),
    *("BUILDKITE_BUILD_CHECKOUT_PATH", "CIRCLE_WORKING_DIRECTORY", "DRONE_WORKSPACE", "CI_WORKSPACE"),
)
_ROOT = re.compile(
    rf"\$(?:(?:{'|'.join(_ROOTS)})\b|\{{(?:{'|'.join(_ROOTS)})\}}"
    r"|\{\{ *github\.workspace *\}\}|\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory)\))"
)
"""What CI systems set to the root of the checkout."""
_HERE = {"PWD": Resolved(".")}
_PWD = re.compile(r"\$\(pwd\)|`pwd`")
_FILLED_IN = re.compile(
    r"\$?\{\{(?:[^{}\n]|\{[^{}\n]*+\})*+\}\}"  # GitHub Actions, Azure Pipelines: `${{ github.sha }}`
    r"|\$\[\[[^\[\]\n]*+\]\]"  # GitLab CI: `$[[ inputs.tag ]]`
    r"|<<[ \t]*+[a-z_]\w*+(?:\.[\w-]++)++[ \t]*+>>"  # CircleCI: `<< parameters.tag >>`
)
"""What a CI system puts in before a shell sees it. No two starts pass over the same text, so it takes linear time."""
_MASK: dict[int, str] = str.maketrans(
    {character: chr(0x10FF00 + ord(character)) for character in " \t!\"#$&'()*;<>?[\\]`{|}"}
)
_UNMASK = str.maketrans({hidden: chr(shown) for shown, hidden in _MASK.items()})


LineOf = Callable[[Scalar, int, str], int]
"""The line of the file for a part of a script, a line of that part from 0, and a word in it."""


def read_script(
    recorder: Recorder, parts: Iterable[Scalar], lookup: Lookup, folder: str = "", line_of: LineOf | None = None
) -> None:
    """Adds what a script that stands in a file says.

    Args:
        recorder: of the file.
        parts: its text, which may be a list of lines; all run in one shell.
        lookup: the variables that the file defines.
        folder: where it runs, from the root of the repository.
        line_of: for files that are no YAML.
    """
    reader = _Script(recorder, first_of(_HERE.get, lookup), folder, line_of or recorder.script_line)
    for part in parts:
        if MARK.search(part.value):
            reader.read(part)


def read_arguments(recorder: Recorder, build: ImageBuild, line: int, lookup: Lookup, folder: str = "") -> None:
    """Adds a build whose words stand in a file by themselves, at one line."""
    reader = _Script(recorder, first_of(_HERE.get, lookup), folder, recorder.script_line)
    reader.build(build, line)


class ScriptCommand(msgspec.Struct, frozen=True):
    """A simple command of a script."""

    words: list[str]
    """Without quotes; a `$` in one is a variable, the output of another command, or what a CI system fills in."""
    line: int
    """Of the script, from 0."""
    depth: int
    """Subshells and substitutions that it is in."""
    opened: int
    """Where the innermost of them begins."""
    is_read: bool
    """False when the script ends before its quotes do, or it is nested too deep: what follows it is not known."""


def script_commands(script: str, limits: Limits) -> Iterator[ScriptCommand]:
    """The commands of a script that a CI system hands to a shell, in their order; assignments are left out."""
    line = counted = 0
    for command in commands(_FILLED_IN.sub(lambda match: match[0].translate(_MASK), script), limits):
        line += script.count("\n", counted, command.start)
        counted = command.start
        if command.words:
            words = [_PWD.sub("$PWD", word.text.translate(_UNMASK)) for word in command.words]
            is_read = all(word.is_read for word in (*command.words, *command.assignments))
            yield ScriptCommand(words, line, command.depth, command.opened, is_read)


class _Script:
    """One script while it is read."""

    def __init__(self, recorder: Recorder, lookup: Lookup, folder: str, line_of: LineOf) -> None:
        self._recorder = recorder
        self._line_of = line_of
        self._lookup = lookup
        self._folders: list[str | None] = [folder]
        """Working directory of each subshell that is open; None for one that a variable names."""
        self._opened = [0]
        """Where each of them begins."""

    def read(self, part: Scalar) -> None:
        """Reads a part of the script."""
        del self._folders[1:], self._opened[1:]
        for command in script_commands(part.value, self._recorder.file.limits):
            self._take(part, command)

    def _take(self, part: Scalar, command: ScriptCommand) -> None:
        self._enter(command)
        words = command.words
        if not command.is_read:
            line = self._line_of(part, command.line, words[0])
            self._recorder.problem(line, "from here on this script has quotes that nothing ends, or is nested too deep")
            return
        if words[0] in {"cd", "pushd"}:
            self._folders[-1] = self._entered(words[1] if len(words) > 1 else "$HOME")
            return
        found = read_command(words)
        if isinstance(found, ImageBuild):
            self.build(found, self._line_of(part, command.line, words[0]))
        elif found is not None and not _LATER.search(found.image):
            line = self._line_of(part, command.line, found.image)
            self._recorder.commanded(found.image, line)

    def _enter(self, command: ScriptCommand) -> None:
        """Leaves the subshells that a command is not in, and enters its own."""
        depth = command.depth
        is_open = depth < len(self._opened) and (not depth or self._opened[depth] == command.opened)
        kept = depth + 1 if is_open else depth
        del self._folders[kept:], self._opened[kept:]
        while len(self._folders) <= depth:
            self._folders.append(self._folders[-1])
            self._opened.append(command.opened)

    def build(self, build: ImageBuild, line: int) -> None:
        """Adds a build."""
        for image in build.images:
            self._recorder.image(image, line, self._read(image), role="build")
        folder, written = self._folders[-1], (build.context, build.dockerfile)
        context, dockerfile = (self._path(word) for word in written)
        if folder is None or context.problem or dockerfile.problem:
            self._recorder.problem(line, "this builds an image from a Dockerfile or directory that a variable names")
            return
        if build.context == "-" or build.dockerfile == "-" or is_remote(build.context):
            self._recorder.problem(line, "this builds an image from files that are not in this directory")
            return
        if any(word.startswith("/") for word in written):
            self._recorder.problem(line, "this builds an image from a path of the machine that runs it")
            return
        root = root_of(self._recorder.file, context.value, dockerfile.value)
        place = in_folder(root, context.value, dockerfile.value)
        if place is None:
            self._recorder.problem(line, "this builds an image from files outside of this directory")
            return
        tags = [self._read(tag).value for tag in build.tags]
        self._recorder.build(line, place, target=self._read(build.target).value, arguments=build.arguments, images=tags)

    def _entered(self, directory: str) -> str | None:
        folder, written = self._folders[-1], self._path(directory)
        return None if folder is None or written.problem else below("", written.value)

    def _path(self, word: str) -> Resolved:
        """A path from the root of the repository; '' for none."""
        root = _ROOT.match(word)
        if root:
            return self._read(f".{word[root.end() :]}")
        found = self._read(word)
        if found.problem or not found.value:
            return found
        return Resolved(posixpath.join(self._folders[-1] or "", found.value))

    def _read(self, word: str) -> Resolved:
        found = interpolate(word, self._lookup, self._recorder.file.limits.interpolated_characters)
        return Resolved(word, problem="it is filled in later") if _LATER.search(found.value) else found

"""What the tokens of a Jenkins pipeline name: images, builds, pods and shell scripts."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from basewise.discover.build_commands import ImageBuild, read_command
from basewise.discover.ci.groovy import Token
from basewise.discover.ci.pod_images import pod_images
from basewise.discover.nodes import Scalar, documents
from basewise.discover.places import below
from basewise.discover.reading import child
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import DEFAULTED, Resolved
from basewise.discover.scripts import read_arguments, read_script

_HUB = "index.docker.io"
_SHELLS = frozenset({"sh", "bat", "powershell", "pwsh"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_NOTHING = Token("mark", "", 0)
_FEW = 10  # tokens before the named argument of a short call
_LONGEST_CALL = 200  # tokens of one call in which a named argument is looked for


class _Block(msgspec.Struct, frozen=True):
    """A brace that is open."""

    name: str
    folder: str | None
    """Working directory of what is in it."""
    registry: str
    """Host that `docker.withRegistry` sets."""


class Pipeline:
    """One pipeline, read once from its first token to its last."""

    def __init__(self, tokens: Sequence[Token], recorder: Recorder) -> None:
        self._tokens = tokens
        self._recorder = recorder
        self._blocks = [_Block("", "", "")]

    def read(self) -> None:
        """Adds everything that the tokens name."""
        for position, token in enumerate(self._tokens):
            if token.kind == "mark":
                self._mark(token, position)
            elif token.kind == "name":
                self._name(token, position)

    def _mark(self, token: Token, position: int) -> None:
        if token.value == "{":
            self._open(position)
        elif token.value == "}" and len(self._blocks) > 1:
            self._blocks.pop()

    def _open(self, position: int) -> None:
        """Enters a block under the name before it, or before the brackets before it."""
        before = self._at(position - 1)
        name, argument = (before.value, "") if before.kind == "name" else ("", "")
        if before.value == ")" and before.kind == "mark":
            opening = self._matching(position - 1)
            name, argument = self._at(opening - 1).value, self._text(opening + 1)
        elif before.kind == "text" and self._at(position - 2).kind == "name":
            name, argument = self._at(position - 2).value, before.value
        outer = self._blocks[-1]
        folder, registry = outer.folder, outer.registry
        if name == "dir":
            folder = below(folder, argument) if folder is not None and argument and "$" not in argument else None
        elif name == "withRegistry":
            registry = _host(argument)
        self._blocks.append(_Block(name, folder, registry))

    def _matching(self, position: int) -> int:
        """The place of the bracket that the one at `position` closes."""
        depth = 0
        for number in range(position, max(-1, position - _LONGEST_CALL), -1):
            token = self._at(number)
            if token.kind == "mark":
                depth += (token.value in _CLOSING) - (token.value in _OPENING)
            if depth == 0:
                return number
        return 0

    def _name(self, token: Token, position: int) -> None:
        following = self._at(position + 1)
        block = self._blocks[-1].name
        if token.value == "docker" and following.value == "." and following.kind == "mark":
            self._docker_object(position + 2)
        elif token.value == "docker" and block == "agent" and following.value != "{":
            self._image(position + 1)
        elif token.value == "image" and block in {"docker", "containerTemplate"}:
            self._image(position + 1, self._registry_url(position))
        elif token.value == "dockerfile" and block == "agent":
            self._dockerfile(token, position + 1)
        elif token.value == "containerTemplate" and following.value != "{":
            self._named_argument(position + 1, "image")
        elif token.value == "yaml":
            self._pod(position + 1)
        elif token.value in _SHELLS and self._at(position - 1).value != ".":
            self._script(position + 1)

    def _docker_object(self, position: int) -> None:
        """`docker.image('x')` and `docker.build('x', 'options')`."""
        method, opening, name = (self._at(position + number) for number in range(3))
        if opening.value != "(" or method.value not in {"image", "build"}:
            return
        if method.value == "image":
            self._image(position + 2)
        elif name.kind == "text":
            options = self._text(position + 4) if self._at(position + 3).value == "," else "."
            self._build(name.line, self._qualified(name.value), options)

    def _image(self, position: int, registry: str = "") -> None:
        """Adds the image that a string names; one that is put together while it runs is not assessed."""
        while self._at(position).value in {"(", ":"} and self._at(position).kind == "mark":
            position += 1
        token, following = self._at(position), self._at(position + 1)
        if token.kind == "mark":
            return
        if token.kind == "name" or (following.kind == "mark" and following.value in {"+", "?", "."}):
            if token.value not in {"true", "false", "null"}:
                resolved = Resolved(token.value, problem="it is put together when the pipeline runs")
                self._recorder.image(token.value, token.line, resolved)
            return
        name = self._qualified(token.value, registry)
        confidence = 1.0 if name == token.value else DEFAULTED
        self._recorder.image(token.value, token.line, Resolved(name, confidence))

    def _qualified(self, name: str, registry: str = "") -> str:
        """The name with the registry that holds here, unless it has it already."""
        host = registry or self._blocks[-1].registry
        return f"{host}/{name}" if host and host != _HUB and not name.startswith(f"{host}/") else name

    def _registry_url(self, position: int) -> str:
        """The host of a `registryUrl` beside an image in one block."""
        for direction in (1, -1):
            for number in range(position, position + direction * _LONGEST_CALL, direction):
                token = self._at(number)
                if token.kind == "mark" and token.value in {"{", "}", ""}:
                    break
                if token.kind == "name" and token.value == "registryUrl":
                    return _host(self._text(number + 1))
        return ""

    def _dockerfile(self, token: Token, position: int) -> None:
        """`agent { dockerfile true }`, or a block with `filename`, `dir` and `additionalBuildArgs`."""
        values = {"filename": "", "dir": "", "additionalBuildArgs": ""}
        if self._at(position).value == "{":
            for number in range(position + 1, position + _LONGEST_CALL):
                part = self._at(number)
                if part.value == "}" and part.kind == "mark":
                    break
                if part.kind == "name" and part.value in values:
                    values[part.value] = self._text(number + 1)
        folder = values["dir"] or "."
        filename = f"{folder}/{values['filename']}" if values["filename"] else ""
        options = " ".join(part for part in (values["additionalBuildArgs"], "-f", filename) if part) if filename else ""
        self._build(token.line, "", f"{options or values['additionalBuildArgs']} {folder}")

    def _build(self, line: int, tag: str, options: str) -> None:
        """Adds a build that is described by the options of `docker build`."""
        try:
            words = shlex.split(options)
        except ValueError:
            self._recorder.problem(line, "the options of this build cannot be read")
            return
        build = read_command(["docker", "build", *words])
        if not isinstance(build, ImageBuild):
            return
        build = msgspec.structs.replace(build, tags=[tag, *build.tags] if tag else build.tags)
        folder = self._blocks[-1].folder
        if folder is None:
            self._recorder.problem(line, "this builds an image in a directory that a variable names")
            return
        read_arguments(self._recorder, build, line, _unknown, folder)

    def _named_argument(self, position: int, name: str) -> None:
        """Adds the image that a call is given under a name; without brackets a call ends with its line."""
        depth, line = 0, self._at(position).line
        for number in range(position, position + _LONGEST_CALL):
            token = self._at(number)
            if token.kind == "mark":
                depth += (token.value in _OPENING) - (token.value in _CLOSING)
            if token.line == 0 or depth < 0 or (depth == 0 and (token.value == ")" or token.line > line)):
                return
            line = token.line if token.value == "," else line
            if depth <= 1 and token.value == name and token.kind == "name" and self._at(number + 1).value == ":":
                self._image(number + 2)
                return
            line = max(line, token.line) if depth else line

    def _pod(self, position: int) -> None:
        """Adds the containers of a pod that is written in a string."""
        while self._at(position).value in {"(", ":", "="} and self._at(position).kind == "mark":
            position += 1
        token = self._at(position)
        if token.kind != "text" or "containers" not in token.value.lower():
            return
        content = token.value.replace("\\\n", "\n")
        for document in documents(content, self._recorder.file.limits):
            if document.problem:
                self._recorder.problem(token.line, f"the pod that begins here: {document.problem}")
            for image in pod_images(child(document.root, "spec")):
                self._recorder.image(image.value, token.line - 1 + image.line)

    def _script(self, position: int) -> None:
        """Reads a shell script, which is the first argument or named `script`."""
        if self._at(position).value == "(":
            position += 1
        for number in range(position, position if self._at(position).kind == "text" else position + _FEW):
            if self._at(number).value == "script" and self._at(number + 1).value == ":":
                position = number + 2
                break
        token = self._at(position)
        folder = self._blocks[-1].folder
        if token.kind == "text" and folder is not None:
            script = Scalar(token.value, token.line)
            read_script(self._recorder, [script], _unknown, folder, self._line_of)

    def _line_of(self, script: Scalar, offset: int, word: str) -> int:
        return self._recorder.line_of(word, script.line + offset)

    def _at(self, position: int) -> Token:
        return self._tokens[position] if 0 <= position < len(self._tokens) else _NOTHING

    def _text(self, position: int) -> str:
        """The string at a place, after brackets."""
        token = self._at(position)
        if token.value == "(" and token.kind == "mark":
            token = self._at(position + 1)
        return token.value if token.kind == "text" else ""


def _host(url: str) -> str:
    """The registry of a URL, with its port."""
    try:
        return urlsplit(url).netloc if "://" in url and "$" not in url else ""
    except ValueError:
        return ""


def _unknown(_: str) -> Resolved | None:
    return None

"""Images that Google Cloud Build runs: each step is one.

Follows Cloud Build's documentation, "Build configuration file schema" and "Substituting variable values": substitutions
have the values that the file gives them, which a trigger may replace.
"""

from __future__ import annotations

import re

from basewise.discover.build_commands import ImageBuild, ImageUse, kaniko, read_command
from basewise.discover.dollars import interpolation
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.reading import child, items, scalars, text, texts
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import Variables
from basewise.discover.scripts import read_arguments, read_script
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind

_NAME = re.compile(r"cloudbuild[^/]*\.(?:ya?ml|json)")
_CLIENT = re.compile(r"(?:gcr\.io/cloud-builders/docker|(?:docker\.io/)?(?:library/)?docker)(?:[:@].*)?")
_KANIKO = re.compile(r"gcr\.io/kaniko-project/executor(?:[:@].*)?")
_SHELLS = {"bash", "sh", "/bin/bash", "/bin/sh"}


class CloudBuildSource(UsageSource):
    """`cloudbuild.yaml`, `cloudbuild-*.yaml` and their JSON."""

    kind: UsageKind = "cloud-build"

    def claims(self, path: str) -> bool:
        return bool(_NAME.fullmatch(path.rpartition("/")[2].lower()))

    def read(self, file: SourceFile) -> Discovered:
        """The images of the steps of one file."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if "steps" not in (file.text or ""):
            return Discovered()
        recorder = Recorder(file, self.kind, "ci")
        for root in recorder.roots():
            for step in items(child(root, "steps")):
                _step(step, root, recorder)
        return recorder.discovered()


def _step(step: Node, root: Mapping, recorder: Recorder) -> None:
    written = child(root, "substitutions")
    defaults = written.entries if isinstance(written, Mapping) else {}
    interpolate = interpolation(recorder.file.limits)
    variables = Variables({name: text(value) for name, value in defaults.items()}, interpolate).get
    name = child(step, "name")
    if not isinstance(name, Scalar) or not text(name):
        return
    recorder.image(name.value, name.line, interpolate(name.value, variables))
    folder, arguments = text(child(step, "dir")), child(step, "args")
    words = [text(arguments)] if isinstance(arguments, Scalar) else texts(arguments)
    line = arguments.line if arguments else name.line
    entrypoint = text(child(step, "entrypoint"))
    script = child(step, "script")
    if isinstance(script, Scalar):
        read_script(recorder, [script], variables, folder)
    elif entrypoint in _SHELLS:
        read_script(recorder, scalars(arguments), variables, folder)
    elif _KANIKO.fullmatch(name.value):
        read_arguments(recorder, kaniko(words), line, variables, folder)
    elif entrypoint == "docker" or (_CLIENT.fullmatch(name.value) and not entrypoint):
        found = read_command(["docker", *words])
        if isinstance(found, ImageBuild):
            read_arguments(recorder, found, line, variables, folder)
        elif isinstance(found, ImageUse) and "$" not in found.image:
            recorder.commanded(found.image, _line_of(arguments, found.image))


def _line_of(arguments: Node | None, word: str) -> int:
    """The line of an argument."""
    return next((item.line for item in items(arguments) if text(item) == word), arguments.line if arguments else 0)

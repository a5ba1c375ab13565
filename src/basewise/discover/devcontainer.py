"""Images that development containers are made of.

Follows the development container specification, "Dev Container metadata reference" (https://containers.dev). Features
are OCI artifacts and no images; a Compose file that is named there is read by itself.
"""

from __future__ import annotations

import re

from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.json_comments import without_comments
from basewise.discover.nodes import Mapping, Node, Scalar, documents
from basewise.discover.places import in_folder
from basewise.discover.reading import child, text
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import DEFAULTED, Resolved, fill
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind

_PATH = re.compile(r"(?:.*/)?(?:\.devcontainer/(?:[^/]+/)?devcontainer\.json|\.devcontainer\.json)")
_VARIABLE = re.compile(r"\$\{([^}:]*)(?::([^}:]*))?(?::([^}]*))?\}")


class DevcontainerSource(UsageSource):
    """`devcontainer.json`, with comments and commas after the last value."""

    kind: UsageKind = "devcontainer"

    def claims(self, path: str) -> bool:
        return bool(_PATH.fullmatch(path))

    def read(self, file: SourceFile) -> Discovered:
        """The image of one development container, or what it is built from."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        recorder = Recorder(file, self.kind, "dev")
        for document in documents(without_comments(file.text or ""), file.limits):
            if document.problem:
                recorder.note(document.problem)
            elif isinstance(document.root, Mapping):
                _container(document.root, recorder)
        return recorder.discovered()


def _container(root: Mapping, recorder: Recorder) -> None:
    image = child(root, "image")
    if isinstance(image, Scalar) and text(image):
        recorder.image(image.value, image.line, _resolve(image, recorder))
    build = child(root, "build")
    dockerfile = child(build, "dockerfile") or child(root, "dockerFile")
    if dockerfile is None:
        return
    context = child(build, "context") or child(root, "context")
    path, folder = _resolve(dockerfile, recorder), _resolve(context, recorder)
    if path.problem or folder.problem:
        recorder.problem(dockerfile.line, "this is built from a place that a variable names")
        return
    place = in_folder(recorder.file.folder, folder.value or ".", path.value)
    if place is None:
        recorder.problem(dockerfile.line, "this is built from files outside of this directory")
        return
    arguments = child(build, "args")
    written = arguments.entries.items() if isinstance(arguments, Mapping) else []
    resolved = ((name, _resolve(value, recorder)) for name, value in written)
    recorder.build(
        dockerfile.line,
        place,
        target=_resolve(child(build, "target"), recorder).value,
        arguments={name: value.value for name, value in resolved if not value.problem},
        service=text(child(root, "name")),
    )


def _resolve(node: Node | None, recorder: Recorder) -> Resolved:
    """A text with the defaults of its variables; `${localEnv:NAME:default}` is the only one that has any."""
    return fill(text(node), _VARIABLE, _value, recorder.file.limits.interpolated_characters)


def _value(match: re.Match[str]) -> Resolved:
    if match[1] in {"localEnv", "env"} and match[3] is not None:
        return Resolved(match[3], DEFAULTED)
    return Resolved(match[0], problem=f"{match[0][:80]} has no value here")

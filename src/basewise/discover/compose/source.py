"""Images that Compose files name: what services run, and what they are built from.

Follows the Compose specification (https://github.com/compose-spec/compose-spec). Each file is a statement of its own:
an override is not merged into the file that it overrides, because production may run either, so the images of both
count. Only whether a service is built is asked of both: then its image is the name of what is built, and no image that
is pulled. Variables come from the file, and from `.env` beside it; the environment is never asked.
"""

from __future__ import annotations

import msgspec

from basewise.discover.compose.project import ComposeFile, Project
from basewise.discover.compose.services import Chain, Value, chain
from basewise.discover.dockerfile import DockerfileSource
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.places import below, in_context, is_remote
from basewise.discover.reading import child, items, text
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import Resolved
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind, UsageRole

_ENDINGS = (".yaml", ".yml")
_DEV_FOLDER = ".devcontainer"
_MARKS = ("image", "build", "include")
_NAMES = ("compose.", "compose-", "docker-compose")


class ComposeSource(UsageSource):
    """`compose.yaml`, `docker-compose.yml` and their variants; those of a dev container are for development."""

    kind: UsageKind = "compose"

    def claims(self, path: str) -> bool:
        name = path.rpartition("/")[2].lower()
        return name.endswith(_ENDINGS) and name.startswith(_NAMES)

    def read(self, file: SourceFile) -> Discovered:
        """The services of one file, and of those that it includes and that are not read by their own names."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        content = file.text or ""
        if not any(mark in content for mark in _MARKS):
            return Discovered()
        role: UsageRole = "dev" if _DEV_FOLDER in file.path.split("/") else "runtime"
        return _Reader(Project(file), role, self).read()


class _Reader:
    """Reads a file with those that it includes."""

    def __init__(self, project: Project, role: UsageRole, source: ComposeSource) -> None:
        self._project = project
        self._role = role
        self._source = source
        self._seen: set[str] = set()

    def read(self) -> Discovered:
        return self._file(self._project.file, self._project.overridden())

    def _file(self, where: ComposeFile, below_it: ComposeFile | None) -> Discovered:
        self._seen.add(where.file.path)
        recorder = Recorder(where.file, self._source.kind, self._role)
        recorder.roots()
        services = child(where.root, "services")
        if isinstance(services, Mapping):
            for name in services.entries:
                self._service(name, where, below_it, recorder)
        for include in _included(where):
            self._include(include, where, recorder)
        if services is None and _is_old(where.root):
            recorder.problem(1, "no services: the format of Compose 1, which Compose no longer reads")
        return recorder.discovered()

    def _service(self, name: str, where: ComposeFile, below_it: ComposeFile | None, recorder: Recorder) -> None:
        found = chain(name, where, self._project)
        if not found.links:
            return
        service = found.links[0].service
        if found.broken:
            recorder.problem(service.line, f"service {name} extends {found.broken}, which is not read")
        base = chain(name, below_it, self._project) if below_it else Chain([])
        whole = Chain([*found.links, *base.links])
        image = found.value("image")
        if whole.is_built:
            if image or found.is_built:
                _build(name, whole, recorder)
        elif image:
            written = image.node.value if isinstance(image.node, Scalar) else ""
            where_named = (
                recorder if image.where is where else Recorder(image.where.file, self._source.kind, self._role)
            )
            where_named.image(written, image.node.line, image.resolved, workload=name)
            if where_named is not recorder:
                recorder.beside(where_named.discovered())

    def _include(self, include: _Include, where: ComposeFile, recorder: Recorder) -> None:
        written = where.read(include.path)
        line = include.path.line
        path = None if written.problem else below(where.folder, written.value)
        if path is None:
            recorder.problem(line, f"the include of {written.value} is not in this directory, and not read")
        elif not self._source.claims(path) and path not in self._seen:
            folder, env_file = (where.read(node) for node in (include.folder, include.env_file))
            found = self._project.open(
                path,
                below(where.folder, folder.value) if folder.value else None,
                below(where.folder, env_file.value) or "" if env_file.value else "",
            )
            if found is None:
                recorder.problem(line, f"the include of {written.value} is not there, or is one too many")
                return
            recorder.beside(self._file(found, None))


class _Include(msgspec.Struct, frozen=True):
    """A file that another one includes (Compose specification, "include")."""

    path: Scalar
    folder: Node | None = None
    env_file: Node | None = None


def _included(where: ComposeFile) -> list[_Include]:
    """What the file includes, short and long form."""
    found: list[_Include] = []
    for item in items(child(where.root, "include")):
        path = child(item, "path") if isinstance(item, Mapping) else item
        folder, env_file = child(item, "project_directory"), child(item, "env_file")
        paths = [path] if isinstance(path, Scalar) else items(path)
        found += [_Include(one, folder, env_file) for one in paths if isinstance(one, Scalar) and text(one)]
    return found


def _is_old(root: Mapping | None) -> bool:
    """True when the services stand at the root."""
    services = root.entries.values() if root else []
    return any(child(service, key) is not None for service in services for key in ("image", "build"))


def _build(name: str, service: Chain, recorder: Recorder) -> None:
    """Adds the build of a service, with the images that it takes as contexts."""
    build = service.value("build")
    line = build.node.line if build and build.where.file is recorder.file else service.links[0].service.line
    for value, written in service.contexts():
        if value.where.file is recorder.file:
            recorder.image(written, value.node.line, value.where.resolve(written), role="build")
    inline = service.build_value("dockerfile_inline")
    if inline:
        _inline(inline, recorder)
        return
    context, dockerfile = service.build_value("context"), service.build_value("dockerfile")
    directory = context.resolved if context else Resolved(".")
    path = dockerfile.resolved if dockerfile else Resolved("")
    start = context.where.folder if context else service.links[0].where.folder
    if directory.problem or path.problem:
        recorder.problem(line, f"service {name} is built from a place that a variable names")
        return
    place = in_context(start, directory.value, path.value)
    if place is None:
        where = "a remote repository" if is_remote(directory.value) else "files outside of this directory"
        recorder.problem(line, f"service {name} is built from {where}")
        return
    image, target = service.value("image"), service.build_value("target")
    recorder.build(
        line,
        place,
        target=target.resolved.value if target else "",
        arguments=service.arguments(),
        images=[*([image.resolved.value] if image else []), *service.tags()],
        service=name,
    )


def _inline(inline: Value, recorder: Recorder) -> None:
    """Adds the images of a Dockerfile that stands in the file."""
    content = inline.resolved
    if not isinstance(inline.node, Scalar) or inline.where.file is not recorder.file:
        return
    if content.problem:
        recorder.problem(inline.node.line, f"the Dockerfile that stands here is not complete: {content.problem}")
        return
    found = DockerfileSource().read(SourceFile(recorder.file.path, content.value.encode(), recorder.file.limits))
    text_node = inline.node
    recorder.embedded(
        found, lambda usage: recorder.script_line(text_node, usage.line - 1, usage.reference), text_node.line
    )

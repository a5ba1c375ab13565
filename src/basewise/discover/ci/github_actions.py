"""Images that GitHub Actions run: of jobs, their services and steps, and of actions that are images themselves.

Follows GitHub's documentation, "Workflow syntax for GitHub Actions" and "Metadata syntax for GitHub Actions".
"""

from __future__ import annotations

import posixpath
import re

from basewise.discover.build_commands import IMAGE_CONTEXT, ImageBuild
from basewise.discover.expressions import Contexts, Found, evaluate, whole
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.matrix import Row, github_rows
from basewise.discover.nodes import Mapping, Node, Scalar
from basewise.discover.places import below, in_context
from basewise.discover.reading import child, items, scalars, text
from basewise.discover.recorder import Recorder
from basewise.discover.resolved import DEFAULTED, Lookup, Resolved
from basewise.discover.scripts import read_arguments, read_script
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind

_WORKFLOW = re.compile(r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml")
_ACTIONS = frozenset({"action.yml", "action.yaml"})
_MARK = re.compile(r"container|image|docker|podman|buildah|nerdctl|kaniko|services")
_STEP_IMAGE = "docker://"
_BUILD_ACTION = "docker/build-push-action@"
_CHECKED_OUT = "{{defaultContext}}"
"""The repository at the commit of the run, in paths of that action."""


class GitHubActionsSource(UsageSource):
    """Workflows below `.github/workflows`, and actions (`action.yml`)."""

    kind: UsageKind = "github-actions"

    def claims(self, path: str) -> bool:
        return path.rpartition("/")[2] in _ACTIONS or bool(_WORKFLOW.fullmatch(path))

    def read(self, file: SourceFile) -> Discovered:
        """The images of every job, for each combination of its matrix."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if not _MARK.search(file.text or ""):
            return Discovered()
        recorder = Recorder(file, self.kind, "ci")
        for root in recorder.roots():
            if file.name in _ACTIONS and child(root, "runs") is not None:
                _action(root, recorder)
            jobs = child(root, "jobs")
            if isinstance(jobs, Mapping):
                for job in jobs.entries.values():
                    _job(root, job, recorder)
        return recorder.discovered()


def _job(root: Mapping, job: Node, recorder: Recorder) -> None:
    rows = github_rows(child(job, "strategy", "matrix"), recorder.file.limits)
    named = [child(job, "container")]
    services = child(job, "services")
    named += services.entries.values() if isinstance(services, Mapping) else []
    steps = items(child(job, "steps"))
    built = sum(text(child(step, "uses")).startswith(_BUILD_ACTION) for step in steps)
    rows = list(recorder.affordable(rows, len(named) + built, job.line))
    for row in rows:
        contexts = _contexts(root, None, row)
        for node in named:
            _image(node, contexts, recorder)
    folder = text(child(job, "defaults", "run", "working-directory")) or text(
        child(root, "defaults", "run", "working-directory")
    )
    every = [_contexts(root, job, row) for row in rows]
    for step in steps:
        _step(step, every, folder, recorder)


def _image(node: Node | None, contexts: Contexts, recorder: Recorder) -> None:
    """Adds the image of a job or service, which is text or a table; without text there is none."""
    if isinstance(node, Scalar) and (found := whole(node.value, contexts)) and isinstance(found.node, Mapping):
        image = child(found.node, "image")
        if isinstance(image, Scalar) and image.value:
            recorder.image(image.value, node.line, Resolved(image.value, found.confidence))
        return
    image = child(node, "image") if isinstance(node, Mapping) else node
    if not isinstance(image, Scalar) or not text(image):
        return
    resolved = evaluate(image.value, contexts, recorder.file.limits.interpolated_characters)
    if resolved.value:
        recorder.image(image.value, image.line, resolved)


def _step(step: Node, every: list[Contexts], folder: str, recorder: Recorder) -> None:
    """Adds what a step runs or builds; `every` is for each combination of the matrix what expressions may name."""
    uses = child(step, "uses")
    if isinstance(uses, Scalar):
        if uses.value.startswith(_STEP_IMAGE):
            recorder.image(uses.value.removeprefix(_STEP_IMAGE), uses.line)
        elif uses.value.startswith(_BUILD_ACTION):
            _build(step, uses.line, every, recorder)
        return
    own = text(child(step, "working-directory")) or folder
    read_script(recorder, scalars(child(step, "run")), _environment(every[0]), own)


def _build(step: Node, line: int, every: list[Contexts], recorder: Recorder) -> None:
    """Adds what docker/build-push-action builds for each combination; its paths start at the repository's root."""
    builds: list[ImageBuild] = []
    for contexts in every:
        build = _image_build(step, contexts, recorder.file.limits.interpolated_characters)
        if build not in builds:
            builds.append(build)
            read_arguments(recorder, build, line, _environment(contexts))


def _image_build(step: Node, contexts: Contexts, longest: int) -> ImageBuild:
    """What a step asks of docker/build-push-action (its README, "inputs")."""

    def lines(name: str) -> list[str]:
        node = child(step, "with", name)
        written = node.value.split("\n") if isinstance(node, Scalar) else []
        return [_settled(line.strip(), contexts, longest) for line in written if line.strip()]

    def value(name: str) -> str:
        return next(iter(lines(name)), "")

    named = [line.partition("=")[2] for line in lines("build-contexts")]
    context = value("context") or "."
    if context.startswith(_CHECKED_OUT):
        context = context.removeprefix(_CHECKED_OUT).removeprefix(":") or "."
    arguments = [line.partition("=") for line in lines("build-args")]
    return ImageBuild(
        dockerfile=value("file"),
        context=context,
        target=value("target"),
        arguments={name: written for name, equals, written in arguments if equals and "${{" not in written},
        tags=[tag.strip() for line in lines("tags") for tag in line.split(",")],
        images=[image.removeprefix(IMAGE_CONTEXT) for image in named if image.startswith(IMAGE_CONTEXT)],
    )


def _settled(written: str, contexts: Contexts, longest: int) -> str:
    """A text with its expressions replaced, or as written when one of them cannot be."""
    workspace = written.replace("${{ github.workspace }}", ".")
    found = evaluate(workspace, contexts, longest)
    return workspace if found.problem else found.value


def _action(root: Mapping, recorder: Recorder) -> None:
    """An action that is an image or the Dockerfile of one, or the steps of a composite action."""
    contexts = _contexts(root, None, {})
    image = child(root, "runs", "image")
    if isinstance(image, Scalar) and image.value.startswith(_STEP_IMAGE):
        recorder.image(image.value.removeprefix(_STEP_IMAGE), image.line)
    elif isinstance(image, Scalar) and text(child(root, "runs", "using")) == "docker":
        folder = posixpath.dirname(image.value)
        place = in_context(recorder.file.folder, folder or ".", posixpath.basename(image.value))
        if place and below(recorder.file.folder, image.value) is not None:
            recorder.build(image.line, place, service=text(child(root, "name")))
        else:
            recorder.problem(image.line, "the Dockerfile of this action is outside of this directory")
    for step in items(child(root, "runs", "steps")):
        _step(step, [contexts], "", recorder)


def _contexts(root: Mapping, job: Node | None, row: Row) -> Contexts:
    """What expressions may name that the file itself says: the matrix, defaults of inputs, and in steps `env`.

    GitHub's documentation, "Contexts reference", section "Context availability".
    """

    def get(path: tuple[str, ...]) -> Found | Resolved | None:
        first, rest = path[0], path[1:]
        if first == "matrix" and rest:
            return _found(child(row.get(rest[0]), *rest[1:]), 1.0)
        if first == "inputs" and len(rest) == 1:
            return _found(_default(root, rest[0]), DEFAULTED)
        if first == "env" and len(rest) == 1 and job is not None:
            return _found(child(job, "env", rest[0]) or child(root, "env", rest[0]), 1.0)
        return None

    return get


def _default(root: Mapping, name: str) -> Node | None:
    """The default of an input, of whichever event."""
    for event in ("workflow_call", "workflow_dispatch"):
        found = child(root, "on", event, "inputs", name, "default")
        if found is not None:
            return found
    return child(root, "inputs", name, "default")


def _found(node: Node | None, confidence: float) -> Found | Resolved | None:
    """A value; one that is an expression itself is not known before the run."""
    if node is None:
        return None
    if isinstance(node, Scalar) and "${{" in node.value:
        return Resolved(node.value, problem=f"'{node.value[:80]}' is known when it runs")
    return Found(node, confidence)


def _environment(contexts: Contexts) -> Lookup:
    """The variables of a script."""

    def get(name: str) -> Resolved | None:
        found = contexts(("env", name))
        if isinstance(found, Found):
            return Resolved(found.node.value, found.confidence) if isinstance(found.node, Scalar) else None
        return found

    return get

"""Images that GitLab CI runs: of jobs and their services, as written, in templates too.

Follows GitLab's documentation, "CI/CD YAML syntax reference". An image counts where it is written, once for each name
that the variables of the jobs give it. Variables are those of the file; a project's settings may replace them.
"""

from __future__ import annotations

from basewise.discover.ci.gitlab_files import Configuration, ConfigurationFile
from basewise.discover.ci.gitlab_jobs import Job, Jobs, Value
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.reading import child, items, scalars, text
from basewise.discover.recorder import Recorder
from basewise.discover.scripts import read_script
from basewise.discover.source_file import SourceFile
from basewise.model.workload import UsageKind

_NAMES = (".gitlab-ci.yml", ".gitlab-ci.yaml")
_MARKS = ("image", "services", "docker", "include", "podman", "buildah", "kaniko")
_SCRIPTS = ("before_script", "script", "after_script")


class GitlabCiSource(UsageSource):
    """`.gitlab-ci.yml`, `*.gitlab-ci.yml`, and the local files that they include."""

    kind: UsageKind = "gitlab-ci"

    def claims(self, path: str) -> bool:
        return path.lower().endswith(_NAMES)

    def read(self, file: SourceFile) -> Discovered:
        """The images of one file and of those that it includes and that are not read by their own names."""
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if not any(mark in (file.text or "") for mark in _MARKS):
            return Discovered()
        return _Reader(file, self).read()


class _Reader:
    """One configuration while it is read."""

    def __init__(self, file: SourceFile, source: GitlabCiSource) -> None:
        configuration = Configuration(file)
        self._jobs = Jobs(configuration, file.limits)
        self._files = configuration.files
        self._missing = configuration.missing
        self._recorder = Recorder(file, source.kind, "ci")
        self._recorders = {
            opened.file.path: Recorder(opened.file, source.kind, "ci")
            for opened in configuration.files
            if opened.file is not file and not source.claims(opened.file.path)
        }
        self._recorders[file.path] = self._recorder
        self._named: set[tuple[str, int]] = set()
        self._scripts: set[tuple[str, int]] = set()

    def read(self) -> Discovered:
        for recorder in self._recorders.values():
            recorder.roots()
        jobs = list(self._jobs)
        for job in jobs:
            if not job.is_hidden:
                self._take(job, (job.value("image"), job.value("services")))
        for job in jobs:
            own = Job(job.name, job.links[:1], [])
            self._take(job, (self._unused(own.value("image")), self._unused(own.value("services"))))
            for link in job.links[:1]:
                before, script, after = (scalars(child(link.node, key)) for key in _SCRIPTS)
                self._read_scripts([*before, *script], after, link.file, job)
        self._take_defaults()
        return self._discovered()

    def _take_defaults(self) -> None:
        """What jobs would have that say nothing themselves."""
        for file in self._files:
            nobody = Job("", [], [file])
            self._take(nobody, (self._unused(nobody.value("image")), self._unused(nobody.value("services"))))
            before, script, after = (scalars(file.default(key)) for key in _SCRIPTS)
            self._read_scripts([*before, *script], after, file, nobody)

    def _discovered(self) -> Discovered:
        for missing in self._missing:
            if missing.file.path in self._recorders:
                self._recorders[missing.file.path].problem(missing.line, missing.reason)
        for recorder in self._recorders.values():
            if recorder is not self._recorder:
                self._recorder.beside(recorder.discovered())
        return self._recorder.discovered()

    def _unused(self, value: Value | None) -> Value | None:
        """A value that no job which runs has taken up."""
        return value if value and (value.file.file.path, value.node.line) not in self._named else None

    def _take(self, job: Job, values: tuple[Value | None, Value | None]) -> None:
        """Adds the image of a job and those of its services, by the variables of the job."""
        image, services = ((self._jobs.referenced(value) if value else None) for value in values)
        if image:
            self._image(image.node, image, job)
        for item in items(services.node) if services else []:
            if services:
                self._image(item, services, job)

    def _image(self, node: Node, value: Value, job: Job) -> None:
        """Adds an image, which is text or a table with `name`."""
        self._named |= {(value.file.file.path, value.node.line)}
        if isinstance(node, Sequence):
            reference = self._jobs.referenced(Value(node, value.file))
            if reference and not isinstance(reference.node, Sequence):
                self._image(reference.node, reference, job)
            return
        name = child(node, "name") if isinstance(node, Mapping) else node
        recorder = self._recorders.get(value.file.file.path)
        if recorder and isinstance(name, Scalar) and text(name):
            for resolved in self._jobs.resolve(name.value, value.file, job):
                recorder.image(name.value, name.line, resolved)

    def _read_scripts(self, before: list[Scalar], after: list[Scalar], file: ConfigurationFile, job: Job) -> None:
        """Reads scripts that other jobs have not shown yet; what comes before the script runs in the same shell."""
        recorder = self._recorders.get(file.file.path)
        for scripts in (before, after):
            places = {(file.file.path, script.line) for script in scripts}
            if recorder and not places <= self._scripts:
                self._scripts |= places
                read_script(recorder, scripts, self._jobs.variables(job).get)

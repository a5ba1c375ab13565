"""Helm charts: rendered by the `helm` program where there is one, else read by the conventions of their values."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from basewise.discover.charts import CHART, TEMPLATES, chart_of_template, chart_of_values, parent_of
from basewise.discover.helm_rendered import read_rendered
from basewise.discover.helm_values import Chart, read_values
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.kubernetes import status_of
from basewise.discover.nodes import Node
from basewise.discover.reading import child, items, text
from basewise.discover.references import read_reference
from basewise.discover.source_file import SourceFile
from basewise.model.evidence import OK, Status
from basewise.model.workload import Usage, UsageKind

_VALUES = re.compile(r"(?:values(?:[._-][\w.-]+)?|[\w.-]+[._-]values)\.ya?ml", re.IGNORECASE)
_LITERAL = re.compile(r"[ \t-]*image:[ \t]*([\"']?)([\w./:@-]+)\1[ \t]*(?:#.*)?\r?")
_EXACT = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][\w.+-]*)?")
_TESTS = f"/{TEMPLATES}/tests/"
_LITERAL_CONFIDENCE = 0.8
"""A template's own text, under conditions that nobody evaluated."""
_BY_CONVENTION = "its images are those that values and templates name by convention"
_NO_PROGRAM = f"helm is not installed, so the chart is not rendered: {_BY_CONVENTION}"


class Rendered(msgspec.Struct, frozen=True):
    """What a chart became."""

    text: str = ""
    problem: str = ""
    """Why it could not be rendered."""


RenderChart = Callable[[str, str], Rendered]
"""Renders the chart in a folder (relative to the directory target) under a release name, with its default values."""


class HelmSource(UsageSource):
    """Charts, their values and variants of them, and images that templates name themselves.

    A chart that was rendered speaks for its values, templates and subcharts. Variants of values (`values-prod.yaml`)
    are read by convention beside it: which of them is deployed is not in the chart.
    """

    kind: UsageKind = "helm"

    def __init__(self, render: RenderChart | None = None) -> None:
        """Takes the program.

        Args:
            render: None where there is none.
        """
        self._render = render

    def claims(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if name == CHART or _VALUES.fullmatch(name):
            return True
        folders = folder.split("/")
        is_yaml = name.endswith((".yaml", ".yml"))
        return (folders[-1] == "values" and is_yaml) or (TEMPLATES in folders and (is_yaml or name.endswith(".tpl")))

    def read(self, file: SourceFile) -> Discovered:
        """What a chart runs, or what one of its files names."""
        if file.name == CHART:
            return self._read_chart(file)
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        if TEMPLATES in file.folder.split("/"):
            return _read_template(file)
        return _read_values(file)

    def _read_chart(self, file: SourceFile) -> Discovered:
        root = next(iter(file.mappings), None)
        name = text(child(root, "name"))
        if not file.yaml_status.is_ok or file.problems:
            return Discovered(status=status_of(file.problems, file.yaml_status.reason, read=False))
        if not name or text(child(root, "type")) == "library" or parent_of(file) is not None:
            return Discovered()  # no chart, or one that is rendered as part of another
        missing = _missing_dependency(file, root)
        if missing:
            reason = f"the chart needs {missing}, which is not in its folder charts, and nothing is fetched"
            return Discovered(status=Status("partial", f"{reason}; {_BY_CONVENTION}"))
        if self._render is None:
            return Discovered(status=Status("partial", _NO_PROGRAM))
        rendered = self._render(file.folder, name)
        if rendered.problem:
            return Discovered(status=Status("partial", f"{rendered.problem}; {_BY_CONVENTION}"))
        found = read_rendered(file, rendered.text)
        within = f"{file.folder}/" if file.folder else ""
        includes = [f"{within}{part}" for part in ("values.yaml", "values.yml", f"{TEMPLATES}/", "charts/")]
        return msgspec.structs.replace(found, includes=includes)


def _missing_dependency(file: SourceFile, root: Node | None) -> str:
    """The first dependency that is not there; one whose version is a range may lie in an archive of any name."""
    for dependency in items(child(root, "dependencies")):
        name, version = text(child(dependency, "name")), text(child(dependency, "version"))
        places = [f"charts/{name}/{CHART}", f"charts/{name}-{version}.tgz"]
        if name and _EXACT.fullmatch(version) and not any(file.beside(place) for place in places):
            return f"{name} {version}"
    return ""


def _read_values(file: SourceFile) -> Discovered:
    content = file.text or ""
    if "mage" not in content and "repository" not in content:
        return Discovered()
    chart_file = chart_of_values(file)
    root = next(iter(chart_file.mappings), None) if chart_file is not None else None
    chart = Chart(text(child(root, "appVersion")), chart_file is not None)
    usages = [usage for values in file.mappings for usage in read_values(values, file.path, chart)]
    status = status_of(file.problems, "", read=bool(file.mappings)) if chart_file is not None else OK
    return Discovered(usages=usages, status=status)


def _read_template(file: SourceFile) -> Discovered:
    """Images that a template names without any value."""
    content = file.text or ""
    if "image:" not in content or _TESTS in f"/{file.path}" or chart_of_template(file) is None:
        return Discovered()
    usages: list[Usage] = []
    for number, line in enumerate(content.split("\n"), 1):
        match = _LITERAL.fullmatch(line)
        if match:
            reference, status = read_reference(match[2])
            usages.append(
                Usage(
                    reference=reference,
                    kind="helm",
                    file=file.path,
                    line=number,
                    confidence=_LITERAL_CONFIDENCE,
                    status=status,
                )
            )
    return Discovered(usages=usages)

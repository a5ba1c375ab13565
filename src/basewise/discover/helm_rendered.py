"""What `helm template` writes: manifests, each under a comment that names the template it comes from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from basewise.discover.interface import Discovered
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.source_file import SourceFile
from basewise.discover.tekton import TektonSource
from basewise.model.workload import Usage, Workload

_SOURCE = re.compile(r"^---\n# Source: ([^\n]+)\n", re.MULTILINE)
_FIXED, _DEFAULT = 1.0, 0.9
"""Confidence of an image that the template names itself, and of one that its values may change."""


def read_rendered(chart: SourceFile, rendered: str) -> Discovered:
    """The workloads and images of a rendered chart.

    An image stands in the line of its template that names it, where that can be told, else in line 0.

    Args:
        chart: its Chart.yaml.
        rendered: what the program wrote.
    """
    usages: list[Usage] = []
    workloads: list[Workload] = []
    for source, manifests in _by_source(rendered).items():
        template = chart.beside(source.partition("/")[2])  # the first part is the name of the chart, not its folder
        place = template or chart
        path = place.path if posixpath.splitext(place.path)[1] else f"{place.path}.yaml"
        written = SourceFile(path, manifests.encode(), chart.limits)
        lines = _Lines(template.text or "" if template is not None else "", written.text or "")
        found = KubernetesSource().read(written)
        ci = TektonSource().read(written)
        usages += [
            msgspec.structs.replace(
                usage,
                kind="helm" if usage.kind == "kubernetes" else usage.kind,
                file=place.path,
                line=lines.of(usage),
                confidence=min(usage.confidence, _FIXED if lines.is_literal(usage) else _DEFAULT),
            )
            for usage in (*found.usages, *ci.usages)
        ]
        workloads += [msgspec.structs.replace(one, source=f"{place.path}:1") for one in found.workloads]
    return Discovered(usages=usages, workloads=workloads)


def _by_source(rendered: str) -> dict[str, str]:
    """The manifests of each template, together, in the order of the output."""
    parts = _SOURCE.split(rendered)
    found: dict[str, list[str]] = {}
    for source, manifest in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(source.strip(), []).append(manifest)
    return {source: "---\n".join(manifests) for source, manifests in found.items()}


class _Lines:
    """Finds the line of a template that an image of its output comes from."""

    def __init__(self, template: str, rendered: str) -> None:
        self._template = list(_image_lines(template))
        self._rendered = [number for number, _ in _image_lines(rendered)]
        self._text = rendered.split("\n")

    def of(self, usage: Usage) -> int:
        """The line that has the same text, else the only one, else the one at the same place among as many; else 0."""
        if (found := self._literal(usage)) is not None:
            return found
        if len(self._template) == 1:
            return self._template[0][0]
        if len(self._template) == len(self._rendered) and usage.line in self._rendered:
            return self._template[self._rendered.index(usage.line)][0]
        return 0

    def is_literal(self, usage: Usage) -> bool:
        """True when the template itself names the image."""
        return self._literal(usage) is not None

    def _literal(self, usage: Usage) -> int | None:
        if not 0 < usage.line <= len(self._text):
            return None
        written = self._text[usage.line - 1].partition("image:")[2].strip().strip("'\"")
        return next((number for number, value in self._template if written and value == written), None)


def _image_lines(content: str) -> Iterator[tuple[int, str]]:
    """Lines with a key `image`, from 1, and the text behind it without quotes."""
    for number, line in enumerate(content.split("\n"), 1):
        before, key, after = line.partition("image:")
        if key and not before.strip(" -\t\"'{"):
            yield number, after.strip().strip("'\"")

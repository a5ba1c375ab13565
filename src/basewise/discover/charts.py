"""Where Helm charts lie: directories with a Chart.yaml (https://helm.sh/docs/topics/charts/)."""

from __future__ import annotations

from basewise.discover.source_file import SourceFile

CHART = "Chart.yaml"
TEMPLATES = "templates"


def chart_of_template(file: SourceFile) -> SourceFile | None:
    """The Chart.yaml of the chart in whose templates a file lies; None for a file that lies in none."""
    folders = file.folder.split("/")
    for place, folder in enumerate(folders):
        if folder == TEMPLATES:
            chart = file.beside("../" * (len(folders) - place) + CHART)
            if chart is not None:
                return chart
    return None


def chart_of_values(file: SourceFile) -> SourceFile | None:
    """The Chart.yaml beside a file of values, or beside the folder that it lies in."""
    return file.beside(CHART) or file.beside(f"../{CHART}")


def parent_of(file: SourceFile) -> SourceFile | None:
    """The Chart.yaml of the chart that a chart in its folder `charts/` is part of."""
    return file.beside(f"../../{CHART}") if file.folder.split("/")[-2:-1] == ["charts"] else None

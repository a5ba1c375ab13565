"""What a progress bar looks like: `layers  ━━━━━━━━  12 / 40 layers  310.2 MiB  0:00:07`."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from basewise.render.words import size


class Done(ProgressColumn):
    """How much of how many, in the task's own unit."""

    def render(self, task: Task) -> Text:
        unit = task.fields["unit"]
        total = 0 if task.total is None else int(task.total)
        if unit == "seconds":
            return Text(_left(task, total))
        if unit == "bytes":
            return Text(f"{size(int(task.completed))} / {size(total)}")
        return Text(f"{int(task.completed):,} / {total:,} {unit}")


def _left(task: Task, total: int) -> str:
    """How long a wait goes on: nobody counts its seconds, so the task's own clock tells."""
    if task.stop_time is not None:
        return "over"
    return f"{max(0, total - int(task.elapsed or 0))} of {total} seconds left"


class Size(ProgressColumn):
    """Bytes that were read; empty where the task reads none, or counts them already."""

    def render(self, task: Task) -> Text:
        counted = task.fields["size"]
        return Text(size(counted) if counted and task.fields["unit"] != "bytes" else "")


def rich_progress() -> Progress:
    """Bars on the error stream that go away when the work is done, so that the summary is what stays."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        Done(),
        Size(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )

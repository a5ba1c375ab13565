from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from rich.console import Console
from tests.terminal import shown, terminal

from basewise.cli.bars import Done, Size, rich_progress
from basewise.cli.progress import Bars, progress
from basewise.model.progress import Silent


def test_nothing_is_shown_where_nobody_watches() -> None:
    with progress(quiet=False, no_progress=False) as observer:
        assert isinstance(observer, Silent)


@pytest.mark.parametrize(("quiet", "no_progress"), [(True, False), (False, True)])
def test_nothing_is_shown_to_who_asked_for_silence(quiet: bool, no_progress: bool) -> None:  # noqa: FBT001 -- parametrised
    with terminal("stderr"), progress(quiet=quiet, no_progress=no_progress) as observer:
        assert isinstance(observer, Silent)


def test_a_terminal_sees_the_task_with_its_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with terminal("stderr") as controller:
        with progress(quiet=False, no_progress=False) as observer:
            observer.begin("reading", 40, "layers")
            observer.advance("reading", 12, 5 * 2**20)
            observer.end("reading")
        text = shown(controller)
    assert "reading" in text
    assert "12 / 40 layers" in text
    assert "5.0 MiB" in text


def bars() -> tuple[Bars, object]:
    display = rich_progress()
    display.live.console = Console(file=io.StringIO())
    return Bars(display), display


def test_counts_from_many_threads_add_up() -> None:
    observer, display = bars()
    observer.begin("reading", 1000, "layers")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: observer.advance("reading", 1, 10), range(1000)))
    task = display.tasks[0]  # type: ignore[attr-defined]
    assert (task.completed, task.fields["size"]) == (1000, 10_000)


def test_a_task_that_begins_again_starts_from_nothing() -> None:
    observer, display = bars()
    observer.begin("reading", 10, "layers")
    observer.advance("reading", 10, 10)
    observer.begin("reading", 5, "layers")
    assert [(task.completed, task.total) for task in display.tasks] == [(0, 5)]  # type: ignore[attr-defined]


def test_progress_of_a_task_that_never_began_is_ignored() -> None:
    observer, display = bars()
    observer.advance("ghost")
    observer.end("ghost")
    assert display.tasks == []  # type: ignore[attr-defined]


def test_a_task_counted_in_bytes_shows_sizes_once() -> None:
    observer, display = bars()
    observer.begin("fetching", 2**21, "bytes")
    observer.advance("fetching", 2**20, 2**20)
    task = display.tasks[0]  # type: ignore[attr-defined]
    assert Done().render(task).plain == "1.0 MiB / 2.0 MiB"
    assert Size().render(task).plain == ""


def test_a_wait_shows_how_long_it_goes_on_until_it_is_over() -> None:
    observer, display = bars()
    observer.begin("wait for a.test", 3600, "seconds")
    task = display.tasks[0]  # type: ignore[attr-defined]
    assert Done().render(task).plain in {f"{left} of 3600 seconds left" for left in range(3500, 3601)}
    observer.end("wait for a.test")
    assert Done().render(task).plain == "over"

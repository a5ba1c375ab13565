from __future__ import annotations

from basewise.model.traffic import Traffic
from basewise.render.traffic import traffic_lines


def test_nothing_asked_is_nothing_said() -> None:
    assert traffic_lines([]) == []


def test_all_together_come_before_the_registries_that_were_asked_most() -> None:
    found = [
        Traffic(registry="a.test:5000", requests=1200, bytes=3 * 1024**2),
        Traffic(registry="b.test", requests=1, bytes=0),
    ]
    assert traffic_lines(found) == [
        "registries: 1,201 requests, 3.0 MiB (a.test:5000: 1,200 requests, 3.0 MiB; b.test: 1 request, 0 B)"
    ]


def test_many_registries_are_counted_and_not_listed() -> None:
    found = [Traffic(registry=f"{number}.test", requests=1, bytes=0) for number in range(8)]
    (line,) = traffic_lines(found)
    assert line.endswith("4.test: 1 request, 0 B; 3 others)")

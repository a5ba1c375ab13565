import sys
from pathlib import Path

import pytest
from benchmarks.measure import TookTooLong, run


def test_a_run_tells_exit_code_output_and_peak_memory(tmp_path: Path) -> None:
    program = "import sys; block = b'x' * 200_000_000; print('done'); sys.exit(3)"
    done = run([sys.executable, "-c", program], scratch=tmp_path, timeout=60)
    assert (done.exit_code, done.stdout) == (3, "done\n")
    assert done.peak_mb > 200


def test_the_time_of_a_run_is_that_from_its_start_to_its_end(tmp_path: Path) -> None:
    ticks = iter([100.0, 102.5])
    assert run([sys.executable, "-c", ""], scratch=tmp_path, timeout=60, clock=lambda: next(ticks)).seconds == 2.5


def test_processor_time_is_what_the_child_says_it_used(tmp_path: Path) -> None:
    program = "import time; sum(range(3_000_000)); print(time.process_time())"
    done = run([sys.executable, "-c", program], scratch=tmp_path, timeout=60)
    assert done.cpu_seconds == pytest.approx(float(done.stdout), rel=0.9)


def test_a_child_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(TookTooLong, match="stopped after 0 s"):
        run([sys.executable, "-c", "for _ in iter(int, 1): pass"], scratch=tmp_path, timeout=0)

import sys
from pathlib import Path

import pytest
from benchmarks.measure import TookTooLong, run


def test_a_run_tells_exit_code_output_and_peak_memory(tmp_path: Path) -> None:
    program = "import sys; block = b'x' * 200_000_000; print('done'); sys.exit(3)"
    done = run([sys.executable, "-c", program], scratch=tmp_path, timeout=60)
    assert (done.exit_code, done.stdout) == (3, "done\n")
    assert done.peak_mb > 200
    assert 0 < done.seconds < 60
    assert done.cpu_seconds > 0


def test_a_child_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(TookTooLong, match="stopped after 0 s"):
        run([sys.executable, "-c", "for _ in iter(int, 1): pass"], scratch=tmp_path, timeout=0.3)

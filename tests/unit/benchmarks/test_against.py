import subprocess
from pathlib import Path

import pytest
from benchmarks.against import Pair, figures_of, sources_of
from benchmarks.measure import Run


def run(seconds: float, cpu_seconds: float = 1.0, peak_mb: float = 100.0) -> Run:
    return Run(seconds, cpu_seconds, peak_mb, 0, "", "")


def ratios(*pairs: Pair) -> dict[str, float]:
    return {figure.name: figure.value for figure in figures_of("cold", pairs) if "ratio" in figure.name}


def test_the_ratio_is_the_median_of_the_pairs_not_the_ratio_of_medians() -> None:
    pairs = (Pair(run(1.0), run(1.2)), Pair(run(10.0), run(10.0)), Pair(run(4.0), run(4.2)))
    assert ratios(*pairs)["cold_ratio"] == pytest.approx(1.05)


def test_processor_time_is_compared_for_itself() -> None:
    found = ratios(Pair(run(1.0, cpu_seconds=2.0), run(1.0, cpu_seconds=3.0)))
    assert found == {"cold_ratio": 1.0, "cold_ratio_of_processor_time": 1.5}


def test_memory_is_the_largest_of_all_runs() -> None:
    pairs = [Pair(run(1.0, peak_mb=80.0), run(1.0, peak_mb=90.0)), Pair(run(1.0, peak_mb=70.0), run(1.0, peak_mb=95.0))]
    found = {figure.name: figure.value for figure in figures_of("warm", pairs)}
    assert (found["warm_former_peak"], found["warm_now_peak"]) == (80.0, 95.0)


def test_an_audit_that_takes_more_than_a_tenth_longer_misses_its_target() -> None:
    slower = figures_of("warm", [Pair(run(1.0), run(1.2))])
    assert [figure.name for figure in slower if not figure.holds] == ["warm_ratio"]


def repository(folder: Path) -> Path:
    """Two commits, of which the first says 1 and the second 2."""
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b.test"]
    (folder / "src" / "basewise").mkdir(parents=True)
    subprocess.run([*git, "init", "-q"], check=True)
    for number in (1, 2):
        (folder / "src" / "basewise" / "__init__.py").write_text(f"SAYS = {number}\n")
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", str(number)], check=True)
    return folder


def test_sources_are_those_of_the_commit_and_the_repository_stays_as_it_is(tmp_path: Path) -> None:
    here = repository(tmp_path / "repository")
    (tmp_path / "former").mkdir()
    sources = sources_of("HEAD~1", tmp_path / "former", here)
    assert (sources / "basewise" / "__init__.py").read_text() == "SAYS = 1\n"
    assert (here / "src" / "basewise" / "__init__.py").read_text() == "SAYS = 2\n"
    assert subprocess.run(["git", "-C", here, "status", "--short"], check=True, capture_output=True).stdout == b""


def test_a_commit_that_is_not_there_is_said(tmp_path: Path) -> None:
    here = repository(tmp_path / "repository")
    with pytest.raises(SystemExit, match=r"v9 cannot be read: .*v9"):
        sources_of("v9", tmp_path, here)

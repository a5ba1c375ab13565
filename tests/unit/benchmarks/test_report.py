import pytest
from benchmarks.report import Figure, print_figures


def test_a_figure_holds_up_to_its_target() -> None:
    assert Figure("ratio", 1.5, "", most=1.5).holds
    assert not Figure("ratio", 1.51, "", most=1.5).holds
    assert Figure("cold", 100.0, "s").holds


def test_a_missed_target_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_figures([Figure("warm", 0.7, "s", most=0.6), Figure("cold_peak", 90, "MB", most=250, note="why")])
    missed, held, note = capsys.readouterr().out.splitlines()
    assert missed.split() == ["warm", "0.70", "s", "MISSED", "at", "most", "0.6", "s"]
    assert held.split() == ["cold", "peak", "90", "MB", "ok", "at", "most", "250", "MB"]
    assert note.strip() == "why"

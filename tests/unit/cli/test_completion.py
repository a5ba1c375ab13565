from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from basewise.cli.main import COMMANDS, main


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_this_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert f"_BASEWISE_COMPLETE={shell}_complete" in script
    assert "basewise" in script


def test_an_unknown_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    assert "tcsh" in capsys.readouterr().err


def answers(*words: str) -> list[str]:
    """What a shell would offer for the last of `words`."""
    environment = {
        **os.environ,
        "_BASEWISE_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    command = [sys.executable, "-m", "basewise.cli.main"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in run.stdout.splitlines()]


def test_command_names_are_completed() -> None:
    assert answers("basewise", "") == list(COMMANDS)
    assert answers("basewise", "sch") == ["schema"]


def test_options_and_values_are_completed() -> None:
    assert "--help" in answers("basewise", "schema", "--")
    assert answers("basewise", "completion", "z") == ["zsh"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
def test_bash_accepts_its_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    script = tmp_path / "basewise.bash"
    script.write_text(capsys.readouterr().out)
    subprocess.run(
        ["bash", "--norc", "-c", f"source {script} && complete -p basewise"], check=True, capture_output=True
    )

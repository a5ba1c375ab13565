"""Runs `helm template`: on a copy of the chart, without a shell, a network, plugins, or this user's settings.

The copy has no symbolic links, which Helm would follow out of the chart. Dependencies that are missing are not fetched.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from basewise.discover.helm import RenderChart, Rendered
from basewise.model.errors import LimitExceeded
from basewise.model.limits import Limits
from basewise.programs.running import ProgramFailed, running

_RELEASE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,51}[a-z0-9])?")
_NOWHERE = "http://127.0.0.1:9"  # the discard port: what a program asks by HTTP fails at once
_UNKNOWN_FLAG = "unknown flag"
_UNREAD = "the chart cannot be read: "


def helm_below(root: Path, search_path: str | None, limits: Limits) -> RenderChart | None:
    """Renders charts below a directory; None when `helm` is not installed.

    Args:
        root: the directory target.
        search_path: where programs are looked for; None for PATH.
    """
    program = shutil.which("helm", path=search_path)
    if program is None:
        return None
    confined = shutil.which("prlimit", path=search_path)
    memory = [confined, f"--as={limits.helm_memory_bytes}"] if confined else []

    def render(folder: str, name: str) -> Rendered:
        with tempfile.TemporaryDirectory(prefix="basewise-helm-") as scratch:
            try:
                _copy(root / folder, Path(scratch) / "chart", limits)
                return Rendered(_run([*memory, program], name, Path(scratch), limits))
            except ProgramFailed as error:
                old = _UNKNOWN_FLAG in error.message
                return Rendered(problem="helm is older than 3.16" if old else _UNREAD + error.message)
            except LimitExceeded as error:
                return Rendered(problem=error.message)
            except OSError as error:
                return Rendered(problem=f"{_UNREAD}{error.strerror}")

    return render


def _run(program: list[str], name: str, scratch: Path, limits: Limits) -> str:
    """What the program writes.

    Raises:
        ProgramFailed: it failed, or took too long.
        LimitExceeded: it wrote too much.
    """
    release = name if _RELEASE.fullmatch(name) else "release"
    command = [*program, "template", release, str(scratch / "chart"), "--skip-tests", "--skip-schema-validation"]
    homes = {key: str(scratch / "home") for key in ("HOME", "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")}
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), _NOWHERE)
    environment = {"PATH": os.defpath, "HELM_NO_PLUGINS": "1", "KUBECONFIG": os.devnull, **homes, **proxies}
    with running(command, "helm", limits, seconds=limits.helm_seconds, environment=environment) as process:
        assert process.stdout is not None
        written = process.stdout.read(limits.helm_bytes + 1)
        if len(written) > limits.helm_bytes:
            raise LimitExceeded(f"the chart renders to more than helm_bytes = {limits.helm_bytes}")
    return written.decode(errors="replace")


def _copy(chart: Path, target: Path, limits: Limits) -> None:
    """Copies the regular files of a chart.

    Raises:
        LimitExceeded: it has more of them than a limit allows.
        OSError: one cannot be read.
    """
    files, size = 0, 0
    for folder, folders, names in os.walk(chart, followlinks=False):
        folders[:] = [name for name in folders if not Path(folder, name).is_symlink()]
        place = target / Path(folder).relative_to(chart)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            source = Path(folder, name)
            if source.is_symlink() or not source.is_file():
                continue
            files, size = files + 1, size + source.stat().st_size
            if files > limits.chart_files or size > limits.chart_bytes:
                raise LimitExceeded(
                    f"the chart is larger than chart_files = {limits.chart_files} or chart_bytes = {limits.chart_bytes}"
                )
            shutil.copyfile(source, place / name, follow_symlinks=False)

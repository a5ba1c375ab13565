"""What kustomizations make, compared with what `kubectl kustomize` or `kustomize build` makes of them."""

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.integration.discover.kustomize_trees import write_tree

from basewise.discover.interface import Discovered
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.kustomization import NAMES
from basewise.discover.kustomize import KustomizeSource
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits


@pytest.fixture(scope="module")
def build() -> list[str]:
    """The command that builds a kustomization, without its folder."""
    kustomize = os.environ.get("BASEWISE_KUSTOMIZE") or shutil.which("kustomize")
    if kustomize:
        return [kustomize, "build"]
    kubectl = shutil.which("kubectl")
    said = (
        subprocess.run([kubectl, "version", "--client"], capture_output=True, text=True, check=False)
        if kubectl
        else None
    )
    if said is None or "Kustomize Version: v5" not in said.stdout:
        pytest.skip("neither kustomize nor a kubectl with kustomize 5 is installed, and BASEWISE_KUSTOMIZE names none")
    assert kubectl
    return [kubectl, "kustomize"]


def summary(found: Discovered) -> list[tuple[object, ...]]:
    return sorted(
        (one.namespace, one.kind, one.name, -1 if one.replicas is None else one.replicas,
         sorted((c.name, c.role, c.reference) for c in one.containers))
        for one in found.workloads
    )  # fmt: skip


def ours(root: Path, folder: Path) -> Discovered:
    def beside(path: str) -> bytes | None:
        return (root / path).read_bytes() if (root / path).is_file() else None

    (path,) = [folder / name for name in NAMES if (folder / name).exists()]
    return KustomizeSource().read(SourceFile(path.relative_to(root).as_posix(), path.read_bytes(), Limits(), beside))


@pytest.mark.parametrize("seed", range(40))
def test_kustomizations_make_what_kustomize_makes_of_them(tmp_path: Path, build: list[str], seed: int) -> None:
    for folder in write_tree(tmp_path, random.Random(seed)):
        done = subprocess.run([*build, str(folder)], capture_output=True, check=False, timeout=120)
        found = ours(tmp_path, folder)
        if done.returncode:
            assert b"remove operation does not apply" in done.stderr, done.stderr
            assert not found.status.is_ok
            continue
        assert found.status.is_ok, found.status.reason
        theirs = KubernetesSource().read(SourceFile("built.yaml", done.stdout, Limits()))
        assert summary(found) == summary(theirs)

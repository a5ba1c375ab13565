"""Every kind of file that names images. Adding one touches its own file and one line here."""

from __future__ import annotations

from basewise.discover.dockerfile import DockerfileSource
from basewise.discover.helm import HelmSource
from basewise.discover.interface import UsageSource
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.kustomize import KustomizeSource
from basewise.discover.skaffold import SkaffoldSource
from basewise.discover.tekton import TektonSource

SOURCES: dict[str, UsageSource] = {
    "dockerfile": DockerfileSource(),
    "helm": HelmSource(),
    "kubernetes": KubernetesSource(),
    "kustomize": KustomizeSource(),
    "skaffold": SkaffoldSource(),
    "tekton": TektonSource(),
}
"""By the name that users know them under."""

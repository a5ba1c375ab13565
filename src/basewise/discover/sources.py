"""Every kind of file that names images. Adding one touches its own file and one line here."""

from __future__ import annotations

from basewise.discover.dockerfile import DockerfileSource
from basewise.discover.interface import UsageSource
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.kustomize import KustomizeSource
from basewise.discover.tekton import TektonSource

SOURCES: dict[str, UsageSource] = {
    "dockerfile": DockerfileSource(),
    "kubernetes": KubernetesSource(),
    "kustomize": KustomizeSource(),
    "tekton": TektonSource(),
}
"""By the name that users know them under."""

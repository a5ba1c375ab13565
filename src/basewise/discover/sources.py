"""Every kind of file that names images. Adding one touches its own file and one line here."""

from __future__ import annotations

import re
from functools import cached_property
from importlib import import_module

from basewise.discover.dockerfile import DockerfileSource
from basewise.discover.helm import HelmSource
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.kustomize import KustomizeSource
from basewise.discover.source_file import SourceFile
from basewise.discover.tekton import TektonSource
from basewise.model.workload import UsageKind


class LoadedLater(UsageSource):
    """A source whose module is imported when a file of its names is met: most trees have files of a few kinds."""

    def __init__(self, kind: UsageKind, names: str, place: str) -> None:
        """Takes what stands for a source.

        Args:
            names: regular expression that is found in every path which the source claims, in lower case.
            place: `module:Class`, the module below this package.
        """
        self.kind = kind
        self._names = re.compile(names)
        self._place = place

    @cached_property
    def source(self) -> UsageSource:
        """The source itself."""
        module, _, name = self._place.partition(":")
        found: UsageSource = getattr(import_module(f"basewise.discover.{module}"), name)()
        return found

    def claims(self, path: str) -> bool:
        return self._names.search(path.lower()) is not None and self.source.claims(path)

    def read(self, file: SourceFile) -> Discovered:
        return self.source.read(file)


SOURCES: dict[str, UsageSource] = {
    source.kind: source
    for source in (
        LoadedLater("azure-pipelines", "azure", "ci.azure_pipelines:AzurePipelinesSource"),
        LoadedLater("bake", "docker-bake", "bake:BakeSource"),
        LoadedLater("buildkite", "buildkite", "ci.buildkite:BuildkiteSource"),
        LoadedLater("circleci", "circleci", "ci.circleci:CircleCiSource"),
        LoadedLater("cloud-build", "cloudbuild", "ci.cloud_build:CloudBuildSource"),
        LoadedLater("compose", "compose", "compose.source:ComposeSource"),
        LoadedLater("devcontainer", "devcontainer", "devcontainer:DevcontainerSource"),
        DockerfileSource(),
        LoadedLater("drone", "drone|woodpecker", "ci.drone:DroneSource"),
        LoadedLater("github-actions", r"\.github/|action\.ya?ml", "ci.github_actions:GitHubActionsSource"),
        LoadedLater("gitlab-ci", "gitlab-ci", "ci.gitlab_ci:GitlabCiSource"),
        HelmSource(),
        LoadedLater("jenkins", r"jenkinsfile|\.groovy", "ci.jenkins:JenkinsSource"),
        KubernetesSource(),
        KustomizeSource(),
        LoadedLater("skaffold", "skaffold", "skaffold:SkaffoldSource"),
        TektonSource(),
        LoadedLater("terraform", r"\.tf", "terraform:TerraformSource"),
    )
}
"""By the name that users know them under."""

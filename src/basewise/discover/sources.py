"""Every kind of file that names images. Adding one touches its own file and one line here."""

from __future__ import annotations

from basewise.discover.bake import BakeSource
from basewise.discover.ci.azure_pipelines import AzurePipelinesSource
from basewise.discover.ci.buildkite import BuildkiteSource
from basewise.discover.ci.circleci import CircleCiSource
from basewise.discover.ci.cloud_build import CloudBuildSource
from basewise.discover.ci.drone import DroneSource
from basewise.discover.ci.github_actions import GitHubActionsSource
from basewise.discover.ci.gitlab_ci import GitlabCiSource
from basewise.discover.ci.jenkins import JenkinsSource
from basewise.discover.compose.source import ComposeSource
from basewise.discover.devcontainer import DevcontainerSource
from basewise.discover.dockerfile import DockerfileSource
from basewise.discover.helm import HelmSource
from basewise.discover.interface import UsageSource
from basewise.discover.kubernetes import KubernetesSource
from basewise.discover.kustomize import KustomizeSource
from basewise.discover.skaffold import SkaffoldSource
from basewise.discover.tekton import TektonSource
from basewise.discover.terraform import TerraformSource

SOURCES: dict[str, UsageSource] = {
    "azure-pipelines": AzurePipelinesSource(),
    "bake": BakeSource(),
    "buildkite": BuildkiteSource(),
    "circleci": CircleCiSource(),
    "cloud-build": CloudBuildSource(),
    "compose": ComposeSource(),
    "devcontainer": DevcontainerSource(),
    "dockerfile": DockerfileSource(),
    "drone": DroneSource(),
    "github-actions": GitHubActionsSource(),
    "gitlab-ci": GitlabCiSource(),
    "helm": HelmSource(),
    "jenkins": JenkinsSource(),
    "kubernetes": KubernetesSource(),
    "kustomize": KustomizeSource(),
    "skaffold": SkaffoldSource(),
    "tekton": TektonSource(),
    "terraform": TerraformSource(),
}
"""By the name that users know them under."""

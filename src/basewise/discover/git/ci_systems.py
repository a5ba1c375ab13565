"""Which CI systems a clone is configured for, by the files that each looks for, as its documentation names them."""

from __future__ import annotations

from pathlib import Path

_MARKS: tuple[tuple[str, str], ...] = (
    ("azure-pipelines", "azure-pipelines.yml"),
    ("azure-pipelines", "azure-pipelines.yaml"),
    ("bitbucket-pipelines", "bitbucket-pipelines.yml"),
    ("buildkite", ".buildkite"),
    ("circleci", ".circleci"),
    ("cloud-build", "cloudbuild.yaml"),
    ("cloud-build", "cloudbuild.yml"),
    ("cloud-build", "cloudbuild.json"),
    ("drone", ".drone.yml"),
    ("forgejo-actions", ".forgejo/workflows"),
    ("gitea-actions", ".gitea/workflows"),
    ("github-actions", ".github/workflows"),
    ("gitlab-ci", ".gitlab-ci.yml"),
    ("jenkins", "Jenkinsfile"),
    ("semaphore", ".semaphore"),
    ("tekton", ".tekton"),
    ("travis", ".travis.yml"),
    ("woodpecker", ".woodpecker"),
    ("woodpecker", ".woodpecker.yml"),
    ("woodpecker", ".woodpecker.yaml"),
)


def ci_systems(root: Path) -> list[str]:
    """Names of CI systems, sorted, each once.

    Args:
        root: the working tree of a clone.
    """
    return sorted({name for name, mark in _MARKS if _is_there(root / mark)})


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False

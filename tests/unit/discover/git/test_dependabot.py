"""What Dependabot does with a file: an ecosystem, in the directories that are named and not below them."""

import pytest
from tests.unit.discover.git.files import in_time, opener

from basewise.discover.git.dependabot import Dependabot
from basewise.discover.git.renovate import Named
from basewise.model.evidence import Answer
from basewise.model.limits import Limits
from basewise.model.workload import UsageKind


def moves(
    entry: str, path: str = "services/orders/Dockerfile", kind: UsageKind = "dockerfile", *, pinned: bool = True
) -> Answer:
    text = f"version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n  - {entry}\n"
    return Dependabot(opener({".github/dependabot.yml": text}), Limits(), in_time).moves(Named(path, kind, pinned))


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        ("{package-ecosystem: docker, directory: /services/orders}", "yes"),
        ("{package-ecosystem: docker, directory: services/orders/}", "yes"),
        ("{package-ecosystem: docker, directory: /}", "no"),
        ("{package-ecosystem: docker, directory: /services}", "no"),
        ("{package-ecosystem: docker, directories: [/web, /services/*]}", "yes"),
        ("{package-ecosystem: docker, directories: ['**/*']}", "yes"),
        ("{package-ecosystem: docker, directories: ['/services/or*']}", "yes"),
        ("{package-ecosystem: docker, directories: [/infra/*]}", "no"),
        ("{package-ecosystem: docker, directory: /services/orders, open-pull-requests-limit: 0}", "no"),
        ("{package-ecosystem: docker, directory: /services/orders, ignore: [{dependency-name: '*'}]}", "no"),
        ("{package-ecosystem: docker, directory: /services/orders, ignore: [{dependency-name: python}]}", "yes"),
        (
            "{package-ecosystem: docker, directory: /services/orders, ignore: [{dependency-name: '*', versions: [4]}]}",
            "yes",
        ),
        ("{package-ecosystem: docker, directory: /services/orders, exclude-paths: ['services/orders/**']}", "no"),
        ("{package-ecosystem: gomod, directory: /services/orders}", "no"),
    ],
)
def test_an_entry_covers_its_directories(entry: str, state: str) -> None:
    answer = moves(entry)
    assert answer.state == state, answer.reason
    assert answer.where == ".github/dependabot.yml"


def test_tags_without_digests_get_none() -> None:
    entry = "{package-ecosystem: docker, directory: /services/orders}"
    assert moves(entry, pinned=False) == Answer("no", "it updates tags and pins no digests", ".github/dependabot.yml")


@pytest.mark.parametrize(
    ("ecosystem", "path", "kind", "state"),
    [
        ("docker", "d/web.yaml", "kubernetes", "yes"),
        ("docker", "d/.hidden.yaml", "kubernetes", "no"),
        ("docker", "d/compose.yaml", "compose", "no"),
        ("docker-compose", "d/compose.yaml", "compose", "yes"),
        ("docker", "d/api.Containerfile", "dockerfile", "yes"),
        ("docker", "d/Jenkinsfile", "jenkins", "no"),
    ],
)
def test_each_ecosystem_has_its_files(ecosystem: str, path: str, kind: UsageKind, state: str) -> None:
    assert moves(f"{{package-ecosystem: {ecosystem}, directory: /d}}", path, kind).state == state


def test_without_a_file_it_moves_nothing() -> None:
    answer = Dependabot(opener({}), Limits(), in_time).moves(Named("Dockerfile", "dockerfile", pinned=True))
    assert answer == Answer("no", "no Dependabot configuration in the repository")


@pytest.mark.parametrize("text", ["updates: [", "- a", "x" * 200_000])
def test_a_file_that_cannot_be_read_is_unknown(text: str) -> None:
    found = Dependabot(opener({".github/dependabot.yaml": text}), Limits(), in_time)
    assert found.moves(Named("Dockerfile", "dockerfile", pinned=True)).state == "unknown"

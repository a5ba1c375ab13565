import re

import pytest
from tests.unit.discover.reading_files import named, read, reasons

from basewise.discover.devcontainer import DevcontainerSource
from basewise.discover.interface import Discovered

SOURCE = DevcontainerSource()
PATH = "app/.devcontainer/devcontainer.json"


def container(content: str) -> Discovered:
    return read(SOURCE, PATH, {PATH: content})


@pytest.mark.parametrize("path", [".devcontainer.json", PATH, ".devcontainer/py/devcontainer.json"])
def test_the_three_places_are_claimed(path: str) -> None:
    assert SOURCE.claims(path)


@pytest.mark.parametrize("path", ["devcontainer.json", ".devcontainer/a/b/devcontainer.json", ".devcontainer/x.json"])
def test_other_files_are_not(path: str) -> None:
    assert not SOURCE.claims(path)


def test_the_image_is_for_development() -> None:
    content = """\
{
\t// "image": "no"
\t"image": "mcr.microsoft.com/devcontainers/base:1", /* x */
\t"features": {"ghcr.io/a/b:1": {}},
}
"""
    (usage,) = container(content).usages
    assert (usage.reference, usage.line, usage.column) == ("mcr.microsoft.com/devcontainers/base:1", 3, 12)
    assert (usage.role, usage.final, usage.kind) == ("dev", False, "devcontainer")


def test_variables_have_their_defaults_alone() -> None:
    found = container('{"image": "x:${localEnv:V:1}"}')
    assert (named(found), found.usages[0].confidence) == (["x:1"], 0.9)
    found = container('{"image": "x:${localEnv:V}"}')
    assert reasons(found) == ["'x:${localEnv:V}': ${localEnv:V} has no value here"]


@pytest.mark.parametrize(
    ("content", "dockerfile", "context"),
    [
        ('{"build": {"dockerfile": "Dockerfile"}}', "app/.devcontainer/Dockerfile", "app/.devcontainer"),
        ('{"build": {"dockerfile": "../D", "context": ".."}}', "app/D", "app"),
        ('{"dockerFile": "D", "context": "../.."}', "app/.devcontainer/D", ""),
    ],
)
def test_builds_are_seen_from_the_file(content: str, dockerfile: str, context: str) -> None:
    (build,) = container(content).builds
    assert (build.dockerfile, build.context) == (dockerfile, context)


def test_arguments_and_target_of_a_build() -> None:
    (build,) = container(
        '{"name": "n", "build": {"dockerfile": "D", "target": "t", "args": {"A": "1", "B": "${localEnv:B}"}}}'
    ).builds
    assert (build.target, build.arguments, build.service) == ("t", {"A": "1"}, "n")


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"image": ""}', '{"image": ["x"]}', "null"])
def test_nothing_is_said_by_nothing(content: str) -> None:
    assert container(content) == Discovered()


@pytest.mark.parametrize("content", ['{"image": "x"', '{"a": [}', "{" * 200])
def test_broken_json_is_said_with_its_line(content: str) -> None:
    found = container(content)
    assert found.status.status == "not_assessed"
    assert re.match("line [12]: ", found.status.reason)


def test_builds_from_elsewhere_are_said() -> None:
    assert "a variable names" in container('{"build": {"dockerfile": "${localEnv:X}"}}').status.reason
    assert "outside of this directory" in container('{"build": {"dockerfile": "../../../D"}}').status.reason

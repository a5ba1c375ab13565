"""A source that is loaded later claims what the source itself claims, and its module waits for a file of its names."""

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.corpus import fleet

from basewise.discover.sources import SOURCES, LoadedLater

LATER = {name: source for name, source in SOURCES.items() if isinstance(source, LoadedLater)}
PARTS = (
    *("azure-pipelines", ".azure-pipelines", ".azuredevops", "docker-bake", "buildkite", ".buildkite", ".circleci"),
    *("config", "cloudbuild", "CloudBuild", "compose", "docker-compose", "Compose", ".devcontainer", "devcontainer"),
    *(".drone", ".woodpecker", ".github", "workflows", "action", ".gitlab-ci", "Jenkinsfile", "vars", "skaffold"),
    *("main", "a", ".override", "-prod", "_x", ".pipeline"),
)
ENDINGS = ("", ".yml", ".yaml", ".YAML", ".json", ".hcl", ".tf", ".tf.json", ".groovy", ".jenkinsfile", ".Jenkinsfile")
PATHS = st.lists(st.sampled_from([*PARTS, "/"]), min_size=1, max_size=6).map("".join)


@settings(max_examples=2000)
@given(PATHS, st.sampled_from(ENDINGS))
def test_its_names_leave_out_nothing_that_the_source_claims(path: str, ending: str) -> None:
    for source in LATER.values():
        assert source.claims(path + ending) == source.source.claims(path + ending)


def test_nothing_that_the_corpus_holds_is_left_out() -> None:
    for path, _, _ in fleet.files(random.Random(1), 500):
        for source in LATER.values():
            assert source.claims(path) == source.source.claims(path)


@pytest.mark.parametrize("name", LATER)
def test_it_goes_by_the_kind_of_its_source(name: str) -> None:
    assert LATER[name].kind == LATER[name].source.kind == name


def test_a_tree_without_files_of_its_names_never_loads_it() -> None:
    code = (
        "import sys; from basewise.discover.sources import SOURCES;"
        "[source.claims(path) for source in SOURCES.values() for path in ('Dockerfile', 'k8s/web.yaml')];"
        "print([name for name in sys.modules if name.startswith('basewise.discover.ci')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"

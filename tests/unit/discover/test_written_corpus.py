"""Files of many kinds, made from their published formats, whose writer knows what they name."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for
from tests.corpus import (
    azure_pipelines,
    bake,
    buildkite,
    circleci,
    cloud_build,
    compose,
    devcontainer,
    drone,
    github_actions,
    gitlab_ci,
    jenkins,
    terraform,
)
from tests.corpus.page import Expected

from basewise.discover.source_file import SourceFile
from basewise.discover.sources import SOURCES
from basewise.model.limits import Limits

Generator = Callable[[random.Random], Iterator[tuple[str, bytes, list[Expected]]]]
KINDS: dict[str, Generator] = {
    "azure-pipelines": azure_pipelines.files,
    "bake": bake.files,
    "buildkite": buildkite.files,
    "circleci": circleci.files,
    "cloud-build": cloud_build.files,
    "compose": compose.files,
    "devcontainer": devcontainer.files,
    "drone": drone.files,
    "github-actions": github_actions.files,
    "gitlab-ci": gitlab_ci.files,
    "jenkins": jenkins.files,
    "terraform": terraform.files,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_image_is_found_and_nothing_else(kind: str) -> None:
    source = SOURCES[kind]
    for path, content, expected in KINDS[kind](random.Random(20)):
        assert source.claims(path), path
        found = source.read(SourceFile(path, content, Limits()))
        usages = [Expected(usage.reference, usage.kind, usage.line, usage.role) for usage in found.usages]
        assert sorted(usages) == sorted(set(expected)), content.decode()


SCHEMAS = {
    "azure-pipelines": "azure-pipelines",
    "buildkite": "buildkite",
    "circleci": "circle-ci",
    "cloud-build": "cloudbuild",
    "compose": "compose-spec",
    "github-actions": "github-workflows",
    "gitlab-ci": "gitlab-ci",
}
"""Kinds whose schema check-jsonschema carries."""


class Loader(yaml.CSafeLoader):
    """Reads GitLab's own tag as some text, which stands there for what it refers to."""


Loader.add_constructor("!reference", lambda loader, node: ".".join(loader.construct_sequence(node)))


def schema_of(kind: str, path: str) -> Any:
    name = ("woodpecker-ci" if "woodpecker" in path else "drone-ci") if kind == "drone" else SCHEMAS[kind]
    vendored = resources.files("check_jsonschema.builtin_schemas.vendor")
    return without_foreign_patterns(json.loads(vendored.joinpath(f"{name}.json").read_text()))


def without_foreign_patterns(schema: Any) -> Any:
    """The schema without patterns of ECMAScript that Python's regular expressions do not have (`\\p{…}`)."""
    if isinstance(schema, list):
        return [without_foreign_patterns(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: without_foreign_patterns(value)
        for key, value in schema.items()
        if not (key == "pattern" and isinstance(value, str) and r"\p" in value)
    }


def as_read_by(kind: str, content: bytes) -> list[Any]:
    loaded = list(yaml.load_all(content, Loader))
    if kind == "github-actions":  # YAML 1.1 takes the key `on` for true
        return [{("on" if key is True else key): value for key, value in one.items()} for one in loaded]
    return loaded


@pytest.mark.parametrize("kind", [*SCHEMAS, "drone"])
def test_the_files_are_valid_by_the_schema_of_their_format(kind: str) -> None:
    validators: dict[str, Any] = {}
    for path, content, _ in KINDS[kind](random.Random(20)):
        schema = schema_of(kind, path)
        validator = validators.setdefault(str(schema.get("$id")), validator_for(schema)(schema))
        for document in as_read_by(kind, content):
            errors = [
                f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(document)
            ]
            assert errors == [], content.decode()

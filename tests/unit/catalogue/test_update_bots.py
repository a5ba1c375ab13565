"""What is known of update bots names kinds of files and presets that there are."""

from typing import get_args

import pytest

from basewise.catalogue.update_bots import update_bots
from basewise.model.workload import UsageKind

KINDS = set(get_args(UsageKind))


def test_every_manager_and_ecosystem_is_for_a_kind_of_usage() -> None:
    bots = update_bots()
    assert set(bots.renovate.managers) <= KINDS
    assert set(bots.dependabot.ecosystems) <= KINDS


def test_presets_extend_presets_that_are_known() -> None:
    presets = update_bots().renovate.presets
    assert {name for preset in presets.values() for name in preset.extends} <= set(presets)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("dockerfile", "Dockerfile"),
        ("dockerfile", "a/dev.Dockerfile"),
        ("dockerfile", "a/Containerfile.prod"),
        ("compose", "docker-compose.override.yml"),
        ("github-actions", ".github/workflows/ci.yml"),
        ("circleci", ".circleci/config.yml"),
    ],
)
def test_usual_names_are_claimed(kind: str, path: str) -> None:
    assert update_bots().renovate.managers[kind].claims(path)


def test_who_says_so_is_named() -> None:
    bots = update_bots()
    assert all(
        one.source.startswith("https://") and one.status == "confirmed" for one in (bots.renovate, bots.dependabot)
    )

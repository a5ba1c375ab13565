"""What Renovate does with a file, as its configuration in the clone tells, and unknown where it does not."""

import json

import pytest
from tests.unit.discover.git.files import in_time, opener

from basewise.discover.git.renovate import Named, Renovate
from basewise.model.evidence import Answer
from basewise.model.limits import Limits
from basewise.model.workload import UsageKind

BEST = {"extends": ["config:best-practices"]}
PLAIN = {"extends": ["config:recommended"]}


def moves(
    configuration: object,
    path: str = "services/orders/Dockerfile",
    kind: UsageKind = "dockerfile",
    *,
    pinned: bool = False,
    name: str = "renovate.json",
) -> Answer:
    text = configuration if isinstance(configuration, str) else json.dumps(configuration)
    return Renovate(opener({name: text}), Limits(), in_time).moves(Named(path, kind, pinned))


@pytest.mark.parametrize(
    ("configuration", "pinned", "state"),
    [
        (PLAIN, True, "yes"),
        (PLAIN, False, "no"),
        ({}, True, "yes"),
        (BEST, False, "yes"),
        ({"pinDigests": True}, False, "yes"),
        ({"dockerfile": {"pinDigests": True}}, False, "yes"),
        ({"docker": {"pinDigests": True}}, False, "yes"),
        ({**BEST, "dockerfile": {"pinDigests": False}}, False, "no"),
        ({"extends": ["docker:pinDigests", ":pinDigestsDisabled"]}, False, "no"),
        ({"packageRules": [{"matchDatasources": ["docker"], "pinDigests": True}]}, False, "yes"),
        ({"packageRules": [{"matchDatasources": ["npm"], "pinDigests": True}]}, False, "no"),
        ({"packageRules": [{"matchFileNames": ["services/**"], "pinDigests": True}]}, False, "yes"),
        ({"packageRules": [{"matchFileNames": ["infra/**"], "pinDigests": True}]}, False, "no"),
        ({"enabled": False}, True, "no"),
        ({"extends": [":disableRenovate"]}, True, "no"),
        ({"enabledManagers": ["npm"]}, True, "no"),
        ({"enabledManagers": ["dockerfile"]}, True, "yes"),
        ({"dockerfile": {"enabled": False}}, True, "no"),
        ({"docker": {"enabled": False}}, True, "no"),
        ({"extends": ["docker:disable"]}, True, "no"),
        ({"extends": ["docker:disable"], "ignorePresets": ["docker:disable"]}, True, "yes"),
        ({"extends": ["docker:disable"], "dockerfile": {"enabled": True}}, True, "yes"),
        ({"ignorePaths": ["services/orders"]}, True, "no"),
        ({"ignorePaths": ["**/orders/**"]}, True, "no"),
        ({"includePaths": ["infra/**"]}, True, "no"),
        ({"digest": {"enabled": False}}, True, "no"),
        ({"extends": [":disableDigestUpdates"]}, True, "no"),
        ({"packageRules": [{"matchManagers": ["dockerfile"], "enabled": False}]}, True, "no"),
        ({"packageRules": [{"matchUpdateTypes": ["major"], "enabled": False}]}, True, "yes"),
        ({"packageRules": [{"matchPackageNames": ["python"], "enabled": False}]}, True, "unknown"),
        ({"extends": ["local>acme/renovate-config"]}, True, "unknown"),
        ({"extends": ["github>acme/presets//docker"]}, False, "unknown"),
        ({"extends": ["acme"]}, False, "unknown"),
        ({"extends": ["local>acme/renovate-config"], "pinDigests": True}, False, "yes"),
        ({"extends": ["local>acme/renovate-config"], "enabled": False}, True, "no"),
        ("{ broken", True, "unknown"),
    ],
)
def test_a_configuration_says_whether_digests_move(configuration: object, *, pinned: bool, state: str) -> None:
    answer = moves(configuration, pinned=pinned)
    assert answer.state == state, answer.reason
    assert answer.reason
    assert answer.where == "renovate.json"


def test_the_paths_that_the_recommended_preset_ignores_are_replaced_by_ones_own() -> None:
    path = "tests/Dockerfile"
    assert moves(PLAIN, path, pinned=True).reason == "ignorePaths has **/tests/**"
    assert moves({**PLAIN, "ignorePaths": []}, path, pinned=True).state == "yes"


@pytest.mark.parametrize(
    ("kind", "path", "configuration", "state"),
    [
        ("kubernetes", "deploy/web.yaml", {}, "no"),
        ("kubernetes", "deploy/web.yaml", {"kubernetes": {"managerFilePatterns": ["deploy/**/*.yaml"]}}, "yes"),
        ("kubernetes", "deploy/web.yaml", {"kubernetes": {"fileMatch": ["^deploy/.+\\.yaml$"]}}, "unknown"),
        ("compose", "compose.prod.yaml", {}, "yes"),
        ("helm", "chart/values.yaml", {}, "yes"),
        ("helm", "chart/values-prod.yaml", {}, "no"),
        ("dockerfile", "build/base.docker", {}, "no"),
        ("gitlab-ci", ".gitlab-ci.yml", {}, "yes"),
        ("jenkins", "Jenkinsfile", {}, "no"),
    ],
)
def test_each_kind_of_file_has_its_manager(
    kind: UsageKind, path: str, configuration: dict[str, object], state: str
) -> None:
    assert moves(configuration, path, kind, pinned=True).state == state


def test_managers_that_pin_nothing_by_themselves_need_to_be_told() -> None:
    path = "chart/values.yaml"
    assert moves({"pinDigests": True}, path, "helm").state == "no"
    assert moves({"helm-values": {"pinDigests": True}}, path, "helm").state == "yes"
    assert moves(BEST, path, "helm").state == "yes"


@pytest.mark.parametrize("name", [".github/renovate.json5", ".renovaterc", ".gitlab/renovate.json", "renovate.json5"])
def test_the_configuration_is_found_where_renovate_looks(name: str) -> None:
    assert moves("{extends: ['config:best-practices'] /* all */}", name=name).state == "yes"


def test_package_json_counts_when_it_has_a_section() -> None:
    assert moves({"renovate": BEST}, name="package.json").state == "yes"
    assert moves({"name": "shop"}, name="package.json") == Answer("no", "no Renovate configuration in the repository")


def test_a_configuration_that_is_too_large_is_unknown() -> None:
    assert moves({"extends": ["x"] * 40_000}).reason == "it cannot be read, or is too large"

from __future__ import annotations

import pytest

from basewise.oci.realms import may_see_credentials


@pytest.mark.parametrize(
    ("service", "registry"),
    [
        ("ghcr.io", "ghcr.io"),
        ("auth.registry.example", "registry.example"),
        ("auth.docker.io", "registry-1.docker.io"),
        ("gitlab.com", "registry.gitlab.com"),
        ("scc.suse.com", "registry.suse.com"),
    ],
)
def test_the_registry_itself_and_its_known_services_may_see_its_credentials(service: str, registry: str) -> None:
    assert may_see_credentials(service, registry, [])


@pytest.mark.parametrize(
    ("service", "registry"),
    [
        ("auth.docker.io", "mirror.example"),
        ("evil.azurecr.io", "team.azurecr.io"),
        ("gitlab.example", "registry.gitlab.example"),
        ("evilregistry.example", "registry.example"),
        ("", "registry.example"),
    ],
)
def test_nobody_else_may_unless_a_person_allows_it(service: str, registry: str) -> None:
    assert not may_see_credentials(service, registry, [])
    assert may_see_credentials(service, registry, [service])

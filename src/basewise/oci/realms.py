"""Which token services may be shown the credentials of a registry.

A registry names its token service in an answer, so the answer must not be able to send credentials anywhere: a proxy
or a mirror that passes on the challenge of its upstream would hand over its own users' passwords. Credentials are shown
to the registry's own host (on any port), to hosts below it, to the services listed here, and to those that a person
allows. Any other service is asked only where there is nothing to show.
"""

from __future__ import annotations

from collections.abc import Collection

_KNOWN = {
    # https://distribution.github.io/distribution/spec/auth/token/
    "registry-1.docker.io": {"auth.docker.io"},
    # https://docs.gitlab.com/development/packages/ and the challenge of registry.gitlab.com, 2026-08
    "registry.gitlab.com": {"gitlab.com"},
    # the challenge of registry.digitalocean.com, 2026-02
    "registry.digitalocean.com": {"api.digitalocean.com"},
    # the challenges of registry.suse.com and registry.rancher.com, 2026-09
    "registry.suse.com": {"scc.suse.com"},
    "registry.rancher.com": {"scc.suse.com"},
}


def may_see_credentials(service: str, registry: str, allowed: Collection[str]) -> bool:
    """True when the token service on host `service` may be shown what the registry on host `registry` is shown.

    Args:
        allowed: hosts that a person trusts with the credentials of any registry.
    """
    return (
        service == registry
        or service.endswith(f".{registry}")
        or service in _KNOWN.get(registry, ())
        or service in allowed
    )

from __future__ import annotations

import pytest
from tests.unit.oci.credentials.sources import NOW, find

from basewise.model.limits import Limits
from basewise.oci.credentials.acr import Acr


@pytest.mark.parametrize(
    "host", ["azurecr.io", "team.azurecr.io.evil.example", "evil.example", "team.azurecr.io:8443", "team.azurecr.evil"]
)
def test_the_token_is_offered_to_no_host_but_azures(host: str) -> None:
    source = Acr("entra-s3cret", Limits(), now=lambda: NOW)
    assert find([source], host) is None
    assert "entra-s3cret" not in repr(source)

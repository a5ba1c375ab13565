from __future__ import annotations

import pytest
from tests.unit.oci.credentials.sources import NOW, find

from basewise.model.limits import Limits
from basewise.oci.credentials.aws import BotocoreSigner
from basewise.oci.credentials.ecr import Ecr, service_of


@pytest.mark.parametrize(
    ("host", "name", "region", "url"),
    [
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            "ecr",
            "eu-west-1",
            "https://api.ecr.eu-west-1.amazonaws.com/",
        ),
        (
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
            "ecr",
            "cn-north-1",
            "https://api.ecr.cn-north-1.amazonaws.com.cn/",
        ),
        (
            "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
            "ecr",
            "us-gov-west-1",
            "https://ecr-fips.us-gov-west-1.amazonaws.com/",
        ),
        ("public.ecr.aws", "ecr-public", "us-east-1", "https://api.ecr-public.us-east-1.amazonaws.com/"),
    ],
)
def test_a_registry_tells_whom_to_ask(host: str, name: str, region: str, url: str) -> None:
    service = service_of(host, {})
    assert service is not None
    assert (service.name, service.region, service.url) == (name, region, url)
    elsewhere = service_of(host, {name: "http://127.0.0.1:4566/"})
    assert elsewhere is not None
    assert elsewhere.url == "http://127.0.0.1:4566/"


@pytest.mark.parametrize(
    "host",
    [
        "ghcr.io",
        "public.ecr.aws.evil.example",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com:8443",
        "evil.example/123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        "123.dkr.ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr.evil.example.amazonaws.com",
        "s3.eu-west-1.amazonaws.com",
    ],
)
def test_no_other_host_is_taken_for_one_of_amazon(host: str) -> None:
    assert service_of(host, {}) is None
    assert find([Ecr(BotocoreSigner(), Limits(), now=lambda: NOW)], host) is None

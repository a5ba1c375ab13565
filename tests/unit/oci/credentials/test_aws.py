from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from basewise.oci.credentials.aws import BotocoreSigner
from basewise.oci.credentials.ecr import service_of
from basewise.oci.credentials.interface import CredentialUnavailable

SERVICE = service_of("public.ecr.aws", {})
assert SERVICE is not None


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "aws-s3cret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "aws-t0ken")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


def test_what_is_signed_reaches_no_log_and_no_text_form(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        signer = BotocoreSigner()
        headers = signer(SERVICE, {"x-amz-target": "x"}, b"{}")
    assert headers["X-Amz-Security-Token"] == "aws-t0ken"
    for secret in ("aws-s3cret", "aws-t0ken", headers["Authorization"]):
        assert secret not in caplog.text + repr(signer)


def test_a_profile_that_does_not_exist_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "n0body")
    with pytest.raises(CredentialUnavailable, match="cannot be read: ProfileNotFound") as caught:
        BotocoreSigner()(SERVICE, {}, b"{}")
    assert "n0body" not in caught.value.message


def test_without_the_extra_the_remedy_is_told_and_with_it_nobody_else_pays_for_it() -> None:
    code = """
import sys
from basewise.oci.credentials import credentials
from basewise.oci.credentials.aws import BotocoreSigner
from basewise.oci.credentials.ecr import service_of
from basewise.model.limits import Limits
from basewise.oci.settings import Logins
credentials(Logins(), Limits(), now=lambda: 0.0)
assert not any(name.startswith("botocore") for name in sys.modules)
sys.modules["botocore"] = None
try:
    BotocoreSigner()(service_of("public.ecr.aws", {}), {}, b"{}")
except Exception as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'basewise[aws]'" in ran.stdout

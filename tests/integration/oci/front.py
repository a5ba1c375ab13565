"""What registries and token services say when somebody logs in: scripts for `FaultyRegistry`."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as AwsCredentials
from tests.integration.oci.faulty import Reply, Seen

from basewise.oci.credentials.interface import Credential

Step = Callable[[Seen], Reply]


def basic(login: Credential, inside: Reply) -> Step:
    """A registry that wants Basic credentials."""
    return lambda seen: (
        inside
        if seen.headers.get("authorization") == login.basic()
        else Reply(401, {"www-authenticate": 'Basic realm="registry"'})
    )


def bearer(realm: str, tokens: set[str], inside: Reply) -> Step:
    """A registry that takes the tokens in `tokens`, which a test may change while it runs."""
    challenge = f'Bearer realm="{realm}",service="reg",scope="repository:app:pull"'
    return lambda seen: (
        inside
        if seen.headers.get("authorization", "").removeprefix("Bearer ") in tokens
        else Reply(401, {"www-authenticate": challenge})
    )


def token_service(give: Callable[[], str], *, login: Credential | None = None, seconds: int = 300) -> Step:
    """A token service for whoever shows `login`, for everybody where there is none.

    An identity token is exchanged as the OAuth2 part of the token specification has it.
    """

    def answer(seen: Seen) -> Reply:
        form = parse_qs(seen.body.decode())
        if login is not None and login.identity_token:
            fits = form.get("grant_type") == ["refresh_token"] and form.get("refresh_token") == [login.identity_token]
        else:
            fits = login is None or seen.headers.get("authorization") == login.basic()
        asked = form if seen.method == "POST" else parse_qs(urlsplit(seen.path).query)
        if not fits or asked.get("scope") != ["repository:app:pull"] or asked.get("service") != ["reg"]:
            return Reply(401)
        return Reply(body=json.dumps({"token": give(), "expires_in": seconds}).encode())

    return answer


def azure_exchange(host: str, entra_token: str, refresh_token: str) -> Step:
    """`/oauth2/exchange` of an Azure registry."""

    def answer(seen: Seen) -> Reply:
        form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        right = {"grant_type": "access_token", "service": host, "access_token": entra_token}
        if seen.method != "POST" or form != right:
            return Reply(401)
        return Reply(body=json.dumps({"refresh_token": refresh_token}).encode())

    return answer


class Aws:
    """The AWS end of a login: checks signatures with botocore's own signer.

    Args:
        url: where it is asked, as the client writes it.
        service: signing name.
        region: of the credential scope.
        answer: what it says to whoever signed rightly.
    """

    def __init__(self, url: str, service: str, region: str, answer: Callable[[], object]) -> None:
        self._url, self._service, self._region, self._answer = url, service, region, answer
        self.keys = AwsCredentials("AKIAEXAMPLE", "aws-s3cret", "aws-session-t0ken")
        self.targets: list[str] = []

    def __call__(self, seen: Seen) -> Reply:
        if seen.method != "POST" or seen.body != b"{}" or not self._is_signed(seen):
            return Reply(400, body=b'{"__type": "InvalidSignatureException"}')
        self.targets.append(seen.headers["x-amz-target"])
        return Reply(body=json.dumps(self._answer()).encode())

    def _is_signed(self, seen: Seen) -> bool:
        shown = seen.headers.get("authorization", "")
        fields = dict(part.split("=", 1) for part in shown.removeprefix("AWS4-HMAC-SHA256 ").split(", "))
        names = fields["SignedHeaders"].split(";")
        if not {"host", "x-amz-date", "x-amz-target", "x-amz-security-token"} <= set(names):
            return False
        signed = {name: seen.headers[name] for name in names}
        request = AWSRequest(method="POST", url=self._url, data=seen.body, headers=signed)
        request.context["timestamp"] = seen.headers["x-amz-date"]
        signer = SigV4Auth(self.keys, self._service, self._region)
        text = signer.string_to_sign(request, signer.canonical_request(request))
        scope = f"{self.keys.access_key}/{signer.credential_scope(request)}"
        return fields["Credential"] == scope and fields["Signature"] == signer.signature(text, request)


def aws_token(password: str, ends: float, username: str = "AWS") -> dict[str, object]:
    """One entry of `authorizationData`."""
    return {"authorizationToken": base64.b64encode(f"{username}:{password}".encode()).decode(), "expiresAt": ends}

"""Signatures for AWS by botocore, with the credentials that every AWS tool would take.

The chain of credentials (environment, profiles, single sign-on, roles of pods, tasks and machines) is botocore's own,
and reads what it needs when it is needed: this is the one place of the library that does. Needs the extra `[aws]`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from basewise.oci.credentials.ecr import Service
from basewise.oci.credentials.interface import CredentialUnavailable


class BotocoreSigner:
    """Signs with one session's credentials, which botocore renews. Safe for use from several threads."""

    def __init__(self) -> None:
        logging.getLogger("botocore").setLevel(logging.WARNING)  # it writes what it signs, session tokens included
        self._credentials: Any = None
        self._lock = threading.Lock()

    def __call__(self, service: Service, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        try:
            from botocore.auth import SigV4Auth  # noqa: PLC0415 - only an Amazon registry pays for it
            from botocore.awsrequest import AWSRequest  # noqa: PLC0415
            from botocore.exceptions import BotoCoreError  # noqa: PLC0415
        except ImportError:
            raise CredentialUnavailable(
                "it is Amazon's, and logging in there needs botocore: pip install 'basewise[aws]'"
            ) from None
        request = AWSRequest(method="POST", url=service.url, data=body, headers=dict(headers))
        try:
            SigV4Auth(self._found(), service.name, service.region).add_auth(request)
        except BotoCoreError as error:  # its text may quote profiles and files: its kind says enough
            raise CredentialUnavailable(f"AWS credentials cannot be read: {type(error).__name__}") from None
        return dict(request.headers.items())

    def __repr__(self) -> str:
        return "BotocoreSigner(secrets hidden)"

    def _found(self) -> Any:
        from botocore.session import Session  # noqa: PLC0415 - see above

        with self._lock:
            if self._credentials is None:
                self._credentials = Session().get_credentials()
            if self._credentials is None:
                raise CredentialUnavailable("it is Amazon's, and there are no AWS credentials")
            return self._credentials.get_frozen_credentials()

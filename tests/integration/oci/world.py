"""Registries under the names they have in life, on loopback, behind one proxy that sees all that is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote_plus

from tests.integration.oci import front
from tests.integration.oci.answers import BLOB, BLOB_PATH, GOOD, TAG_PATH
from tests.integration.oci.faulty import FaultyRegistry, Reply
from tests.integration.oci.proxy import Passed, RecordingProxy

from basewise.model.reference import Reference
from basewise.oci.credentials.interface import Credential
from basewise.oci.registry import RegistrySource
from basewise.oci.settings import Logins

Visit = Callable[..., RegistrySource]
"""Makes a source of images with the logins that it is given."""
DENIED = Reply(401, {"www-authenticate": "Basic"})


class World:
    """Registries by name, on loopback, behind one proxy."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._hosts: dict[str, FaultyRegistry] = {}
        self.proxy = stack.enter_context(RecordingProxy({}))

    def host(self, name: str) -> FaultyRegistry:
        if name not in self._hosts:
            self._hosts[name] = self._stack.enter_context(FaultyRegistry())
            self.proxy.names[name] = self._hosts[name].host
        return self._hosts[name]

    def who_saw(self, secret: str) -> set[str]:
        """The hosts that were sent `secret`, as it is, in a form or inside Basic credentials."""
        return {passed.host for passed in self.proxy.passed if secret in _all_of(passed)}


def _all_of(passed: Passed) -> str:
    sent = [passed.path, passed.body.decode(), *passed.headers.values()]
    shown = passed.headers.get("authorization", "")
    if shown.startswith("Basic "):
        sent.append(base64.b64decode(shown.removeprefix("Basic ")).decode())
    return "\n".join([*sent, *map(unquote_plus, sent)])


def docker_config(folder: Path, entries: dict[str, Credential], **more: object) -> Logins:
    auths = {
        host: {"auth": login.basic().removeprefix("Basic "), "identitytoken": login.identity_token}
        for host, login in entries.items()
    }
    path = folder / "config.json"
    path.write_text(json.dumps({"auths": auths, **more}))
    return Logins(files=(path,), environment={"PATH": f"{folder}:/usr/bin:/bin"})


def ref(host: str) -> Reference:
    return Reference.parse(f"{host}/app:1")


def serve(server: FaultyRegistry, wrap: Callable[[Reply], front.Step], cdn: FaultyRegistry) -> None:
    """A manifest, and a blob that lies on `cdn.test`, behind one kind of login."""
    moved = Reply(307, {"location": "http://cdn.test/store?signature=s1gned"})
    server.on(TAG_PATH, wrap(GOOD))
    server.on(BLOB_PATH, wrap(moved))
    cdn.on("/store", Reply(body=BLOB))

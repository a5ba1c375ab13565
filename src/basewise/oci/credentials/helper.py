"""Credentials from programs: `docker-credential-NAME`, as Docker's `credHelpers` and `credsStore` name them.

Follows the protocol of docker/docker-credential-helpers: `get` reads the server from standard input and writes JSON
with `Username` and `Secret`; the user name `<token>` says that the secret is an identity token.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from basewise.model.limits import Limits
from basewise.model.reference import DOCKER_HUB
from basewise.oci.credentials.interface import Credential, CredentialUnavailable
from basewise.oci.credentials.remembered import Remembered
from basewise.oci.exchange import Exchange
from basewise.oci.kept import Fresh
from basewise.oci.mirrors import Place
from basewise.oci.quoting import quoted

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_HUB_SERVER = "https://index.docker.io/v1/"  # what `docker login` stores Docker Hub's credentials under
_TOKEN_USER = "<token>"  # noqa: S105 - the name that marks a token
_NOT_FOUND = b"credentials not found"  # how helpers say so, on standard output


class _Answer(msgspec.Struct, rename="pascal"):
    username: str = ""
    secret: str = ""


_DECODER = msgspec.json.Decoder(_Answer)


class _Question(NamedTuple):
    """Which helper to ask for which registry."""

    name: str
    host: str


class Helpers(Remembered[_Question]):
    """The helpers of one configuration file.

    Args:
        by_host: helper name by registry host.
        store: name of the helper for all other hosts; empty where there is none.
        environment: what helpers run with.
        now: UNIX seconds.
    """

    def __init__(
        self,
        by_host: Mapping[str, str],
        store: str,
        environment: Mapping[str, str],
        limits: Limits,
        *,
        now: Callable[[], float],
    ) -> None:
        super().__init__(now)
        self._by_host, self._store, self._environment = by_host, store, environment
        self._limits = limits

    def _key(self, place: Place) -> _Question | None:
        name = self._by_host.get(place.host, self._store)
        return _Question(name, place.host) if name else None

    def _fetch(self, key: _Question, exchange: Exchange) -> Fresh[Credential | None]:
        del exchange
        return Fresh(self._run(key.name, key.host), self._now() + self._limits.helper_answer_seconds)

    def _run(self, name: str, host: str) -> Credential | None:
        who = f"credential helper {quoted(name)}"
        if not _NAME.fullmatch(name):
            raise CredentialUnavailable(f"{who} is configured for it, which is no name of one")
        program = shutil.which(f"docker-credential-{name}", path=self._environment.get("PATH", ""))
        if program is None:
            raise CredentialUnavailable(f"{who} is configured for it, but there is no docker-credential-{name} in PATH")
        server = _HUB_SERVER if host == DOCKER_HUB else host
        try:
            code, output = _talk(Path(program), server.encode(), self._environment, self._limits)
        except TimeoutError:
            seconds = f"{self._limits.helper_seconds:g}"
            raise CredentialUnavailable(f"{who} takes longer than helper_seconds = {seconds}") from None
        except OSError as error:
            raise CredentialUnavailable(f"{who} cannot be run: {error.strerror}") from None
        if len(output) > self._limits.helper_bytes:
            raise CredentialUnavailable(f"{who} answers with more than helper_bytes = {self._limits.helper_bytes}")
        if code == 0:
            return _credential(output, who)
        if _NOT_FOUND in output:
            return None
        # What it printed is not quoted: nobody knows what is in it.
        raise CredentialUnavailable(f"{who} ended with {code}")


def _talk(program: Path, text: bytes, environment: Mapping[str, str], limits: Limits) -> tuple[int, bytes]:
    """Runs `program get` without a shell. Exit code, negative for a signal, and what it wrote.

    Raises:
        OSError: it cannot be run.
        TimeoutError: it was stopped, with all that it had started.
    """
    too_slow = threading.Event()

    def stop() -> None:
        too_slow.set()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with what it has started, which may hold its output open

    process = subprocess.Popen(  # noqa: S603 - found in PATH by a checked name
        [str(program), "get"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        start_new_session=True,
    )
    timer = threading.Timer(limits.helper_seconds, stop)
    timer.start()
    try:
        with process:
            assert process.stdin is not None
            assert process.stdout is not None
            with contextlib.suppress(BrokenPipeError):  # it may answer without reading
                process.stdin.write(text)
                process.stdin.close()
            output = process.stdout.read(limits.helper_bytes + 1)
            process.stdout.close()
    finally:
        timer.cancel()
    if too_slow.is_set():
        raise TimeoutError
    return process.returncode, output


def _credential(output: bytes, who: str) -> Credential | None:
    try:
        answer = _DECODER.decode(output)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise CredentialUnavailable(f"{who} answers with something that is no credential") from None
    if not answer.secret:
        return None
    if answer.username == _TOKEN_USER:
        return Credential(username=answer.username, identity_token=answer.secret)
    return Credential(username=answer.username, password=answer.secret)

"""An HTTP proxy on loopback: it stands for DNS, and remembers everything that passes.

Plain requests are read and passed on, so that a test can look for secrets in them; TLS is tunnelled.
"""

from __future__ import annotations

import http.client
import select
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self
from urllib.parse import urlsplit


class Passed(NamedTuple):
    """One request that passed."""

    host: str
    """The host it was for, with port where one was named."""
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class RecordingProxy:
    """Brings requests for the names it knows to servers on loopback, and answers 502 for all others.

    Args:
        names: `host:port` on loopback by host name.
        login: the `Proxy-Authorization` without which it answers 407.
    """

    def __init__(self, names: dict[str, str], *, login: str | None = None) -> None:
        self.names = names
        self.login = login
        self.passed: list[Passed] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            def do_GET(self) -> None:
                outer._pass_on(self)

            do_HEAD = do_POST = do_GET  # noqa: N815 - names that http.server asks for

            def do_CONNECT(self) -> None:
                outer._tunnel(self)

            def log_message(self, *_: object) -> None:
                """Tests read `passed`."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that leave are no errors
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def hosts(self) -> set[str]:
        return {passed.host for passed in self.passed}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def _remember(self, handler: BaseHTTPRequestHandler, host: str, path: str, body: bytes = b"") -> str | None:
        """Where the request goes; None where it is refused, which is answered here."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.passed.append(Passed(host, handler.command, path, headers, body))
        target = self.names.get(host.partition(":")[0])
        status = 407 if self.login and headers.get("proxy-authorization") != self.login else 200 if target else 502
        if status == 200:
            return target
        handler.send_response(status)
        handler.send_header("content-length", "0")
        handler.end_headers()
        return None

    def _pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        url = urlsplit(handler.path)
        path = url.path + (f"?{url.query}" if url.query else "")
        target = self._remember(handler, url.netloc, path, body)
        if target is None:
            return
        headers = {name: value for name, value in handler.headers.items() if not name.lower().startswith("proxy-")}
        connection = http.client.HTTPConnection(target, timeout=10)
        try:
            connection.request(handler.command, path, body=body or None, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            handler.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"connection", "transfer-encoding", "date", "server"}:
                    handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(content)
        finally:
            connection.close()

    def _tunnel(self, handler: BaseHTTPRequestHandler) -> None:
        target = self._remember(handler, handler.path, "")
        if target is None:
            return
        host, _, port = target.partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as there:
            handler.send_response(200)
            handler.end_headers()
            handler.close_connection = True
            here = handler.connection
            while True:
                for side in select.select([here, there], [], [], 10)[0] or [None]:
                    data = side.recv(65536) if side else b""
                    if not data:
                        return
                    (there if side is here else here).sendall(data)

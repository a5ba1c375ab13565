"""`NO_PROXY` means what it means to Docker, Podman and skopeo: Go's own library is asked."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from basewise.oci.proxies import Proxies

PROGRAM = """
package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		request, err := http.NewRequest("GET", lines.Text(), nil)
		if err != nil {
			fmt.Println("error")
			continue
		}
		proxy, err := http.ProxyFromEnvironment(request)
		if err != nil || proxy == nil {
			fmt.Println("")
			continue
		}
		fmt.Println(proxy.String())
	}
}
"""
NAMES = st.sampled_from(["a.test", "b.a.test", "ba.test", "c.b.a.test", "a", "test", "A.Test", "a.test.example"])
ADDRESSES = st.sampled_from(
    ["10.1.2.3", "10.1.2.4", "11.0.0.1", "[fd00::1]", "[fd00::2]", "127.0.0.1", "127.1.1.1", "[::1]"]
)
PORTS = st.sampled_from(["", "", ":80", ":443", ":5000"])
NETWORKS = st.sampled_from(["10.0.0.0/8", "10.1.2.0/30", "fd00::/8", "10.1.2.3/32", "10.0.0.0/99", "fd00::1"])
URLS = st.builds(
    "{}://{}{}/v2/".format, st.sampled_from(["http", "https"]), NAMES | ADDRESSES | st.just("localhost"), PORTS
)
PREFIXES = st.sampled_from(["", "", ".", "*."])
ENTRIES = (
    st.builds("{}{}{}".format, PREFIXES, NAMES, PORTS)
    | st.builds("{}{}".format, ADDRESSES, PORTS)
    | NETWORKS
    | st.just("")
)
LISTS = st.lists(ENTRIES, max_size=4).map(", ".join) | st.just("*")


@pytest.fixture(scope="module")
def go_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("go") is None:
        pytest.skip("go is not installed (Debian package golang-go)")
    folder = tmp_path_factory.mktemp("proxies")
    (folder / "main.go").write_text(PROGRAM)
    subprocess.run(
        ["go", "build", "-o", "proxies", "main.go"], cwd=folder, check=True, capture_output=True, timeout=300
    )
    return folder / "proxies"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exempt=LISTS, urls=st.lists(URLS, min_size=1, max_size=20))
def test_go_sends_the_same_requests_through_the_same_proxies(go_program: Path, exempt: str, urls: list[str]) -> None:
    environment = {"HTTP_PROXY": "http://plain.proxy:1", "HTTPS_PROXY": "http://tls.proxy:2", "NO_PROXY": exempt}
    ran = subprocess.run(
        [go_program], input="\n".join(urls), env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    proxies = Proxies.from_environment(environment)
    ours = []
    for text in urls:
        url = httpx.URL(text)
        ours.append(proxies.proxy_for(url.scheme, url.host, url.port))
    assert dict(zip(urls, ours, strict=True)) == dict(zip(urls, ran.stdout.split("\n")[:-1], strict=True))

"""Dockerfiles for hypothesis: every feature of the format, in every combination that comes up."""

from __future__ import annotations

from hypothesis import strategies as st

ARGUMENTS = {
    "ADD": [
        "a b",
        "--checksum=sha256:0 https://x/y /z",
        '["a b", "c"]',
        "--link --exclude=a --exclude=b . /x",
        "<<EOF /x\nhi\nEOF",
    ],
    "ARG": ["A", "A=1", "A=1 B='2 3' C", 'A="x y"', "A=${B:-c}", "A=$B\\ c"],
    "CMD": ["run it", '["run", "it"]', "[]", '["a", 1]', "[a]", 'echo "[x]" ', '["\\u0041\\n"]'],
    "COPY": [
        "a b c/",
        "--from=build /a /b",
        "--chown=1:1 --chmod=755 a b",
        '["a", "b"]',
        "<<a <<-'b' /c/\n1\na\n\t2\n\tb",
        "-- a b",
    ],
    "ENTRYPOINT": ["exec top", '["top", "-b"]', ""],
    "ENV": ["A=1", "A 1  2", "A=\"1 2\" B='3' C=\\ 4", "A=$B", "A", "A=1 B"],
    "EXPOSE": ["80", "80/tcp 443/udp", "$PORT"],
    "FROM": [
        "a",
        "a AS b",
        "--platform=$TARGETPLATFORM a:${TAG:-1} as c",
        "a b c",
        "scratch",
        "",
        "x@sha256:" + "0" * 64,
    ],
    "HEALTHCHECK": ["NONE", "CMD x", "--interval=5s --retries=2 CMD [\"a\", 'b']", '--timeout=1m CMD ["a"]', "x"],
    "LABEL": ["a=b", 'a.b="c d" e=f', "a b", '"a b"=c'],
    "MAINTAINER": ["someone <a@b>", ""],
    "ONBUILD": ["RUN x", 'CMD ["y"]', "COPY <<E /x\nE", "ENV A=1", "ONBUILD RUN x", "", "--a RUN b"],
    "RUN": [
        "make && make install",
        '["make", "x"]',
        "--mount=type=cache,target=/x --mount=type=secret,id=y make",
        "--network=none x",
        "<<EOF\nset -e\n# no comment\n\nEOF",
        '3<<-"E F" cat <<G\n\t\\\n\tE F\nx\nG',
        'echo "<<EOF"',
        "cat <<<EOF",
        "<<EOF\nno end",
        "echo '",
        "true # <<x",
    ],
    "SHELL": ['["sh", "-c"]', "sh -c", "[]"],
    "STOPSIGNAL": ["SIGTERM", "9"],
    "USER": ["root", "1000:1000", "$U"],
    "VOLUME": ["/a /b", '["/a"]', '[""]'],
    "WORKDIR": ["/a b/c", "$HOME/x"],
    "NONSENSE": ["a b", ""],
}
"""Arguments of each instruction; some are refused."""

_BREAKS = ["\\\n", " \\\n  ", "\\ \t\n", "\\\n# a comment\n", " \\\n\n  # another\n \t", "\\\r\n"]
_GAPS = ["", "", "\n", "# a comment\n", "  \t\n", "\t# indented\n\n", "#\n"]
_DIRECTIVES = [
    "# syntax=docker/dockerfile:1\n",
    "#escape=\\\n",
    "# escape = `\n",
    "# Check=skip=all\r\n",
    "# other=1\n",
]
_ENDS = ["\n", "\n", "\n", "\r\n", " \n"]

_SEPARATORS = st.sampled_from([" ", " ", "  ", "\t"])
_CASES = st.sampled_from([str, str, str.lower, str.title])
_KEYWORDS = st.sampled_from(sorted(ARGUMENTS))


@st.composite
def instructions(draw: st.DrawFn, *, escape: str = "\\") -> str:
    """One instruction with its line end, and what stands before it."""
    keyword = draw(_KEYWORDS)
    arguments = draw(st.sampled_from(ARGUMENTS[keyword]))
    first, newline, rest = arguments.partition("\n")
    for _ in range(draw(st.integers(0, 2)) if first else 0):
        at = draw(st.integers(0, len(first)))
        first = first[:at] + draw(st.sampled_from(_BREAKS)).replace("\\", escape) + first[at:]
    written = draw(_CASES)(keyword) + draw(_SEPARATORS)
    return draw(st.sampled_from(_GAPS)) + written + first + newline + rest + draw(st.sampled_from(_ENDS))


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    """A whole file, with or without directives, byte order mark and last line end."""
    directives = "".join(draw(st.lists(st.sampled_from(_DIRECTIVES), max_size=2)))
    escape = "`" if "`" in directives else "\\"
    body = "".join(draw(st.lists(instructions(escape=escape), max_size=6)))
    text = draw(st.sampled_from(["", "", "\ufeff"])) + directives + draw(st.sampled_from(["FROM x\n", "", "\n"])) + body
    return text.rstrip("\n") if draw(st.booleans()) else text


NOISE = st.text(st.sampled_from("FROMRUNaA \t\\`\n\r\"'[]{}$=:-#<>&|;,1é"), max_size=120)
"""Text that is a Dockerfile by accident at most."""

"""Dockerfiles for hypothesis: every feature of the format, in every combination that comes up."""

from __future__ import annotations

from itertools import product

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

_CASES = [str, str, str.lower, str.title]
_SEPARATORS = [" ", " ", "  ", "\t"]
_FRAMES = st.sampled_from(list(product(_GAPS, _CASES, _SEPARATORS, _ENDS)))
_INSTRUCTIONS = st.sampled_from([(keyword, each) for keyword, all_ in ARGUMENTS.items() for each in all_])
_PLACED_BREAKS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(_BREAKS)), max_size=2)


@st.composite
def instructions(draw: st.DrawFn, *, escape: str = "\\") -> str:
    """One instruction with its line end, and what stands before it."""
    keyword, arguments = draw(_INSTRUCTIONS)
    gap, case, separator, end = draw(_FRAMES)
    first, newline, rest = arguments.partition("\n")
    for at, line_break in draw(_PLACED_BREAKS):
        first = first[:at] + line_break.replace("\\", escape) + first[at:]
    return gap + case(keyword) + separator + first + newline + rest + end


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

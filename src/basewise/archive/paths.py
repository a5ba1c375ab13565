"""Paths as archives write them, made into paths below the root of the image."""

from __future__ import annotations


def clean(path: str) -> str | None:
    """`path` without leading `./` and `/`, without `.`, `..` and empty components; '' is the root itself.

    Components are resolved by their text alone, as container runtimes do before they unpack.

    Returns:
        None when `..` would lead out of the root.
    """
    path = path.removeprefix("./")
    if path and "/." not in path and "//" not in path and path[0] not in "./" and path[-1] != "/":
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def decode(raw: bytes) -> str:
    r"""Text of a path; bytes that are not UTF-8 become `\xNN`, so that every path can be written to a document."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace")

"""Hides a login that was typed into a name or address. Whoever shows or keeps such a text passes it through here first.

What stands before an `@` is userinfo (RFC 3986, section 3.2.1) unless a digest follows: image references know no other
`@` (distribution/reference). When in doubt it is hidden: a name that is not told whole is a smaller loss than a secret.
"""

from __future__ import annotations

import re

LOGIN_REMEDY = "What may be a login is not shown; give it to 'podman login' or 'docker login', never in a name."
_HIDDEN = "***@"
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_URL_WITHOUT_LOGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?[/?#]", re.IGNORECASE)
"""Here the authority has ended (RFC 3986, section 3.2): a later `@` is one of the path or query."""
_DIGEST = re.compile(r"(?:sha[0-9]+|md5|blake3):[^/]*", re.IGNORECASE)
"""A digest, or what was meant as one."""
_DIGEST_TO_COME = re.compile(r"[$<{][^/]*(?:digest|(?<![a-z])sha[0-9]*(?![a-z]))[^/]*", re.IGNORECASE)
"""A variable or template whose name says that it will be a digest."""


def without_login(text: str, hidden: str = _HIDDEN) -> str:
    """One name or address with `hidden` for everything before the `@` of a login, its scheme aside.

    Args:
        text: whole; of a text that was cut, the `@` may be gone and the password still there.
    """
    if _URL_WITHOUT_LOGIN.match(text):
        return text
    head, at, tail = text.rpartition("@")
    if at and (_DIGEST.fullmatch(tail) or _DIGEST_TO_COME.fullmatch(tail)):
        head = head.rpartition("@")[0]
    if not head:
        return text
    scheme = _SCHEME.match(head)
    return (scheme[0] if scheme else "") + hidden + text[len(head) + 1 :]

"""Any mixture of good and odd entries: the good ones are read, each of the others is said, in either way of reading."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.listing import Listing


class Entry(msgspec.Struct):
    name: str
    version: str = ""


LISTING = Listing(
    msgspec.json.Decoder(dict[str, Entry]),
    msgspec.json.Decoder(dict[str, msgspec.Raw]),
    msgspec.json.Decoder(Entry),
    lambda document: document.items(),
)
GOOD = st.builds(lambda name, version: {"name": name, "version": version}, st.text(), st.text())
ODD = st.none() | st.integers() | st.lists(st.text()) | st.builds(lambda value: {"name": value}, st.integers())


@given(st.dictionaries(st.text(min_size=1, max_size=9), GOOD | ODD, max_size=8))
def test_every_entry_is_read_or_said(document: dict[str, Any]) -> None:
    said: list[str] = []
    found = LISTING.read(json.dumps(document).encode(), said.append, DEFAULT_LIMITS)
    good = {key: value for key, value in document.items() if isinstance(value, dict) and isinstance(value["name"], str)}
    assert {key: {"name": entry.name, "version": entry.version} for key, entry in found} == good
    odd = [key for key in document if key not in good]
    assert [reason.partition(" cannot be read")[0] for reason in said] == odd


@pytest.mark.parametrize("data", [b"", b"[]", b'{"a": {"name": "x"}', b"{" * 100_000])
def test_what_is_no_document_raises(data: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, RecursionError)):
        LISTING.read(data, pytest.fail, DEFAULT_LIMITS)

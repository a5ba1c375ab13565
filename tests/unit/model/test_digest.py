"""Digests and chain IDs as the OCI specifications define them."""

import hashlib

import pytest

from basewise.model.digest import chain_id, is_digest, matches, sha256_of, short


def test_a_digest_names_exactly_its_bytes() -> None:
    assert matches(b"x", sha256_of(b"x"))
    assert matches(b"x", "sha512:" + hashlib.sha512(b"x").hexdigest())
    assert not matches(b"y", sha256_of(b"x"))
    assert not matches(b"x", "md5:9dd4e461268c8034f5c8564e155c67a6")


@pytest.mark.parametrize("text", ["", "sha256:", "sha256:" + "A" * 64, "sha256:" + "0" * 63, "../../etc/passwd"])
def test_anything_else_is_no_digest(text: str) -> None:
    assert not is_digest(text)


def test_the_chain_id_folds_from_the_bottom() -> None:
    first, second = sha256_of(b"1"), sha256_of(b"2")
    assert chain_id([first]) == first
    assert chain_id([first, second]) == sha256_of(f"{first} {second}".encode())
    assert chain_id([second, first]) != chain_id([first, second])
    with pytest.raises(ValueError, match="empty"):
        chain_id([])


def test_tables_show_twelve_digits() -> None:
    assert short("sha256:" + "ab" * 32) == "abababababab"

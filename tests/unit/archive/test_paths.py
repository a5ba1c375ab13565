import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.archive.paths import clean, decode


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("usr/bin/sh", "usr/bin/sh"),
        ("./usr/bin/sh", "usr/bin/sh"),
        ("/usr/bin/sh", "usr/bin/sh"),
        ("//usr//bin/./sh/", "usr/bin/sh"),
        ("././a", "a"),
        ("usr/../bin/sh", "bin/sh"),
        ("etc/.hidden", "etc/.hidden"),
        ("..a/b..", "..a/b.."),
        ("a/..b", "a/..b"),
        (".", ""),
        ("./", ""),
        ("/", ""),
        ("", ""),
        ("a/..", ""),
    ],
)
def test_paths_are_below_the_root(written: str, path: str) -> None:
    assert clean(written) == path


@pytest.mark.parametrize("written", ["..", "../etc/passwd", "/../a", "a/../../b", "./../x"])
def test_a_path_that_leads_out_of_the_root_is_none(written: str) -> None:
    assert clean(written) is None


@given(st.text(alphabet="ab./", max_size=12))
def test_a_clean_path_is_relative_and_stays_as_it_is(written: str) -> None:
    path = clean(written)
    if path is None:
        assert ".." in written
        return
    assert clean(path) == path
    assert not any(part in {"", ".", ".."} for part in path.split("/")) or path == ""


@given(st.binary(max_size=30))
def test_any_bytes_become_text_that_can_be_written(raw: bytes) -> None:
    assert decode(raw).encode().decode() == decode(raw)


def test_text_stays_text_and_other_bytes_are_written_out() -> None:
    assert decode("grün".encode()) == "grün"
    assert decode(b"gr\xfcn") == "gr\\xfcn"

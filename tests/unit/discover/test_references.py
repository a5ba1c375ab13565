"""A text that names an image is made canonical, or kept as it may be shown, with the reason why it names none."""

import pytest

from basewise.discover.references import LONGEST_SHOWN, as_shown, read_reference


def test_a_name_is_made_canonical() -> None:
    reference, status = read_reference("python:3.12")
    assert (reference, status.is_ok) == ("docker.io/library/python:3.12", True)


@pytest.mark.parametrize(
    "written",
    [
        "bob:S3cret@h/x:1",
        "https://bob:S3cret@h/x:1",
        "bob:S3cret@$REGISTRY/x:1",
        "bob:S3cret@{{ registry }}/x:1",
        "bob:S3cret" + "x" * 2000 + "@h/x:1",
    ],
)
def test_a_login_in_a_name_is_neither_kept_nor_told(written: str) -> None:
    reference, status = read_reference(written)
    assert reference.endswith(written.rpartition("@")[2])
    assert status.status == "not_assessed"
    assert "S3cret" not in reference + status.reason


def test_a_long_text_is_cut_after_its_login_is_gone() -> None:
    shown = as_shown("bob:S3cret@" + "h" * 300)
    assert shown.startswith("***@hhh")
    assert len(shown) == LONGEST_SHOWN + 1

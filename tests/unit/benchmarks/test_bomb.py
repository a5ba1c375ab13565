import gzip
import io
import tarfile

import pytest
from benchmarks import bomb
from benchmarks.bomb import gzip_of_zeros

from basewise.model.errors import LimitExceeded
from basewise.model.image import Descriptor
from basewise.model.limits import Limits
from basewise.scan.blob import Blob


def test_repeating_a_flushed_piece_gives_one_sound_archive() -> None:
    data, inflated = gzip_of_zeros(1_000_003, 7)
    content = gzip.decompress(data)
    assert len(content) == inflated
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        (member,) = archive.getmembers()
        file = archive.extractfile(member)
        assert file is not None
        assert file.read() == bytes(7_000_021)


def test_the_stream_is_as_small_as_zeros_can_be() -> None:
    data, inflated = gzip_of_zeros(10_000_000, 20)
    assert inflated / len(data) > 1000


def test_the_size_that_it_declares_does_not_help_it() -> None:
    data, _ = gzip_of_zeros(1_000_000, 20)
    descriptor = Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", "sha256:" + "0" * 64, bomb.DECLARED_BYTES)
    reading = Blob([data], descriptor, Limits(layer_ratio_from=1_000_000), lambda: 0.0)
    with pytest.raises(LimitExceeded, match="layer_ratio"):
        for _ in reading.inflated():
            pass
    assert reading.inflated_bytes < 400 * len(data) + 1_000_000

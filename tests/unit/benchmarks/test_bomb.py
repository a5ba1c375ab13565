import gzip
import io
import tarfile

from benchmarks.bomb import gzip_of_zeros


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

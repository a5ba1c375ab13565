from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.errors import ImageError, LimitExceeded, UnsupportedMediaType
from basewise.model.image import DOCKER_CONFIG, DOCKER_INDEX, DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.oci.documents import media_type_of, parse_index, parse_manifest

DIGEST = "sha256:" + "a" * 64
GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"


def document(**changes: object) -> bytes:
    body = {
        "schemaVersion": 2,
        "config": {"mediaType": OCI_CONFIG, "digest": DIGEST, "size": 2},
        "layers": [{"mediaType": GZIP, "digest": DIGEST, "size": 10}],
    }
    return json.dumps({key: value for key, value in (body | changes).items() if value != "absent"}).encode()


def test_an_oci_manifest_without_media_type_is_read() -> None:
    manifest = parse_manifest(document(), OCI_MANIFEST, "it", DEFAULT_LIMITS)
    assert manifest.config.digest == DIGEST
    assert [(layer.media_type, layer.size) for layer in manifest.layers] == [(GZIP, 10)]
    assert manifest.annotations == {}


def test_a_docker_manifest_is_read() -> None:
    data = document(mediaType=DOCKER_MANIFEST, config={"mediaType": DOCKER_CONFIG, "digest": DIGEST, "size": 2})
    assert parse_manifest(data, DOCKER_MANIFEST, "it", DEFAULT_LIMITS).config.media_type == DOCKER_CONFIG


def test_null_fields_are_empty() -> None:
    data = document(layers=None, annotations=None)
    manifest = parse_manifest(data, OCI_MANIFEST, "it", DEFAULT_LIMITS)
    assert (manifest.layers, manifest.annotations) == ([], {})


def test_docker_schema_1_is_unsupported_and_said_so() -> None:
    data = b'{"schemaVersion": 1, "fsLayers": []}'
    with pytest.raises(UnsupportedMediaType, match="schema 1"):
        parse_manifest(data, media_type_of(data, "it"), "it", DEFAULT_LIMITS)


def test_an_artifact_is_no_image() -> None:
    data = document(config={"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": DIGEST, "size": 2})
    with pytest.raises(UnsupportedMediaType, match=r"artifact .*helm"):
        parse_manifest(data, OCI_MANIFEST, "it", DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"layers": [{"mediaType": GZIP, "digest": "../../etc/passwd", "size": 1}]}, r"layers\[0\].*digest"),
        ({"layers": [{"mediaType": GZIP, "digest": DIGEST, "size": -1}]}, r"layers\[0\].*size"),
        ({"layers": [{"mediaType": GZIP, "digest": DIGEST}]}, r"layers\[0\].*size"),
        ({"layers": [{"digest": DIGEST, "size": 1}]}, r"layers\[0\].*media type"),
        ({"layers": "many"}, r"\$\.layers"),
        ({"config": "absent"}, "no configuration"),
        ({"config": {"mediaType": OCI_CONFIG, "digest": 7}}, r"\$\.config\.digest"),
        ({"mediaType": DOCKER_MANIFEST}, "says itself"),
        ({"manifests": []}, "manifest and index at once"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_named(changes: dict[str, object], field: str) -> None:
    with pytest.raises(ImageError, match=field):
        parse_manifest(document(**changes), OCI_MANIFEST, "it", DEFAULT_LIMITS)


def test_an_index_that_carries_layers_is_refused() -> None:
    data = json.dumps({"manifests": [], "layers": []}).encode()
    with pytest.raises(ImageError, match="at once"):
        parse_index(data, OCI_INDEX, "it")


def test_too_many_layers_are_refused_by_name_of_the_limit() -> None:
    layer = {"mediaType": GZIP, "digest": DIGEST, "size": 1}
    with pytest.raises(LimitExceeded, match="image_layers = 2"):
        parse_manifest(document(layers=[layer] * 3), OCI_MANIFEST, "it", Limits(image_layers=2))


def test_an_index_keeps_order_platform_and_annotations() -> None:
    entries = [
        {"mediaType": OCI_MANIFEST, "digest": DIGEST, "size": 1, "platform": {"os": "linux", "architecture": "arm"}},
        {"mediaType": OCI_MANIFEST, "digest": DIGEST, "size": 2, "platform": None, "annotations": {"a": "b"}},
    ]
    first, second = parse_index(json.dumps({"manifests": entries}).encode(), DOCKER_INDEX, "it")
    assert str(first.platform) == "linux/arm"
    assert (second.platform, second.annotations) == (None, {"a": "b"})


def test_the_shape_tells_the_media_type_where_none_is_stated() -> None:
    assert media_type_of(document(), "it") == OCI_MANIFEST
    assert media_type_of(b'{"manifests": []}', "it") == OCI_INDEX
    with pytest.raises(ImageError, match="neither"):
        media_type_of(b"{}", "it")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ImageError, match="not JSON"):
        media_type_of(b'{"x":' + b"[" * 200_000, "it")


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["config", "layers", "manifests", "mediaType", "digest", "size", "platform", "annotations"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_bytes_give_a_manifest_or_an_image_error(data: bytes) -> None:
    for parse in (
        lambda: parse_manifest(data, OCI_MANIFEST, "it", DEFAULT_LIMITS),
        lambda: parse_index(data, OCI_INDEX, "it"),
        lambda: media_type_of(data, "it"),
    ):
        with contextlib.suppress(ImageError):
            assert parse() is not None


def test_control_characters_of_a_manifest_reach_no_terminal() -> None:
    with pytest.raises(UnsupportedMediaType) as caught:
        parse_manifest(document(), "\x1b[2J" + "x" * 500, "it", DEFAULT_LIMITS)
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 200

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.errors import ImageError
from basewise.model.image import Descriptor, ImageConfig
from basewise.oci.config import pair_layers, parse_config

A, B = ("sha256:" + letter * 64 for letter in "ab")
LAYERS = [Descriptor("application/vnd.oci.image.layer.v1.tar", digest, 1) for digest in (A, B)]


def parse(**body: object):  # noqa: ANN201 - the type is the subject of the test
    return parse_config(json.dumps(body).encode(), "configuration")


def test_all_fields_are_read() -> None:
    parsed = parse(
        os="linux",
        architecture="arm64",
        variant="v8",
        created="2026-01-01T00:00:00Z",
        config={
            "User": "65532",
            "Entrypoint": ["/app"],
            "Cmd": ["--serve"],
            "WorkingDir": "/srv",
            "ExposedPorts": {"443/tcp": {}, "80/tcp": {}},
            "Volumes": {"/data": {}},
            "Env": ["PATH=/bin"],
            "Labels": {"a": "b", "c": None},
            "Healthcheck": {"Test": ["CMD", "/probe"], "Interval": 1},
            "StopSignal": "SIGQUIT",
        },
    )
    assert str(parsed.platform) == "linux/arm64/v8"
    assert parsed.config == ImageConfig(
        user="65532",
        entrypoint=["/app"],
        cmd=["--serve"],
        working_dir="/srv",
        exposed_ports=["443/tcp", "80/tcp"],
        volumes=["/data"],
        env=["PATH=/bin"],
        labels={"a": "b", "c": ""},
        healthcheck=["CMD", "/probe"],
        stop_signal="SIGQUIT",
        created="2026-01-01T00:00:00Z",
    )


def test_null_and_missing_fields_are_empty() -> None:
    nulls = dict.fromkeys(["User", "Entrypoint", "Cmd", "Env", "Labels", "Volumes", "ExposedPorts", "Healthcheck"])
    parsed = parse(config=nulls, rootfs=None, history=None)
    assert parsed.config == ImageConfig()
    assert (parsed.platform, parsed.diff_ids, parsed.steps) == (None, [], [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"config": {"Env": "PATH=/"}}, r"\$\.config\.Env"),
        ({"config": {"Entrypoint": [1]}}, r"\$\.config\.Entrypoint\[0\]"),
        ({"history": [{"created_by": {}}]}, r"\$\.history\[0\]\.created_by"),
        ({"rootfs": {"diff_ids": {}}}, r"\$\.rootfs\.diff_ids"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(body: dict[str, object], field: str) -> None:
    with pytest.raises(ImageError, match=field):
        parse(**body)


def test_layers_are_paired_with_diff_ids_and_steps_that_made_a_layer() -> None:
    parsed = parse(
        rootfs={"diff_ids": [B, A]},
        history=[
            {"created_by": "ADD rootfs.tar /"},
            {"created_by": "ENV A=b", "empty_layer": True},
            {"created_by": "RUN make"},
        ],
    )
    paired = pair_layers(LAYERS, parsed)
    assert [(layer.digest, layer.declared_diff_id, layer.created_by) for layer in paired] == [
        (A, B, "ADD rootfs.tar /"),
        (B, A, "RUN make"),
    ]
    assert [layer.diff_id for layer in paired] == ["", ""]


def test_a_configuration_that_counts_other_layers_is_not_believed() -> None:
    paired = pair_layers(LAYERS, parse(rootfs={"diff_ids": [A]}, history=[{"created_by": "x"}] * 3))
    assert [(layer.declared_diff_id, layer.created_by) for layer in paired] == [("", ""), ("", "")]


def test_a_diff_id_that_is_no_digest_is_left_out() -> None:
    assert pair_layers(LAYERS, parse(rootfs={"diff_ids": ["sha256:short", A]}))[0].declared_diff_id == ""


@given(st.binary(max_size=300))
def test_any_bytes_give_a_configuration_or_an_image_error(data: bytes) -> None:
    with contextlib.suppress(ImageError):
        assert parse_config(data, "it").config is not None

"""JSON with what people add to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.json5 import read_json5
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits


def plain(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Scalar) else None


def read(text: str) -> object:
    return plain(read_json5(SourceFile("renovate.json5", text.encode(), Limits())))


def test_comments_single_quotes_plain_keys_and_commas_at_the_end_are_read() -> None:
    text = """\
    // renovate
    {
    \t$schema: 'https://docs.renovatebot.com/renovate-schema.json', /* a
    comment */ "extends": ['config:recommended', "docker:pinDigests",],
      quoted: 'it\\'s "here" // not a comment',
      minified:{a:"b:c"},
    }
    """
    assert read(text) == {
        "$schema": "https://docs.renovatebot.com/renovate-schema.json",
        "extends": ["config:recommended", "docker:pinDigests"],
        "quoted": 'it\'s "here" // not a comment',
        "minified": {"a": "b:c"},
    }


@pytest.mark.parametrize("text", ["", "[]", "words", "{", "{a: }}", '{"a": 1} {"b": 2}', "/* no end {}"])
def test_what_is_no_table_is_none(text: str) -> None:
    assert read(text) is None


TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)


@given(st.dictionaries(TEXTS.filter(bool), TEXTS | st.lists(TEXTS, max_size=3), max_size=4))
def test_every_json_is_json5(value: dict[str, object]) -> None:
    value.pop("<<", None)  # YAML's merge key
    assert read(json.dumps(value, indent="\t")) == value


@given(st.text(max_size=60))
def test_no_text_is_an_exception(text: str) -> None:
    read("{" + text)

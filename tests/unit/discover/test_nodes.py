import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basewise.discover.nodes import Document, Mapping, Scalar, documents
from basewise.discover.reading import child, integer, items, text, texts
from basewise.model.limits import Limits

LIMITS = Limits()


def read(content: str, limits: Limits = LIMITS) -> list[Document]:
    return list(documents(content, limits))


def root(content: str) -> Mapping:
    (document,) = read(content)
    assert isinstance(document.root, Mapping), document.problem
    return document.root


def test_every_value_knows_its_line_across_documents() -> None:
    first, second = read("# licence\n\na: 1\n---\nb:\n  c: deep\n")
    assert child(first.root, "a") == Scalar("1", 3, column=4)
    assert child(second.root, "b", "c") == Scalar("deep", 6, column=6)


def test_a_table_keeps_its_keys_as_they_stand_there() -> None:
    found = root("base: &base {x: 1}\nmore:\n  <<: *base\n  y: 1\n  y: 2\n")
    more = child(found, "more")
    assert isinstance(more, Mapping)
    assert (more.line, more.column) == (3, 3)
    assert [(key.value, key.line, key.column) for key in more.keys] == [("<<", 3, 3), ("y", 4, 3), ("y", 5, 3)]
    assert sorted(more.entries) == ["x", "y"]


def test_windows_line_ends_count_once() -> None:
    assert child(root("a: 1\r\nb: 2\r\n"), "b") == Scalar("2", 2, column=4)


def test_a_broken_document_hides_no_other() -> None:
    found = read("a: 1\n---\nb: [\n---\nc: 3\n")
    assert child(found[0].root, "a") == Scalar("1", 1, column=4)
    assert found[1].problem.startswith("line ")
    assert child(found[2].root, "c") == Scalar("3", 5, column=4)


def test_directives_and_comments_before_a_document_are_no_document() -> None:
    (found,) = read("%YAML 1.1\n# note\n\n---\na: 1\n...\n")
    assert child(found.root, "a") == Scalar("1", 5, column=4)


def test_dashes_inside_a_block_of_text_begin_no_document() -> None:
    assert text(child(root("a: |\n  ---\n  b\n"), "a")) == "---\nb\n"


def test_an_alias_is_its_anchor_with_the_line_where_it_is_used() -> None:
    found = root("a: &image nginx:1\nb: &more {x: 1}\nc: *image\nd: *more\n")
    assert child(found, "c") == Scalar("nginx:1", 3, column=4)
    assert child(found, "d", "x") == Scalar("1", 2, column=14)


def test_merged_keys_yield_to_those_that_are_written() -> None:
    found = root("a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc:\n  <<: [*a, *b]\n  y: 3\n")
    assert [text(child(found, "c", key)) for key in "xyz"] == ["1", "3", "2"]


@pytest.mark.parametrize("content", ["a: &a [*a]\n", "a: *b\n", "a: &a {b: *a}\n"])
def test_an_alias_to_nothing_complete_is_a_problem(content: str) -> None:
    (found,) = read(content)
    assert "stands for nothing" in found.problem


def test_a_mapping_as_key_marks_what_holds_it_as_templated() -> None:
    assert root("a: {b: [{{ .Values.x }}]}\n").templated
    assert not root("a: {b: [{c: d}]}\n").templated


def test_values_of_other_shapes_are_simply_not_there() -> None:
    found = root("a: [1]\nb: ~\nc: null\nd: 'null'\ne: -1\nf: 12\ng: 9999999999\n")
    assert text(child(found, "a")) == ""
    assert text(child(found, "b")) == text(child(found, "c")) == text(child(found, "nothing")) == ""
    assert text(child(found, "d")) == "null"
    assert [integer(child(found, key)) for key in "aefg"] == [None, None, 12, None]
    assert items(child(found, "f")) == []
    assert texts(child(found, "a")) == ["1"]
    assert child(found, "a", "b") is None


def test_aliases_that_multiply_without_end_are_refused() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 40))
    (found,) = read(bomb)
    assert "yaml_nodes = 2000000" in found.problem


def test_merges_that_multiply_without_end_are_refused() -> None:
    bomb = "m0: &m0 {" + ", ".join(f"k{i}: 1" for i in range(2000)) + "}\n"
    bomb += "".join(f"m{i}: &m{i} {{<<: *m{i - 1}}}\n" for i in range(1, 5000))
    (found,) = read(bomb)
    assert "yaml_nodes" in found.problem


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_without_end_is_refused(opening: str) -> None:
    (found,) = read(opening * 200_000)
    assert "yaml_depth = 100" in found.problem


def test_directives_without_end_are_refused() -> None:
    (found,) = read("".join(f"%TAG !a{i}! x\n" for i in range(50_000)) + "a: 1\n")
    assert "yaml_directives = 100" in found.problem


def test_documents_without_end_stop_with_the_limit() -> None:
    found = read("--- a\n" * 20, Limits(yaml_documents=5))
    assert len(found) == 6
    assert "yaml_documents = 5" in found[-1].problem


def test_a_file_of_many_nodes_ends_at_the_limit_of_the_whole_file() -> None:
    found = read("--- [a, b, c]\n" * 10, Limits(yaml_nodes=10))
    assert "yaml_nodes = 10" in found[-1].problem
    assert len(found) == 3


@pytest.mark.parametrize("content", ["a: \x00", "a: \x07b"])
def test_a_character_that_yaml_forbids_is_a_problem_with_its_line(content: str) -> None:
    (found,) = read(content)
    assert found.problem.startswith("line 1: ")


SHAPES = st.recursive(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), inner),
    max_leaves=20,
)


def plain(node: object) -> object:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    return [plain(item) for item in node.items]  # type: ignore[attr-defined]


@given(SHAPES)
def test_any_shape_written_as_json_reads_back(shape: object) -> None:
    import json  # noqa: PLC0415 - the oracle of this test alone

    (found,) = read(json.dumps(shape, ensure_ascii=False))
    assert plain(found.root) == shape


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"%#? \n\t<")))
def test_no_text_is_ever_an_exception(content: str) -> None:
    for found in read(content):
        assert (found.root is None) == bool(found.problem)


def test_a_tag_of_a_programs_own_leaves_null_what_it_is() -> None:
    """Compose's `!reset null` takes an image away (Compose file merging, "Reset value")."""
    assert text(child(root("image: !reset null"), "image")) == ""
    assert text(child(root("image: !!str null"), "image")) == "null"
    assert text(child(root("image: !reset 'null'"), "image")) == "null"

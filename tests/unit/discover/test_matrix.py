from basewise.discover.matrix import github_rows, lists, product
from basewise.discover.nodes import Mapping, Node, Scalar, documents
from basewise.model.limits import Limits

LIMITS = Limits()


def node(text: str) -> Node | None:
    (document,) = documents(text, LIMITS)
    return document.root


def rows(text: str) -> list[dict[str, str]]:
    found = github_rows(node(text), LIMITS)
    return [{key: value.value if isinstance(value, Scalar) else "…" for key, value in row.items()} for row in found]


def test_a_matrix_is_every_combination() -> None:
    assert rows("{a: [1, 2], b: [x, y]}") == [
        {"a": "1", "b": "x"},
        {"a": "1", "b": "y"},
        {"a": "2", "b": "x"},
        {"a": "2", "b": "y"},
    ]


def test_what_agrees_with_an_exclusion_goes() -> None:
    assert rows("{a: [1, 2], b: [x, y], exclude: [{a: 1}, {a: 2, b: x}]}") == [{"a": "2", "b": "y"}]


def test_an_inclusion_adds_to_the_combinations_that_it_does_not_change() -> None:
    """The example of GitHub's documentation, "Expanding or adding matrix configurations"."""
    text = """\
fruit: [apple, pear]
animal: [cat, dog]
include:
  - color: green
  - {color: pink, animal: cat}
  - {fruit: apple, shape: circle}
  - fruit: banana
  - {fruit: banana, animal: cat}
"""
    assert rows(text) == [
        {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
        {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
        {"fruit": "pear", "animal": "cat", "color": "pink"},
        {"fruit": "pear", "animal": "dog", "color": "green"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    ]


def test_without_values_there_is_one_combination_that_says_nothing() -> None:
    assert rows("{a: '${{ fromJSON(x) }}'}") == [{}]
    assert rows("{exclude: [{a: 1}]}") == [{}]
    assert github_rows(None, LIMITS) == [{}]


def test_tables_are_compared_by_what_is_in_them() -> None:
    assert len(rows("{a: [{x: [1]}, {x: [2]}], exclude: [{a: {x: [1]}}]}")) == 1


def test_a_matrix_of_too_many_combinations_is_not_expanded() -> None:
    many = Mapping(1, {"a": node(str(list(range(17)))) or Mapping(1), "b": node(str(list(range(16)))) or Mapping(1)})
    assert product(lists(many), LIMITS) == [{}]
    assert len(product(lists(many), Limits(matrix_rows=272))) == 272


def test_a_number_is_what_yaml_makes_of_it() -> None:
    assert [row["v"] for row in rows("{v: [3.10, '3.10', 3.11, 20, 08, 1e3, 0x10, 1.0, 3.12-slim]}")] == [
        *("3.1", "3.10", "3.11", "20", "8", "1000", "16", "1", "3.12-slim"),
    ]

import contextlib
import random
from typing import Any

import hcl2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.corpus import bake, terraform

from basewise.discover.hcl.parser import parse
from basewise.discover.hcl.syntax import (
    Body,
    Call,
    Expression,
    Literal,
    Object,
    Other,
    Template,
    Tuple,
    UnreadableHcl,
    named,
)
from basewise.discover.hcl.values import Named, Scope, written
from basewise.model.limits import Limits


def value(text: str) -> Expression:
    return parse(f"a = {text}\n", 100).attributes["a"]


def text(expression: Expression) -> str:
    scope = Scope(lambda path: Named(value(f'"<{".".join(path)}>"')), Limits())
    return scope.text(expression).value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"nginx:1.27"', "nginx:1.27"),
        (r'"a\"b\\c\n\u00e9"', 'a"b\\c\né'),
        ('"a${var.x}b"', "a<var.x>b"),
        ('"a${ var.x[0].y["z"] }b"', "a<var.x.0.y.z>b"),
        ('"$${a} %%{b} $5 100%"', "${a} %{b} $5 100%"),
        ('"${"nested ${"deeper"}"}"', "nested deeper"),
        ("12.50", "12.50"),
        ("true", "true"),
        ("local.image", "<local.image>"),
        ("<<EOT\nx: ${a}\n  EOT", "x: <a>\n"),
        ("<<-EOT\n  x\n  y\n  EOT", "  x\n  y\n"),
    ],
)
def test_texts_and_names_are_read(source: str, expected: str) -> None:
    assert text(value(source)) == expected


@pytest.mark.parametrize(
    "source",
    [
        'a ? "b" : "c"',
        '"a" == b',
        "1 + 2",
        "-1",
        "!a",
        "(a)",
        '[for x in y : upper(x) if x != "]"]',
        '{for k, v in y : k => "}"}',
        "f(x)[0]",
        "a[*].b == c",
        '(a ? <<EOT\n"}\nEOT\n: b)',
    ],
)
def test_what_is_computed_is_passed_over(source: str) -> None:
    body = parse(f'a = {source}\nb = "x"\n', 100)
    assert isinstance(body.attributes["a"], Other)
    assert text(body.attributes["b"]) == "x"


def test_blocks_labels_tables_and_lists() -> None:
    body = parse(
        """\
# comment
resource "a" b { // comment
  x = [1, "two", /* three */ { y : "z", "k" = 4 }, ]
  inner {}
  one { p = f(1, [2],) }
}
""",
        100,
    )
    (block,) = body.blocks
    assert (block.type, block.labels, block.line) == ("resource", ["a", "b"], 2)
    listed = block.body.attributes["x"]
    assert isinstance(listed, Tuple)
    assert isinstance(listed.items[2], Object)
    assert [inner.type for inner in block.body.blocks] == ["inner", "one"]
    call = block.body.blocks[1].body.attributes["p"]
    assert isinstance(call, Call)
    assert (call.name, len(call.arguments), call.line) == ("f", 2, 5)


def test_expressions_know_their_line() -> None:
    body = parse('a {\n  b = {\n    image = "x"\n  }\n}\nc = [\n  { image = 1 }]\n', 100)
    assert sorted(image.line for image in named(body, "image")) == [3, 7]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("a = [1", "line 1: a bracket is not closed"),
        ("a {\n", "line 2: a block is not closed"),
        ('a = "b\nc = 1', "line 1: a text is not closed"),
        ("a = <<EOT\nb\n", "line 1: the heredoc EOT has no end"),
        ("\n= 1", "line 2: '=' is not expected here"),
        ("a = {b}", "line 1: a value is expected here"),
        ("a = " + "[" * 200, "line 1: nested deeper than hcl_depth"),
        ("a {" * 200, "line 1: nested deeper than hcl_depth"),
        ("a = " + '"${' * 200, "line 1: nested deeper than hcl_depth"),
    ],
)
def test_what_is_no_hcl_is_refused_with_its_line(source: str, problem: str) -> None:
    with pytest.raises(UnreadableHcl) as error:
        parse(source, 100)
    assert error.value.message == problem


@given(st.text(alphabet='ab=[]{}()"$%<E\n,.:#/*\\ ?1', max_size=80))
def test_any_text_is_read_or_refused(source: str) -> None:
    with contextlib.suppress(UnreadableHcl):
        assert isinstance(parse(source, 20), Body)


NAMES = st.sampled_from(["image", "name", "x_1", "for_each"])
TEXTS = st.text(alphabet='aé:/."\\$%{}\n', max_size=8)


def quoted(content: str) -> str:
    escaped = content.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


LITERALS = st.text(alphabet='aé:/."', max_size=8).map(quoted) | st.sampled_from(
    ["1", "2.5", "true", "null", "var.a", 'var.a["b"].c', "f(1, var.x)"]
)
EXPRESSIONS = st.recursive(
    LITERALS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(NAMES, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {item}" for key, item in table.items()) + "}"
        )
    ),
    max_leaves=6,
)


def shape(expression: Expression) -> Any:
    if isinstance(expression, Tuple):
        return [shape(item) for item in expression.items]
    if isinstance(expression, Object):
        return {key: shape(item) for key, item in expression.entries.items()}
    if isinstance(expression, Template):
        return "".join(part for part in expression.parts if isinstance(part, str))
    return expression.value if isinstance(expression, Literal) else type(expression).__name__


def their_shape(found: Any) -> Any:
    if isinstance(found, list):
        return [their_shape(item) for item in found]
    if isinstance(found, dict):
        return {key.strip('"'): their_shape(item) for key, item in found.items() if not key.startswith("__")}
    return found


@given(TEXTS)
def test_every_text_comes_back_from_quotes(content: str) -> None:
    assert shape(value(quoted(content))) == content


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(NAMES, EXPRESSIONS, min_size=1, max_size=3))
def test_the_structure_is_that_which_python_hcl2_reads(attributes: dict[str, str]) -> None:
    source = "".join(f"{name} = {expression}\n" for name, expression in attributes.items())
    theirs = their_shape(hcl2.loads(source))
    ours = {name: shape(expression) for name, expression in parse(source, 100).attributes.items()}
    assert skeleton(theirs) == skeleton(ours)


def skeleton(found: Any) -> Any:
    """Lists and tables; what stands in them is written differently by each."""
    if isinstance(found, list):
        return [skeleton(item) for item in found]
    return {key: skeleton(item) for key, item in found.items()} if isinstance(found, dict) else ""


def test_python_hcl2_reads_the_files_that_are_made_up_here() -> None:
    for kind in (terraform, bake):
        for path, content, _ in kind.files(random.Random(3)):
            if path.endswith((".tf", ".hcl")):
                theirs = their_shape(hcl2.loads(content.decode().replace("\r\n", "\n")))
                ours = parse(content.decode(), 100)
                assert {block.type for block in ours.blocks} == set(theirs)


def test_names_that_stand_for_each_other_end() -> None:
    table = {f"v{number}": value(f'"${{v{number + 1}}}${{v{number + 1}}}"') for number in range(18)}
    table |= {"v18": value('"x"'), "a": value("b"), "b": value("a"), "c": value('"${c}"')}
    scope = Scope(lambda path: Named(table[path[0]]) if path[0] in table else None, Limits())
    assert "longer than 4096" in scope.text(value("v0")).problem
    assert scope.text(value("a")).problem
    assert "defined by itself" in scope.text(value("c")).problem


def test_what_was_written_can_be_shown() -> None:
    assert written(value('"a${var.x}b"')) == "a${var.x}b"
    assert written(value('a ? "b" : c')) == 'a ? "b" : c'

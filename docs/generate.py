"""Writes docs/reference from the program itself: `python -m docs.generate`, or `make docs`.

The command line comes from click's own objects, the documents and limits from their types and the docstrings right
under each field. A test fails when a page is not what this would write.
"""  # noqa: INP001 -- a folder of documentation that one script lives in, not a package

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from basewise.cli.main import cli
from basewise.model import patterns
from basewise.model.configuration import Configuration
from basewise.model.limits import Limits
from basewise.model.policy import RULES
from basewise.render.schema import DOCUMENTS, purpose

REFERENCE = Path(__file__).parent / "reference"
_NOTE = "<!-- Written by `make docs`; changes belong in the program. -->"


def pages() -> dict[str, str]:
    """Every generated page: file name and text."""
    return {
        "command-line.md": _page("Command line", _command_line()),
        "documents.md": _page("Documents", _documents()),
        "limits.md": _page("Limits", _limits()),
        "configuration.md": _page("Configuration", _configuration()),
    }


def main() -> None:
    """Writes the pages."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text)
        sys.stdout.write(f"docs/reference/{name}\n")


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join([f"# {title}", "", _NOTE, "", *lines]).rstrip() + "\n"


def _command_line() -> Iterator[str]:
    yield "Data goes to standard output; progress, summary and the next step go to standard error."
    yield ""
    yield from _command("basewise", cli, 2)
    yield from ("## Exit codes", "", "See the [README](../../README.md#exit-codes).")


def _command(path: str, command: click.Command, level: int) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    yield from ("#" * level + f" {path}", "", f"`{path} {' '.join(command.collect_usage_pieces(context))}`", "")
    yield from _help(command.help or "")
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    if options:
        yield from ("| option | meaning |", "| --- | --- |")
        yield from (_option(option, context) for option in options)
        yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _command(f"{path} {name}", inner, level + 1)


def _help(text: str) -> Iterator[str]:
    """Paragraphs as they are; what click keeps as it is (marked by a backspace) becomes a code block."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):
            yield from ("```text", paragraph.removeprefix("\b").strip("\n"), "```", "")
        else:
            yield from (paragraph.strip(), "")


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    value = "" if option.is_flag else f" `{option.make_metavar(context)}`"
    default = (
        option.show_default if isinstance(option.show_default, str) else option.default if option.show_default else None
    )
    notes = f" Default: `{default}`." if default not in (None, "") else ""
    notes += f" Environment: `{option.envvar}`." if option.envvar else ""
    return f"| {names}{value.replace('|', chr(92) + '|')} | {option.help or ''}{notes} |"


def _documents() -> Iterator[str]:
    yield "Every document begins with its `schema`. `basewise schema NAME` prints the JSON Schema of one."
    yield ""
    shown: set[type] = set()
    for name, document in DOCUMENTS.items():
        if document is Configuration:  # has a page of its own
            continue
        yield from (f"## The document `{name}`", "", purpose(name), "")
        for struct in _reachable(document):
            if struct not in shown:
                shown.add(struct)
                yield from _struct(struct)


def _reachable(struct: type) -> list[type]:
    """The struct and every struct below it, nearest first."""
    found = [struct]
    for current in found:
        for field in _fields(current):
            found += [inner for inner in _structs(field.type) if inner not in found]
    return found


def _fields(struct: type) -> tuple[msgspec.inspect.Field, ...]:
    information = msgspec.inspect.type_info(struct)
    assert isinstance(information, msgspec.inspect.StructType)
    return information.fields


def _structs(kind: msgspec.inspect.Type) -> list[type]:
    if isinstance(kind, msgspec.inspect.StructType):
        return [kind.cls]
    parts = [getattr(kind, name) for name in ("item_type", "key_type", "value_type") if hasattr(kind, name)]
    return [struct for part in [*parts, *getattr(kind, "types", ())] for struct in _structs(part)]


def _configuration() -> Iterator[str]:
    yield from _CONFIGURATION
    for struct in _reachable(Configuration):
        texts = field_texts(struct)
        yield from (f"### {struct.__name__}", "", inspect.cleandoc(struct.__doc__ or "").replace("\n", " "), "")
        yield from ("| key | type | default | meaning |", "| --- | --- | --- | --- |")
        for field in _fields(struct):
            yield f"| `{field.encode_name}` | {_type(field.type)} | {_default(field)} | {texts.get(field.name, '')} |"
        yield ""
    yield from ("## Rules", "")
    yield "Ids are stable. Baselines, exceptions and code scanning refer to them."
    yield ""
    yield from ("| rule | finds | why, and what to do |", "| --- | --- | --- |")
    yield from (f"| `{rule.id}` | {rule.title} | {rule.help} |" for rule in RULES.values())
    yield from _PATTERNS


_CONFIGURATION = """
`basewise.yaml` is looked for in the deepest directory that holds all targets, and from there upwards to the root of the
git repository; outside of a repository, up to the working directory. The nearest one counts, and no other is read with
it. `--config FILE` names one. Flags add to its lists, and take the place of its values.

A key that is not below, a wrong type or a date that is none is an error with file, line and column (exit code 2).
`basewise schema configuration` prints a JSON Schema for editors. [How to set up a gate](../how-to/gate.md) has
examples.

""".strip("\n").splitlines()
_PATTERNS = (
    "",
    "## Patterns",
    "",
    *inspect.cleandoc(patterns.__doc__ or "").splitlines()[2:],
    "",
    f"References: {inspect.cleandoc(patterns.ReferencePattern.__doc__ or '')}",
    "",
    f"Paths: {inspect.cleandoc(patterns.PathPattern.__doc__ or '')}",
)


def _default(field: msgspec.inspect.Field) -> str:
    """What holds when a key is not there; nothing for one that has to be, or that is a table of its own."""
    if field.required:
        return "required"
    default = field.default
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    if isinstance(default, msgspec.Struct) or default in ("", []):
        return ""
    return f"`{', '.join(default) if isinstance(default, list) else default}`"


def _struct(struct: type) -> Iterator[str]:
    texts = field_texts(struct)
    yield from (f"### {struct.__name__}", "", inspect.cleandoc(struct.__doc__ or "").replace("\n", " "), "")
    yield from ("| field | type | meaning |", "| --- | --- | --- |")
    for field in _fields(struct):
        yield f"| `{field.encode_name}` | {_type(field.type)} | {texts.get(field.name, '')} |"
    yield ""


def field_texts(struct: type) -> dict[str, str]:
    """Docstrings of the fields, each the string right under its field."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(struct))).body
    assert isinstance(definition, ast.ClassDef)
    texts: dict[str, str] = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            texts[field.target.id] = inspect.cleandoc(below.value.value).replace("\n", " ").replace("|", "\\|")
    return texts


_PLAIN: dict[type, str] = {
    msgspec.inspect.StrType: "text",
    msgspec.inspect.IntType: "integer",
    msgspec.inspect.FloatType: "number",
    msgspec.inspect.BoolType: "true or false",
    msgspec.inspect.BytesType: "base64",
    msgspec.inspect.NoneType: "null",
    msgspec.inspect.DateType: "date, `YYYY-MM-DD`",
}


def _type(kind: Any) -> str:
    if type(kind) in _PLAIN:
        return _PLAIN[type(kind)]
    if isinstance(kind, msgspec.inspect.StructType):
        return f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})"
    if isinstance(kind, msgspec.inspect.ListType):
        return f"list of {_type(kind.item_type)}"
    if isinstance(kind, msgspec.inspect.DictType):
        return f"mapping of {_type(kind.key_type)} to {_type(kind.value_type)}"
    if isinstance(kind, msgspec.inspect.LiteralType):
        return ", ".join(f"`{value}`" for value in kind.values)  # msgspec sorts them
    if isinstance(kind, msgspec.inspect.UnionType):
        return " or ".join(_type(part) for part in kind.types)
    raise TypeError(f"no words for {kind}")


def _limits() -> Iterator[str]:
    yield inspect.cleandoc(Limits.__doc__ or "")
    yield ""
    yield "What reaches a limit is recorded as not assessed, with the name of the limit; nothing else is lost."
    yield ""
    yield from ("| limit | value | meaning |", "| --- | ---: | --- |")
    texts = field_texts(Limits)
    for field in _fields(Limits):
        yield f"| `{field.name}` | {field.default:,} | {texts.get(field.name, '')} |"


if __name__ == "__main__":
    main()

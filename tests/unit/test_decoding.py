"""Holds that types are made ready for decoding where modules are imported, never where threads run.

msgspec prepares a struct type when something is first decoded into it. Two threads that do so at once end the process
with a segmentation fault (msgspec 0.22); a decoder that a module makes for itself prepares the type in time.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import basewise

SOURCE = Path(basewise.__file__).parent
LOCKED = {"catalogue/loader.py"}
"""Converts under a lock of its own."""


def calls_in_functions(tree: ast.AST) -> Iterator[ast.Call]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (node for node in ast.walk(function) if isinstance(node, ast.Call))


def late(call: ast.Call) -> bool:
    """True for a call that may prepare a type while other threads run."""
    name = ast.unparse(call.func)
    if not name.startswith("msgspec."):
        return False
    return name.endswith((".convert", ".Decoder")) or (
        name.endswith(".decode") and len(call.args) + len(call.keywords) > 1
    )


def found(text: str) -> list[str]:
    return sorted({ast.unparse(call) for call in calls_in_functions(ast.parse(text)) if late(call)})


def test_no_type_is_prepared_in_a_function() -> None:
    files = {path.relative_to(SOURCE).as_posix(): path for path in SOURCE.rglob("*.py")}
    calls = {name: found(path.read_text()) for name, path in files.items() if name not in LOCKED}
    assert {name: made for name, made in calls.items() if made} == {}


def test_what_would_crash_is_noticed() -> None:
    text = "def read(data):\n    return msgspec.json.decode(data, type=Shape), msgspec.convert(data, Shape)"
    assert found(text) == ["msgspec.convert(data, Shape)", "msgspec.json.decode(data, type=Shape)"]
    assert (
        found("import msgspec\nREADER = msgspec.json.Decoder(Shape)\ndef read(data): return READER.decode(data)") == []
    )

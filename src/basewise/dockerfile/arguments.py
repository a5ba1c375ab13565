"""Build arguments before the first FROM, and those that BuildKit sets by itself.

Dockerfile reference, sections "ARG" and "Automatic platform ARGs in the global scope"; BuildKit,
`frontend/dockerfile/dockerfile2llb/convert.go` (`buildMetaArgs`) and `platform.go` (`defaultArgs`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from basewise.dockerfile.expansion import Expansion, Value, expansion
from basewise.dockerfile.instruction import Instruction
from basewise.dockerfile.tokens import Pair
from basewise.model.limits import Limits

NO_VARIABLES = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})
"""Arguments that become no variable of a stage (`nonEnvArgs`)."""
_BUILD_PLATFORM = "linux/amd64"


def global_arguments(
    instructions: Sequence[Instruction],
    escape: str,
    given: Mapping[str, str],
    built: tuple[str, str],
    limits: Limits,
) -> dict[str, Value]:
    """What FROM lines may use.

    Args:
        instructions: those before the first FROM.
        built: the platform and the stage that are built; empty for a stage without name.
    """
    values = {name: _predefined(name, text, given) for name, text in _predefined_texts(*built).items()}
    for instruction in instructions:
        if instruction.keyword != "ARG":
            continue
        for pair in instruction.pairs:
            name = pair.name.text
            if name not in given and pair.value is None:
                values.setdefault(name, Value(None, from_defaults=True))
                continue
            values[name] = default(pair, given, lambda text: expansion(text, escape, values.get, limits))
    return values


def default(pair: Pair, given: Mapping[str, str], expanded: Callable[[str], Expansion]) -> Value:
    """The value of an argument: the one that was given, else its default."""
    if pair.name.text in given:
        return Value(given[pair.name.text])
    found = expanded(pair.value.text if pair.value else "")
    return Value(found.text, found.unknown, from_defaults=True, problem=found.problem)


def _predefined(name: str, text: str, given: Mapping[str, str]) -> Value:
    return Value(given[name]) if name in given else Value(text, from_defaults=True)


def _predefined_texts(platform: str, stage: str) -> dict[str, str]:
    texts = {"TARGETSTAGE": stage or "default"}
    for prefix, whole in (("BUILD", _BUILD_PLATFORM), ("TARGET", platform)):
        system, _, rest = whole.partition("/")
        architecture, _, variant = rest.partition("/")
        texts |= {
            f"{prefix}PLATFORM": whole,
            f"{prefix}OS": system,
            f"{prefix}OSVERSION": "",
            f"{prefix}ARCH": architecture,
            f"{prefix}VARIANT": variant,
        }
    return texts

"""Images of FROM lines, each case with the rule that it derives from.

Rules are those of BuildKit v0.34, `frontend/dockerfile/` (`shell/lex.go`, `dockerfile2llb/convert.go`,
`dockerfile2llb/platform.go`), and of the Dockerfile reference: sections "FROM", "ARG", "Understand how ARG and FROM
interact" (interact), "Scope" and "Automatic platform ARGs in the global scope" (platform), "Environment replacement"
(replacement). A case is the lines before FROM, what FROM names, and the image; several stages are in test_stages.py.
"""

import pytest

from basewise.dockerfile import Expansion, parse

CASES = [
    # as written
    ("", "alpine", "alpine", "FROM: an image"),
    ("", "alpine:3.20", "alpine:3.20", "FROM: image:tag"),
    ("", "ghcr.io:443/a/b@sha256:0", "ghcr.io:443/a/b@sha256:0", "FROM: image@digest"),
    ("", "--platform=linux/arm64 alpine", "alpine", "FROM: flags stand before the image"),
    ("", "alpine AS base", "alpine", "FROM: AS names the stage"),
    ("", "alpine\\\n:3", "alpine:3", "Format: a continued line is one"),
    ("", "\\\n# why\n\n alpine", "alpine", "Format: comments and empty lines inside are none"),
    ("", '"alpine"', "alpine", "lex.go processDoubleQuote"),
    ("", "'alpine'", "alpine", "lex.go processSingleQuote"),
    ("", 'al"pin"e', "alpine", "lex.go processStopOn: quotes inside of a word"),
    ("", "al\\pine", "alpine", "lex.go processStopOn: an escape before anything"),
    ("", "a:\\$TAG", "a:$TAG", "replacement: \\$foo is $foo"),
    ("", "'a:$TAG'", "a:$TAG", "lex.go processSingleQuote: no variables"),
    # one argument
    ("ARG T=1", "a:$T", "a:1", "interact: ARG before FROM"),
    ("ARG T=1", "a:${T}", "a:1", "replacement: ${variable}"),
    ("ARG T=1", "a:${T}-slim", "a:1-slim", "replacement: ${variable}_name"),
    ("ARG T=1", "a:$T-slim", "a:1-slim", "lex.go processName: a hyphen ends a name"),
    ("ARG T=1", "a:$T.2", "a:1.2", "lex.go processName: a dot ends a name"),
    ("ARG T=1", "a:$T_2x", "a:", "lex.go processName: an underscore does not end a name"),
    ("ARG T=1 U=2", "a:$T$U", "a:12", "lex.go processStopOn: variables side by side"),
    ("ARG I=a:1", "$I", "a:1", "interact: the whole image"),
    ("ARG R=ghcr.io/x", "$R/a", "ghcr.io/x/a", "interact: a part of the image"),
    ("ARG T=1", '"a:$T"', "a:1", "lex.go processDoubleQuote: variables"),
    ("ARG T='1 2'", "a:$T", "a:1 2", "convert.go buildMetaArgs: values are unquoted when they are declared"),
    ('ARG T="1"', "a:$T", "a:1", "convert.go buildMetaArgs: values are unquoted when they are declared"),
    ("ARG T=\\$X", "a:$T", "a:$X", "lex.go: a value is not expanded again"),
    ("ARG T=", "a$T", "a", "ARG: an empty default is a value"),
    ("arg T=1", "a:$T", "a:1", "Format: instructions are not case-sensitive"),
    ("ARG t=1\nARG T=2", "a:$t", "a:1", "lex.go getEnv: names are case-sensitive"),
    # several arguments
    ("ARG A=1\nARG B=$A", "a:$B", "a:1", "convert.go buildMetaArgs: defaults use earlier arguments"),
    ("ARG A=1 B=$A", "a:$B", "a:1", "convert.go buildMetaArgs: also of the same ARG"),
    ("ARG B=$A\nARG A=1", "a:$B", "a:", "convert.go buildMetaArgs: in order, later ones have no value yet"),
    ("ARG A=1\nARG A=2", "a:$A", "a:2", "Scope: the last definition"),
    ("ARG A=1\nARG A", "a:$A", "a:1", "convert.go buildMetaArgs: no default keeps the value"),
    ("ARG A=1\nARG A=${A}2", "a:$A", "a:12", "convert.go buildMetaArgs: its own earlier value"),
    ("ARG A=$B\nARG B=$A", "a:$A$B", "a:", "convert.go buildMetaArgs: a circle is read once, in order"),
    ("ARG A=$A", "a:$A", "a:", "convert.go buildMetaArgs: itself has no value yet"),
    ("ARG A='$B' B=1", "a:$A", "a:$B", "lex.go processSingleQuote in a default"),
    ("ARG A=1 # 2", "a:$A", "a:1", "Format: a comment begins a line, elsewhere it is an argument"),
    ("ARG A=1 \\\n  B=2", "a:$A$B", "a:12", "Format: a continued ARG"),
    # defaults
    ("", "a:${T:-1}", "a:1", "replacement: ${variable:-word}"),
    ("ARG T", "a:${T:-1}", "a:1", "replacement: ${variable:-word}"),
    ("ARG T=2", "a:${T:-1}", "a:2", "replacement: ${variable:-word}"),
    ("ARG T=", "a:${T:-1}", "a:1", "lex.go processDollar: with a colon empty is unset"),
    ("ARG T=", "a${T-:1}", "a", "lex.go processDollar: without a colon empty is set"),
    ("", "a${T-:1}", "a:1", "lex.go processDollar: '-'"),
    ("ARG S=1", "a${S:+-slim}", "a-slim", "replacement: ${variable:+word}"),
    ("", "a${S:+-slim}", "a", "replacement: ${variable:+word}"),
    ("ARG S=", "a${S:+-slim}", "a", "lex.go processDollar: with a colon empty is unset"),
    ("ARG S=", "a${S+-slim}", "a-slim", "lex.go processDollar: without a colon empty is set"),
    ("", "a${S+-slim}", "a", "lex.go processDollar: '+'"),
    ("ARG T=1", "a:${T:?needed}", "a:1", "replacement: ${variable:?word} when it is set"),
    ("ARG T=1", "a:${T?}", "a:1", "lex.go processDollar: '?'"),
    ("ARG U=1", "a:${T:-$U}", "a:1", "replacement: word may hold variables"),
    ("ARG U=1", "a:${T:-${U:-2}}", "a:1", "replacement: word may hold variables"),
    ("", "a:${T:-${U:-2}}", "a:2", "lex.go processStopOn: nested"),
    ("ARG T=1", "a:${T:+${U:-2}}", "a:2", "lex.go processStopOn: nested"),
    ("", "a:${T:-'$U'}", "a:$U", "lex.go processStopOn: quotes in word"),
    ("", '${I:-"a:1"}', "a:1", "lex.go processStopOn: quotes in word"),
    ("ARG A=${B:-1}", "a:$A", "a:1", "convert.go buildMetaArgs: defaults are expanded alike"),
    # patterns
    ("ARG V=v1.2.3", "a:${V#v}", "a:1.2.3", "replacement: ${variable#pattern}"),
    ("ARG V=1.2.3", "a:${V%.*}", "a:1.2", "replacement: ${variable%pattern}, the shortest"),
    ("ARG V=1.2.3", "a:${V%%.*}", "a:1", "replacement: ${variable%%pattern}, the longest"),
    ("ARG V=1.2.3", "a:${V#*.}", "a:2.3", "replacement: ${variable#pattern}, the shortest"),
    ("ARG V=1.2.3", "a:${V##*.}", "a:3", "replacement: ${variable##pattern}, the longest"),
    ("ARG V=1.2.3", "a:${V/./-}", "a:1-2.3", "replacement: ${variable/pattern/replacement}, the first"),
    ("ARG V=1.2.3", "a:${V//./-}", "a:1-2-3", "replacement: ${variable//pattern/replacement}, all"),
    ("ARG V=1.2.3", "a:${V/?.?/x}", "a:x.3", "replacement: ? matches any character"),
    ("ARG V=1.2.3 P=.3", "a:${V%$P}", "a:1.2", "lex.go processDollar: the pattern is expanded"),
    ("ARG I=x/y/a", "${I##*/}:1", "a:1", "replacement: ${variable##pattern}"),
    ("ARG I=x/y", "${I//\\//-}", "x-y", "lex.go convertShellPatternToRegex: \\/ is a slash"),
    ("ARG V=a*b", "${V#a\\*}", "b", "lex.go convertShellPatternToRegex: \\* is a star"),
    ("ARG V=1.2 W=${V%.*}", "a:$W", "a:1", "convert.go buildMetaArgs: patterns in defaults"),
    # predefined
    ("", "a:$TARGETARCH", "a:amd64", "platform: TARGETARCH"),
    ("", "a:$TARGETOS-$BUILDARCH", "a:linux-amd64", "platform: TARGETOS, BUILDARCH"),
    ("", "a:v$TARGETVARIANT", "a:v", "platform.go defaultArgs: amd64 has no variant"),
    ("", "${TARGETPLATFORM#*/}", "amd64", "platform: TARGETPLATFORM"),
    ("", "a:$TARGETSTAGE", "a:default", "platform.go defaultArgs: TARGETSTAGE of a stage without name"),
    ("ARG TARGETARCH", "a:$TARGETARCH", "a:amd64", "platform.go defaultArgs: redeclared without default"),
    ("ARG TARGETARCH=x", "a:$TARGETARCH", "a:x", "convert.go buildMetaArgs: a default replaces it"),
    ("ARG A=$TARGETARCH", "a:$A", "a:amd64", "convert.go buildMetaArgs: defaults use predefined arguments"),
    # escapes
    ("# escape=`\nARG T=1", "a:`$T", "a:$T", "Parser directives: escape"),
    ("# escape=`\nARG T=1", "a:$T`\n-x", "a:1-x", "Parser directives: escape"),
    ("# escape=`", "a\\b", "a\\b", "Parser directives: a backslash is plain"),
    # without value
    ("ARG T", "a:$T", "a:", "lex.go getEnv: no value is empty"),
    ("", "a:$T", "a:", "interact: not declared is empty"),
    ("ENV T=1", "a:$T", "a:", "parse.go Parse: only ARG counts before FROM"),
    ("ARG T=1", "a:$1", "a:", "lex.go processName: a number is a parameter without value"),
    ("ARG T=1", "a:$?", "a:", "lex.go isSpecialParam"),
    ("", "a$", "a$", "lex.go processDollar: a dollar alone"),
]


def base(before: str, image: str, given: dict[str, str] | None = None) -> Expansion:
    return parse(f"{before}\nFROM {image}\n").stages_with(given or {})[0].base


@pytest.mark.parametrize(("before", "image", "expected", "rule"), CASES)
def test_a_base_is_named_as_buildkit_names_it(before: str, image: str, expected: str, rule: str) -> None:
    assert base(before, image).text == expected, rule


GIVEN = [
    ("ARG T=1", "a:$T", {"T": "2"}, "a:2", "ARG: a build argument replaces the default"),
    ("ARG T", "a:$T", {"T": "2"}, "a:2", "ARG: a build argument is the value"),
    ("", "a:$T", {"T": "2"}, "a:", "ARG: what is not declared cannot be given"),
    ("ARG T=1", "a:${T:-3}", {"T": ""}, "a:3", "ARG: an empty build argument is a value"),
    ("ARG A=1\nARG B=$A", "a:$B", {"A": "2"}, "a:2", "convert.go buildMetaArgs: defaults use what was given"),
    ("ARG A=1\nARG A=3", "a:$A", {"A": "2"}, "a:2", "convert.go buildMetaArgs: every definition takes it"),
    ("ARG A='$B'", "$A", {"A": "$B"}, "$B", "convert.go buildMetaArgs: what was given is not expanded"),
    ("", "a:$TARGETARCH", {"TARGETARCH": "x"}, "a:x", "platform.go defaultArgs: overrides"),
    ("ARG T=${U:?which}", "a:$T", {"T": "1"}, "a:1", "convert.go buildMetaArgs: a replaced default is not expanded"),
]


@pytest.mark.parametrize(("before", "image", "given", "expected", "rule"), GIVEN)
def test_build_arguments_go_before_defaults(
    before: str, image: str, given: dict[str, str], expected: str, rule: str
) -> None:
    assert base(before, image, given).text == expected, rule


REFUSED = [
    ("", "${T:?which-tag}", "T: which-tag", "replacement: ${variable:?word}"),
    ("ARG T=", "${T:?}", "T: is not allowed to be empty", "lex.go processDollar: '?'"),
    ("", "${T?}", "T: is not allowed to be unset", "lex.go processDollar: '?'"),
    ("", "$T", "blank", "convert.go buildDispatchStates: base name should not be blank"),
    ("ARG T=", "${T}", "blank", "convert.go buildDispatchStates: base name should not be blank"),
    ("", "${T", "modifier", "lex.go processDollar: unsupported modifier"),
    ("", "${}", "bad substitution", "lex.go processDollar"),
    ("", "${T:-a", "no matching }", "lex.go processStopOn"),
    ("", "'a", "single quote", "lex.go processSingleQuote"),
    ("", "${T^^}", "modifier", "lex.go processDollar: unsupported modifier"),
    ("ARG A=${B:?no}", "a:$A", "B: no", "convert.go buildMetaArgs: a default that fails"),
    ("ARG A=${", "a:$A", "missing '}'", "convert.go buildMetaArgs: a default that fails"),
]


@pytest.mark.parametrize(("before", "image", "reason", "rule"), REFUSED)
def test_what_cannot_be_expanded_says_why(before: str, image: str, reason: str, rule: str) -> None:
    found = base(before, image)
    assert reason in found.problem, rule
    assert not found.is_known


@pytest.mark.parametrize(
    ("before", "image", "unknown"),
    [
        ("ARG T", "a:$T", ("T",)),
        ("", "a:$T$U", ("T", "U")),
        ("ARG A=$B", "a:$A", ("B",)),
        ("ARG T", "a:${T:-1}", ()),
        ("ARG T", "a:${T:+1}", ()),
        ("ARG T", "a:${T#v}", ("T",)),
        ("ARG T", "a:${U:-$T}", ("T",)),
        ("ARG T\nARG U=1", "a:${U:-$T}", ("T",)),
        ("ARG T=1", "a:$T", ()),
    ],
)
def test_names_without_value_are_said(before: str, image: str, unknown: tuple[str, ...]) -> None:
    found = base(before, image)
    assert found.unknown == unknown
    assert found.is_known == (not unknown)


@pytest.mark.parametrize(
    ("before", "image", "given", "from_defaults"),
    [
        ("", "a:1", {}, False),
        ("ARG T=1", "a:1", {}, False),
        ("ARG T=1", "a:$T", {}, True),
        ("ARG T=1", "a:$T", {"T": "1"}, False),
        ("ARG T=1 U=$T", "a:$U", {"T": "2"}, True),
        ("ARG T", "a:${T:-1}", {}, True),
        ("", "a:${T:-1}", {}, False),
        ("", "a:$TARGETARCH", {}, True),
    ],
)
def test_what_a_build_argument_may_change_is_said(
    before: str, image: str, given: dict[str, str], *, from_defaults: bool
) -> None:
    assert base(before, image, given).from_defaults == from_defaults


def test_an_expansion_names_the_arguments_that_it_uses() -> None:
    found = base("ARG A=1 B=2", "a:$A-${B:-$C}")
    assert (found.written, found.arguments) == ("a:$A-${B:-$C}", ("A", "C", "B"))


@pytest.mark.parametrize("platform", ["linux/arm64", "linux/arm/v7", "windows/amd64"])
def test_the_platform_that_is_built_for_is_predefined(platform: str) -> None:
    image = "$TARGETPLATFORM|$TARGETOS|$TARGETARCH|$TARGETVARIANT|$BUILDPLATFORM"
    (stage,) = parse(f"FROM {image}\n").stages_with({}, platform)
    whole, system, architecture, variant, build = stage.base.text.split("|")
    assert whole == platform == "/".join(part for part in (system, architecture, variant) if part)
    assert build == "linux/amd64"

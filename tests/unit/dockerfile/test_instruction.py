"""Dockerfile reference, sections "Format", "Shell and exec form", "Here-Documents" and those of each instruction."""

import pytest

from basewise.dockerfile import Instruction, Token, parse
from basewise.dockerfile.mounts import InvalidMount, options


def only(text: str) -> Instruction:
    (instruction,) = parse(text).instructions
    return instruction


def words(text: str) -> list[str]:
    return [word.text for word in only(text).words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM  a\tAS  b", ["a", "AS", "b"]),
        ("RUN  make  all ", ["make  all"]),
        ('RUN ["a", "\\u0062"]', ["a", "b"]),
        ("RUN ['a']", ["['a']"]),
        ("COPY a b c/", ["a", "b", "c/"]),
        ('COPY ["a b", "c"]', ["a b", "c"]),
        ("ENV A=1 B='2 3' C=4\\ 5", ["A=1", "B='2 3'", "C=4\\ 5"]),
        ("ENV A  1 2", ["A", "1 2"]),
        ('ARG A B="1 2"', ["A", 'B="1 2"']),
        ("EXPOSE 80 443/udp", ["80", "443/udp"]),
        ("USER  a b ", ["a b"]),
        ("HEALTHCHECK --retries=1 CMD  curl  x", ["CMD", "curl  x"]),
        ('HEALTHCHECK CMD ["curl", "x"]', ["CMD", "curl", "x"]),
        ("ONBUILD COPY a b", ["COPY", "a", "b"]),
        ("NONSENSE a b", []),
        ("CMD", []),
    ],
)
def test_arguments_are_cut_as_the_instruction_wants(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_keywords_are_kept_as_they_are_written() -> None:
    found = only("fRoM a")
    assert (found.keyword, found.written, found.keyword_token.text) == ("FROM", "fRoM", "fRoM")


def test_tokens_say_where_they_stand() -> None:
    found = only("\n  COPY --from=x \\\n\ta \\\n  # why\n  b\n")
    assert found.flags[0].token == Token("flag", "--from=x", 8, 2, 8)
    assert [(word.token.line, word.token.column) for word in found.words] == [(3, 2), (5, 3)]
    assert (found.span.start, found.span.end) == (2, 5)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("RUN --a=b x", "a", "b"),
        ("RUN --a x", "a", None),
        ("RUN --a= x", "a", ""),
        ("RUN --a='b c' x", "a", "b c"),
        ('RUN --a="b \\" c" x', "a", 'b " c'),
        ("RUN --a=b\\ c x", "a", "b c"),
        ("RUN --a=b=c x", "a", "b=c"),
        ("RUN --a=\\\n  b x", "a", ""),
    ],
)
def test_flags_lose_their_quotes(text: str, name: str, value: str | None) -> None:
    (flag, *_) = only(text).flags
    assert (flag.name, flag.value) == (name, value)


def test_flags_may_be_repeated_and_end_where_arguments_begin() -> None:
    found = only("RUN --mount=type=cache,target=/a --mount=type=tmpfs make --x")
    assert [flag.text for flag in found.flags] == ["--mount=type=cache,target=/a", "--mount=type=tmpfs"]
    assert [word.text for word in found.words] == ["make --x"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("type=cache,TARGET=/a", [("type", "cache"), ("target", "/a")]),
        ("ro", [("ro", None)]),
        ('type=bind,"source=a,""b"""', [("type", "bind"), ("source", 'a,"b"')]),
        ("a=,", [("a", ""), ("", None)]),
    ],
)
def test_mounts_are_fields_of_a_line(value: str, expected: list[tuple[str, str | None]]) -> None:
    assert options(value) == expected


@pytest.mark.parametrize("value", ["", 'a"b', '"a"b', '"a'])
def test_mounts_with_stray_quotes_are_refused(value: str) -> None:
    with pytest.raises(InvalidMount):
        options(value)


@pytest.mark.parametrize(
    ("text", "form", "json"),
    [
        ('CMD ["a", "b"]', "exec", ("a", "b")),
        ("CMD []", "exec", ()),
        ("CMD a", "shell", None),
        ('CMD ["a", "b"', "shell", None),
        ('CMD ["a"] b', "shell", None),
        ('HEALTHCHECK CMD ["a"]', "exec", ("a",)),
        ('ONBUILD CMD ["a"]', "exec", ("a",)),
        ('CMD [ "a" ,\\\n "b"]', "exec", ("a", "b")),
        ('USER ["a"]', "shell", None),
    ],
)
def test_an_exec_form_is_a_json_array(text: str, form: str, json: tuple[str, ...] | None) -> None:
    found = only(text)
    assert (found.form, found.json) == (form, json)


def test_pairs_tell_names_from_values() -> None:
    new, old, argument = parse('ENV A="1 2" B=\nENV C 3 4\nARG D E=5\n').instructions
    shown = [
        (pair.name.text, pair.value.text if pair.value else None, pair.equals)
        for found in (new, old, argument)
        for pair in found.pairs
    ]
    assert shown == [
        ("A", '"1 2"', True),
        ("B", "", True),
        ("C", "3 4", False),
        ("D", None, False),
        ("E", "5", True),
    ]


def test_heredocs_have_name_content_and_kind() -> None:
    text = "COPY <<a 3<<-\"b c\" << 'd' /x/\n1\na\n\t2\n\tb c\n\nd\n"
    found = only(text)
    shown = [(doc.name, doc.content, doc.expand, doc.chomp, doc.descriptor) for doc in found.heredocs]
    assert shown == [("a", "1\n", True, False, 0), ("b c", "\t2\n", False, True, 3), ("d", "\n", False, False, 0)]
    assert (found.span.end, all(doc.closed for doc in found.heredocs)) == (7, True)


def test_a_heredoc_that_does_not_end_takes_the_rest() -> None:
    found = only("RUN <<E\nFROM b\n")
    assert [(doc.content, doc.closed) for doc in found.heredocs] == [("FROM b\n", False)]


@pytest.mark.parametrize(
    "text", ["ENV A=<<E", 'RUN ["<<E"]', "RUN echo '<<E'", "RUN a<<E", "RUN <<<E", "RUN echo ' <<E"]
)
def test_what_only_looks_like_a_heredoc_is_none(text: str) -> None:
    first, second = parse(f"{text}\nUSER x\nE\n").instructions[:2]
    assert first.heredocs == ()
    assert second.keyword == "USER"


def test_onbuild_holds_an_instruction() -> None:
    found = only("ONBUILD copy --from=x <<E /y\n1\nE\n")
    inner = found.inner
    assert inner is not None
    assert (inner.keyword, inner.flags[0].text, [word.text for word in inner.words]) == (
        "COPY",
        "--from=x",
        ["<<E", "/y"],
    )
    assert inner.heredocs == found.heredocs != ()
    assert inner.inner is None


def test_comments_directly_before_and_inside_belong_to_the_instruction() -> None:
    text = "# syntax=x\n# far\n\n# near\n  # nearer\nRUN a \\\n# in\n  b\n# after\n"
    assert [comment.text for comment in only(text).comments] == ["# near", "# nearer", "# in"]


def test_a_line_is_joined_without_what_is_between() -> None:
    assert only("RUN a \\\n# in\n\n  b\n").line == "RUN a   b"


def test_a_place_in_a_command_is_found_in_the_file() -> None:
    found = only("RUN one && \\\n # why\n  two\n")
    assert found.place_of(found.words[0].text.index("two")) == (3, 3)


@pytest.mark.parametrize(
    ("text", "escape", "directives"),
    [
        (
            "# syntax=docker/dockerfile:1 \n# escape=`\nFROM a\n",
            "`",
            [("syntax", "docker/dockerfile:1", 1), ("escape", "`", 2)],
        ),
        ("#Check = skip=all;error=true\nFROM a\n", "\\", [("check", "skip=all;error=true", 1)]),
        ("# unknown=1\n# escape=`\nFROM a\n", "\\", []),
        ("\n# escape=`\nFROM a\n", "\\", []),
        ("FROM a\n# escape=`\n", "\\", []),
        ("\ufeff# escape=`\n", "`", [("escape", "`", 1)]),
    ],
)
def test_directives_stand_first(text: str, escape: str, directives: list[tuple[str, str, int]]) -> None:
    found = parse(text)
    assert found.escape == escape
    assert [(each.name, each.value, each.line) for each in found.directives] == directives

"""POSIX.1-2017, Shell Command Language, sections 2.2 to 2.10."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.dockerfile.shell import Command, commands
from basewise.model.limits import Limits


def shown(script: str) -> list[tuple[str, int, str]]:
    return [(found.joined, found.depth, " ".join(word.text for word in found.words)) for found in commands(script)]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (
            "apt-get update && apt-get install -y curl",
            [("", 0, "apt-get update"), ("&&", 0, "apt-get install -y curl")],
        ),
        ("a | b |& c", [("", 0, "a"), ("|", 0, "b"), ("|&", 0, "c")]),
        ("a || b; c & d\ne", [("", 0, "a"), ("||", 0, "b"), (";", 0, "c"), ("&", 0, "d"), ("\n", 0, "e")]),
        ("a \\\n  b && \\\n c", [("", 0, "a b"), ("&&", 0, "c")]),
        ("a # no && comment\nb#c", [("", 0, "a"), ("\n", 0, "b#c")]),
        ("(cd x && make) && y", [("", 1, "cd x"), ("&&", 1, "make"), ("&&", 0, "y")]),
        ("(a)\nb", [("", 1, "a"), ("\n", 0, "b")]),
        ("echo $(uname -m) `id -u`", [("", 0, "echo $(uname -m) `id -u`"), ("", 1, "uname -m"), ("", 1, "id -u")]),
        ('curl "https://$(host):1"', [("", 0, "curl https://$(host):1"), ("", 1, "host")]),
        ("echo ${V:-$(ver)} $((1+(2)))", [("", 0, "echo ${V:-$(ver)} $((1+(2)))"), ("", 1, "ver")]),
        ("if a; then b; elif c; then d; else e; fi", [("", 0, "a"), *[(";", 0, name) for name in "bcde"]]),
        ("while ! a; do b; done", [("", 0, "a"), (";", 0, "b")]),
        ("for f in $(ls); do rm $f; done", [("", 1, "ls"), (";", 0, "rm $f")]),
        ("case $a in x|y) b;; (z) c ;; *) d; esac; e", [("", 0, "b"), (";;", 0, "c"), (";;", 0, "d"), (";", 0, "e")]),
        ("case $a in\n x) b\n ;;\nesac", [("", 0, "b")]),
        ("f() { a; }; f", [("", 0, "a"), (";", 0, "f")]),
        ("[[ a && b > c ]] && d", [("", 0, "[[ a && b > c ]]"), ("&&", 0, "d")]),
        ("a >x 2>&1 </dev/null &>>y b", [("", 0, "a b")]),
        ("cat <<E && a\nno command\nE\nb", [("", 0, "cat"), ("&&", 0, "a"), ("\n", 0, "b")]),
        ("cat <<-'E'\n\tx\n\tE\nb <<<word", [("", 0, "cat"), ("\n", 0, "b")]),
        ("diff <(a) >(b)", [("", 0, "diff <(a) >(b)"), ("", 1, "a"), ("", 1, "b")]),
        ("echo 'a && b' \"c; d\" e\\;f", [("", 0, "echo a && b c; d e;f")]),
        ("'if' a", [("", 0, "if a")]),
        ("set -eux; . /etc/os-release", [("", 0, "set -eux"), (";", 0, ". /etc/os-release")]),
        ("{ a; b; } | c", [("", 0, "a"), (";", 0, "b"), ("|", 0, "c")]),
        ("", []),
        ("# nothing", []),
        (";; && ||", []),
    ],
)
def test_commands_are_found(script: str, found: list[tuple[str, int, str]]) -> None:
    assert shown(script) == found


def test_assignments_stand_apart_from_the_command() -> None:
    first, second = commands("DEBIAN_FRONTEND=noninteractive A[1]+=x apt-get install; B=2")
    assert [word.text for word in first.assignments] == ["DEBIAN_FRONTEND=noninteractive", "A[1]+=x"]
    assert (first.name, second.name) == ("apt-get", "")


def test_words_say_where_they_stand() -> None:
    script = "a && 'b c'$(d) \\\n e"
    for command in commands(script):
        for word in command.words:
            written = script[word.start : word.end]
            assert written.replace("'", "") == word.text


def test_words_with_variables_are_not_literal() -> None:
    (command,) = commands("a $b \"$c\" `#` 'd$' e$ \\$f")
    assert [word.is_literal for word in command.words] == [True, False, False, False, True, True, True]


def test_commands_say_which_subshell_they_stand_in() -> None:
    script = "a; (b; $(c) d) && (e\n f); g"
    found = {command.words[-1].text: command.opened for command in commands(script)}
    first, substitution, second = (script.index(opening) + len(opening) for opening in ("(", "$(", "&& ("))
    assert found == {"a": 0, "b": first, "c": substitution, "d": first, "e": second, "f": second, "g": 0}


@pytest.mark.parametrize("word", ["'b", '"b', '"b$(c)', "b'c d", "b\"c'd'"])
def test_a_word_that_ends_inside_of_its_quotes_is_said_to_be_unread(word: str) -> None:
    assert [one.is_read for one in commands(f"a {word}")[0].words] == [True, False]
    quote = next(character for character in word if character in "'\"")
    assert [one.is_read for one in commands(f"a {word}{quote}")[0].words] == [True, True]


@pytest.mark.parametrize("opening", ["$(", "`$(", "(", "${a:-", '"$(', "<("])
def test_what_is_nested_too_deep_is_said_to_be_unread(opening: str) -> None:
    found = commands("a " + opening * 60, Limits(dockerfile_nesting=20))
    assert any(not word.is_read for command in found for word in command.words)


@given(st.text(st.sampled_from("ab \n\t;&|()<>{}$`'\"\\#=-[]!caseinfod")))
def test_any_script_is_read_to_its_end(script: str) -> None:
    found = commands(script)
    assert [command.start for command in found] == sorted(command.start for command in found)
    for command in found:
        assert all(0 <= word.start <= word.end <= len(script) for word in (*command.words, *command.assignments))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["&&", "||", ";", "|", "\n", "&"]),
            st.from_regex(r"[bg-z][a-z0-9./-]*( [a-z-]+)*", fullmatch=True),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_joined_commands_are_found_as_they_were_joined(parts: list[tuple[str, str]]) -> None:
    script = "true" + "".join(f" {operator} x{command}" for operator, command in parts)
    assert shown(script) == [("", 0, "true"), *[(operator, 0, f"x{command}") for operator, command in parts]]


def test_a_command_without_words_has_no_name() -> None:
    assert Command(()).name == ""

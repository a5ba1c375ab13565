"""What BuildKit's instruction stage refuses, each case with the function that refuses it.

Files are of BuildKit v0.34, `frontend/dockerfile/instructions/`; functions without a file name are of `parse.go`.
"""

import pytest

from basewise.dockerfile import Problem, parse

REFUSED = [
    ("NONSENSE a", "unknown-instruction", "ParseInstructionWithLinter: UnknownInstructionError"),
    ("RUNmake", "unknown-instruction", "ParseInstructionWithLinter: UnknownInstructionError"),
    ("FROM a b", "from-arguments", "parseBuildStageName: one or three arguments"),
    ("FROM a b c", "from-arguments", "parseBuildStageName: the second of three is AS"),
    ("FROM a AS b c", "from-arguments", "parseBuildStageName: one or three arguments"),
    ("FROM", "from-arguments", "parseBuildStageName: one or three arguments"),
    ("FROM a AS 1b", "stage-name", "parseBuildStageName: validStageName"),
    ("FROM a AS b/c", "stage-name", "parseBuildStageName: validStageName"),
    ("FROM a AS $b", "stage-name", "parseBuildStageName: validStageName"),
    ("FROM --from=x a", "unknown-flag", "parseFrom: only --platform"),
    ("FROM --platform=a --platform=b a", "duplicate-flag", "bflag.go BFlags.Parse: used twice"),
    ("FROM --platform a", "flag-without-value", "bflag.go BFlags.Parse: stringType"),
    ("COPY a", "no-destination", "parseCopy: errNoDestinationArgument"),
    ("COPY", "no-destination", "parseCopy: errNoDestinationArgument"),
    ('COPY ["a"]', "no-destination", "parseCopy: errNoDestinationArgument"),
    ("ADD a", "no-destination", "parseAdd: errNoDestinationArgument"),
    ("COPY a <<E\nE", "heredoc-destination", "parseSourcesAndDest: errBadHeredoc"),
    ("COPY --keep-git-dir a b", "unknown-flag", "parseCopy: no such flag"),
    ("COPY --checksum=x a b", "unknown-flag", "parseCopy: no such flag"),
    ("ADD --from=x a b", "unknown-flag", "parseAdd: no such flag"),
    ("ADD --parents a b", "unknown-flag", "parseAdd: no such flag"),
    ("COPY --from=a --from=b c d", "duplicate-flag", "bflag.go BFlags.Parse: used twice"),
    ("COPY --link=maybe a b", "flag-not-boolean", "bflag.go BFlags.Parse: boolType"),
    ("COPY --link= a b", "flag-without-value", "bflag.go BFlags.Parse: boolType"),
    ("COPY --exclude a b", "flag-without-value", "bflag.go BFlags.Parse: stringsType"),
    ("COPY --from=$x a b", "copy-from-variable", "dockerfile2llb/convert.go toCommand: variables in --from"),
    ("RUN --mount=type=bind,from=$x make", "mount-from-variable", "commands_runmount.go parseMount: from"),
    ("RUN --mount='a\"b' make", "mount-not-csv", "commands_runmount.go parseMount: csvvalue.Fields"),
    ("RUN --mount= make", "mount-not-csv", "commands_runmount.go parseMount: csvvalue.Fields"),
    ("RUN --network=lan make", "network-mode", "commands_runnetwork.go runNetworkPostHook"),
    ("RUN --security=none make", "security-mode", "commands_runsecurity.go runSecurityPostHook"),
    ("RUN --device= make", "device-not-csv", "commands_rundevice.go ParseDevice"),
    ("RUN --chown=1 make", "unknown-flag", "parseRun: no such flag"),
    ("CMD --x run", "unknown-flag", "parseCmd: no flags"),
    ("ENTRYPOINT --x run", "unknown-flag", "parseEntrypoint: no flags"),
    ("USER --x root", "unknown-flag", "parseUser: no flags"),
    ("WORKDIR --x /a", "unknown-flag", "parseWorkdir: no flags"),
    ("EXPOSE --x 80", "unknown-flag", "parseExpose: no flags"),
    ("VOLUME --x /a", "unknown-flag", "parseVolume: no flags"),
    ("LABEL --x a=b", "unknown-flag", "parseLabel: no flags"),
    ("ENV --x a=b", "unknown-flag", "parseEnv: no flags"),
    ("MAINTAINER --x a", "unknown-flag", "parseMaintainer: no flags"),
    ("ENV", "no-argument", "parseKvps: errAtLeastOneArgument"),
    ("ENV A", "missing-value", "parser/line_parsers.go parseNameVal: two arguments"),
    ("ENV A=1 B", "missing-equals", "parser/line_parsers.go parseNameVal: can't find ="),
    ("ENV =1", "blank-name", "parseKvps: errBlankCommandNames"),
    ("LABEL", "no-argument", "parseKvps: errAtLeastOneArgument"),
    ("LABEL a", "missing-value", "parser/line_parsers.go parseNameVal: two arguments"),
    ("LABEL a=b c", "missing-equals", "parser/line_parsers.go parseNameVal: can't find ="),
    ("LABEL a=1 =b", "blank-name", "parseKvps: errBlankCommandNames"),
    ("ARG", "no-argument", "parseArg: errAtLeastOneArgument"),
    ("ARG =1", "blank-name", "parseArg: errBlankCommandNames"),
    ("ARG A =1", "blank-name", "parseArg: errBlankCommandNames"),
    ("EXPOSE", "no-argument", "parseExpose: errAtLeastOneArgument"),
    ("STOPSIGNAL", "no-argument", "parseStopSignal: errExactlyOneArgument"),
    ("USER", "no-argument", "parseUser: errExactlyOneArgument"),
    ("WORKDIR", "no-argument", "parseWorkdir: errExactlyOneArgument"),
    ("MAINTAINER", "no-argument", "parseMaintainer: errExactlyOneArgument"),
    ("VOLUME", "no-argument", "parseVolume: errAtLeastOneArgument"),
    ('VOLUME ["/a", " "]', "volume-empty", "parseVolume: an empty string"),
    ("SHELL sh -c", "shell-not-json", "parseShell: errNotJSON"),
    ("SHELL []", "no-argument", "parseShell: errAtLeastOneArgument"),
    ("SHELL", "no-argument", "parseShell: errAtLeastOneArgument"),
    ('RUN ["a", 1]', "json-not-strings", "parser/line_parsers.go parseJSON: errDockerfileNotStringArray"),
    ('CMD ["a", ["b"]]', "json-not-strings", "parser/line_parsers.go parseJSON: errDockerfileNotStringArray"),
    ("HEALTHCHECK", "no-argument", "parseHealthcheck: errAtLeastOneArgument"),
    ("HEALTHCHECK NONE now", "healthcheck-none", "parseHealthcheck: NONE takes no arguments"),
    ("HEALTHCHECK CMD", "healthcheck-command", "parseHealthcheck: missing command"),
    ("HEALTHCHECK CMD []", "healthcheck-command", "parseHealthcheck: missing command"),
    ("HEALTHCHECK curl x", "healthcheck-type", "parseHealthcheck: unknown type"),
    ("HEALTHCHECK --interval=5 CMD x", "flag-not-duration", "parseOptInterval: time.ParseDuration"),
    ("HEALTHCHECK --timeout=1us CMD x", "flag-too-short", "parseOptInterval: less than a millisecond"),
    ("HEALTHCHECK --start-period=-1s CMD x", "flag-too-short", "parseOptInterval: less than a millisecond"),
    ("HEALTHCHECK --retries=many CMD x", "flag-not-number", "parseHealthcheck: strconv.ParseInt"),
    ("HEALTHCHECK --retries=4294967296 CMD x", "flag-not-number", "parseHealthcheck: strconv.ParseInt, 32 bits"),
    ("HEALTHCHECK --retries=-1 CMD x", "flag-negative", "parseHealthcheck: negative retries"),
    ("HEALTHCHECK --every=1s CMD x", "unknown-flag", "parseHealthcheck: no such flag"),
    ("ONBUILD", "no-argument", "parseOnBuild: errAtLeastOneArgument"),
    ("ONBUILD ONBUILD RUN x", "onbuild-onbuild", "parseOnBuild: chaining"),
    ("ONBUILD FROM a", "onbuild-trigger", "parseOnBuild: not a trigger"),
    ("ONBUILD maintainer a", "onbuild-trigger", "parseOnBuild: not a trigger"),
    ("ONBUILD --x RUN a", "unknown-flag", "parseOnBuild: no flags"),
    ("ONBUILD ENV A", "missing-value", "parser/parser.go newNodeFromLine: the trigger is parsed too"),
]


def problems(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.rule) for problem in parse(text).problems]


@pytest.mark.parametrize(("instruction", "rule", "source"), REFUSED, ids=[row[0] for row in REFUSED])
def test_buildkit_refuses(instruction: str, rule: str, source: str) -> None:
    assert (3, rule) in problems(f"FROM a\nRUN b\n{instruction}\nUSER c\n"), source


ACCEPTED = [
    ("FROM a AS scratch", "dockerfile2llb/validations.go validateStageNames: a reserved name is a warning"),
    ("FROM a AS x\nFROM b AS x", "dockerfile2llb/validations.go validateStageNames: a repeated name is a warning"),
    ("FROM --platform=linux/amd64 a As B.c_d-1", "parseBuildStageName: in any case, dots, underscores and hyphens"),
    ("FROM a\nSTOPSIGNAL --x 9", "parseStopSignal looks at no flags"),
    ("FROM a\nARG --x A", "parseArg looks at no flags"),
    ("FROM a\nHEALTHCHECK --x NONE", "parseHealthcheck: NONE returns before flags"),
    ("FROM a\nHEALTHCHECK --interval=0 --timeout=1h1.5m --retries= CMD x", "parseOptInterval: 0 is the default"),
    ("FROM a\nCOPY --link --parents=FALSE --exclude=a --exclude=b c d", "BFlags.Parse: boolType, stringsType"),
    ("FROM a\nRUN --mount=type=bind,from=x$ make", "parseMount: a dollar at the end is none"),
    ("FROM a\nRUN --mount='type=bind,\"source=a,b\"' make", "csvvalue.Fields: a quoted field"),
    ("FROM a\nRUN", "parseRun: no argument is needed"),
    ("FROM a\nCMD []", "parseCmd: no argument is needed"),
    ("FROM a\nENTRYPOINT", "parseEntrypoint: no argument is needed"),
    ("FROM a\nONBUILD NONSENSE x", "parseOnBuild: what it holds is read by who builds on it"),
    ("FROM a\nCOPY -- --x y", "split_command.go extractBuilderFlags: -- ends flags"),
    ("ARG A=1 B\nFROM a", "Parse: ARG may stand before the first FROM"),
    ("FROM a\nENV A B=C", "parseNameVal: the older form takes anything"),
    ('FROM a\nLABEL "a b"=c', "parseNameVal: names may be quoted"),
]


@pytest.mark.parametrize(("text", "source"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_buildkit_accepts(text: str, source: str) -> None:
    assert problems(text + "\n") == [], source


def test_only_arg_may_stand_before_the_first_from() -> None:
    assert problems("ARG A\nRUN x\nFROM a\n") == [(2, "before-from")]  # parse.go CurrentStage


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_a_file_without_instructions_is_refused(text: str) -> None:
    assert problems(text) == [(1, "no-instructions")]  # parser.go Parse


def test_a_file_without_stage_is_refused() -> None:
    assert problems("ARG A\n\nARG B\n") == [(3, "no-stage")]  # dockerfile2llb/convert.go toDispatchState


def test_a_problem_names_the_place_of_the_word() -> None:
    (problem,) = parse("FROM a\nCOPY --link \\\n    --bad=1 a b\n").problems
    assert problem == Problem(3, 5, "unknown flag: --bad", "unknown-flag")


def test_every_instruction_has_its_own_problem() -> None:
    assert problems("FROM a\nX\nCOPY y\nUSER\n") == [
        (2, "unknown-instruction"),
        (3, "no-destination"),
        (4, "no-argument"),
    ]

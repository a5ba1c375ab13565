from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from basewise.cli.main import main
from basewise.render.schema import json_schema

DIGEST = "sha256:" + "a" * 64
GOOD = f"FROM registry.example/base:1@{DIGEST}\n"
BAD = "FROM python:3.12\n"
HEAVY = {"httpx", "sqlite3", "rich", "isal", "zstandard", "cvss", "packageurl", "asyncio", "jinja2"}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one service that keeps the rules and one that does not; the working directory."""
    for name, text in (("good", GOOD), ("bad", BAD)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(text)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    main(["check", *arguments, "--format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def rules(found: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in found["findings"]}


@pytest.mark.usefixtures("checkout")
def test_the_exit_code_tells_a_pass_from_a_failure() -> None:
    assert main(["check", "good"]) == 0
    assert main(["check", "bad"]) == 1
    assert main(["check"]) == 1
    assert main(["check", "gone/"]) == 2


def test_what_could_not_be_checked_is_code_3_unless_something_failed(checkout: Path) -> None:
    (checkout / "good" / "Dockerfile.dev").write_text("FROM ${BASE}\n")
    assert main(["check", "good"]) == 3
    assert main(["check", "good", "bad"]) == 1
    assert main(["check", "good", "--rule", "unreadable=error"]) == 1
    assert main(["check", "good", "--rule", "unreadable=off"]) == 0


def test_an_empty_directory_and_a_file_of_no_kind_are_never_passed(checkout: Path) -> None:
    (checkout / "empty").mkdir()
    (checkout / "README.md").write_text("# Read me\n")
    assert main(["check", "empty"]) == 3
    assert main(["check", "good", "README.md"]) == 3


def test_a_hook_may_pass_several_files_and_one_that_names_no_image_is_no_failure(checkout: Path) -> None:
    (checkout / "values.yaml").write_text("replicas: 2\n")
    assert main(["check", "good/Dockerfile", "values.yaml"]) == 0
    assert main(["check", "values.yaml", "bad/Dockerfile"]) == 1


def test_the_document_obeys_its_schema_and_names_places_from_the_root(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout / "bad")
    found = document(capsys)
    jsonschema.Draft202012Validator(json_schema("check")).validate(found)
    assert {(one["file"], one["line"]) for one in found["findings"]} == {("bad/Dockerfile", 1)}
    assert rules(found) == {"public-base", "unpinned"}


def test_flags_add_to_the_configuration_and_take_the_place_of_its_values(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "basewise.yaml").write_text("check:\n  allow: [quay.io/**]\n  rules: {unpinned: off}\n")
    assert rules(document(capsys)) == {"public-base"}
    assert rules(document(capsys, "--allow", "python")) == set()
    assert rules(document(capsys, "--own", "docker.io/library")) == set()
    assert rules(document(capsys, "--rule", "unpinned=warning")) == {"public-base", "unpinned"}
    assert rules(document(capsys, "--rule", "public-base:runtime=off")) == set()
    assert rules(document(capsys, "--role", "ci")) == set()
    assert rules(document(capsys, "--kind", "kubernetes")) == set()
    assert document(capsys, "--allow", "python")["policy"]["allow"] == ["quay.io/**", "python"]


def test_a_configuration_may_lie_elsewhere(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    rules_of_the_team = tmp_path_factory.mktemp("team") / "rules.yaml"
    rules_of_the_team.write_text("check:\n  rules: {unpinned: off, public-base: off}\n")
    (checkout / "basewise.yaml").write_text("check: {allow: [a b]}\n")
    assert main(["check", "--config", str(rules_of_the_team)]) == 0


def test_a_mistake_in_the_configuration_is_wrong_usage_with_its_place(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "basewise.yaml").write_text("check:\n  alow: []\n")
    assert main(["check"]) == 2
    assert "basewise.yaml:2:3: there is no key 'alow' in check. Did you mean allow?" in capsys.readouterr().err


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rule", "unpined=off"], "is no rule; choose from public-base"),
        (["--rule", "latest=fatal"], "write latest=error"),
        (["--rule", "latest:prod=off"], "'prod' is no role"),
        (["--allow", "a b"], "--allow: 'a b' is no pattern"),
        (["--own", "acme"], "--own: 'acme' is no beginning"),
        (["--update-baseline"], "there is no baseline to update"),
        (["--baseline", "gone.json"], "Write it with --update-baseline"),
    ],
)
def test_a_wrong_flag_says_what_to_write(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_baseline_lets_a_fleet_start_red_and_only_shrinks(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "basewise.yaml").write_text("check:\n  baseline: known.json\n")
    assert main(["check", "--update-baseline"]) == 0
    assert "2 findings added, 0 removed, 2 in all" in capsys.readouterr().err
    recorded = (checkout / "known.json").read_bytes()
    assert main(["check"]) == 0
    assert "baseline: 2 in known.json, 2 of them still there, 0 gone" in capsys.readouterr().err

    (checkout / "bad" / "Dockerfile").write_text(f"# moved\n\n{BAD}FROM node:22\n")
    assert main(["check"]) == 1
    assert (checkout / "known.json").read_bytes() == recorded, "what is new is never recorded by itself"

    (checkout / "bad" / "Dockerfile").write_text(GOOD)
    assert main(["check", "good"]) == 0
    assert (checkout / "known.json").read_bytes() == recorded, "what was not looked for is not gone"
    assert main(["check"]) == 0
    assert "could come back unnoticed: 2; take them out with --prune-baseline" in capsys.readouterr().err
    assert (checkout / "known.json").read_bytes() == recorded, "a gate changes nothing by itself"
    assert main(["check", "--prune-baseline"]) == 0
    assert "0 findings added, 2 removed, 0 in all" in capsys.readouterr().err
    (checkout / "bad" / "Dockerfile").write_text(BAD)
    assert main(["check"]) == 1, "and what is gone cannot come back"


def test_a_baseline_obeys_its_schema_and_is_sorted(checkout: Path) -> None:
    main(["check", "--baseline", "known.json", "--update-baseline"])
    found = json.loads((checkout / "known.json").read_bytes())
    jsonschema.Draft202012Validator(json_schema("baseline")).validate(found)
    entries = [(one["file"], one["rule"]) for one in found["findings"]]
    assert entries == sorted(entries)
    assert len(entries) == 2


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"schema": "basewise.dev/inventory/v1"}', b"\xff"])
def test_what_is_no_baseline_is_refused_and_left_alone(checkout: Path, data: bytes) -> None:
    (checkout / "known.json").write_bytes(data)
    assert main(["check", "--baseline", "known.json"]) == 2
    assert (checkout / "known.json").read_bytes() == data


def test_a_baseline_that_cannot_be_written_stays_as_it_is(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--baseline", "known.json", "--update-baseline"])
    longest = (checkout / "known.json").rename(checkout / ("x" * 255))  # no room for a temporary file beside it
    before = longest.read_bytes()
    (checkout / "bad" / "Dockerfile").write_text(GOOD)
    assert main(["check", "--baseline", longest.name, "--prune-baseline"]) not in {0, 1}
    assert "cannot be written" in capsys.readouterr().err
    assert longest.read_bytes() == before


@pytest.mark.usefixtures("checkout")
def test_an_image_may_be_named_as_for_an_audit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "docker://debian:10"]) == 1
    assert "command line: error: end-of-life: debian:10" in capsys.readouterr().out
    assert main(["check", f"registry.example/a:1@{DIGEST}"]) == 0


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("form", ["table", "json", "github", "gitlab", "sarif", "junit"])
def test_every_format_can_be_written_to_a_file(form: str, tmp_path: Path) -> None:
    assert main(["check", "--format", form, "-o", str(tmp_path / "out"), "--quiet"]) == 1
    assert (tmp_path / "out").read_bytes()


@pytest.mark.usefixtures("checkout")
def test_the_environment_of_a_ci_service_changes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["check"])
    plain = capsys.readouterr().out
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITLAB_CI", "true")
    main(["check"])
    assert capsys.readouterr().out == plain


@pytest.mark.usefixtures("checkout")
def test_a_check_of_files_imports_nothing_heavy() -> None:
    code = (
        "import sys; from basewise.cli.main import main; code = main(['check', '--quiet']);"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr); sys.exit(code)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stderr
    assert HEAVY.isdisjoint(ran.stderr.split())

from __future__ import annotations

from datetime import date

import pytest

from basewise.model.policy import Policy, Refusal
from basewise.model.reference import Reference
from basewise.phases.check.rules import Rules

TODAY = date(2026, 11, 24)
DIGEST = "sha256:" + "a" * 64


def broken(reference: str, policy: Policy = Policy(), own: tuple[str, ...] = (), day: date = TODAY) -> dict[str, str]:
    """Rule and remedy of everything that an image breaks."""
    hits = Rules(policy, list(own), day).broken(Reference.parse(reference), built_here=False)
    return {hit.rule: hit.remedy for hit in hits}


@pytest.mark.parametrize(
    ("reference", "rules"),
    [
        ("python", {"public-base", "unpinned", "latest"}),
        ("python:latest", {"public-base", "unpinned", "latest"}),
        ("python:3.12", {"public-base", "unpinned"}),
        (f"python:3.12@{DIGEST}", {"public-base"}),
        (f"python@{DIGEST}", {"public-base"}),
        (f"python:latest@{DIGEST}", {"public-base", "latest"}),
        (f"registry.example/python:3.12@{DIGEST}", set()),
        (f"cgr.dev/chainguard/python:3.12@{DIGEST}", set()),
        (f"registry.example/app:1-bullseye@{DIGEST}", {"end-of-life"}),
        (f"registry.example/app:1-bookworm@{DIGEST}", set()),
    ],
)
def test_an_image_breaks_the_rules_that_its_name_breaks(reference: str, rules: set[str]) -> None:
    assert set(broken(reference)) == rules


def test_a_public_image_that_is_allowed_is_public_no_more_and_nothing_else_changes() -> None:
    assert set(broken("python:3.12", Policy(allow=["python:3.*"]))) == {"unpinned"}
    assert set(broken("python:2.7", Policy(allow=["python:3.*"]))) == {"public-base", "unpinned"}


def test_the_remedy_for_a_public_image_names_what_is_allowed() -> None:
    assert (
        "quay.io/a/*, quay.io/b, quay.io/c, …"
        in (broken("python", Policy(allow=["quay.io/a/*", "quay.io/b", "quay.io/c", "quay.io/d"]))["public-base"])
    )
    assert "docker.io/library/python" in broken("python")["public-base"]


def test_an_own_name_is_not_public_wherever_it_is_kept() -> None:
    assert "public-base" not in broken("ghcr.io/acme/api:1", own=("ghcr.io/acme",))
    assert "public-base" in broken("ghcr.io/acme-corp/api:1", own=("ghcr.io/acme",))


def test_the_remedy_for_an_image_without_digest_is_what_to_write() -> None:
    assert "python:3.12@sha256:…" in broken("python:3.12")["unpinned"]
    assert "python:TAG@sha256:…" in broken("python")["unpinned"]
    assert "registry.example/a:VERSION" in broken("registry.example/a:latest")["latest"]


def test_a_refused_image_says_why_and_what_to_use_even_if_it_is_allowed() -> None:
    refusals = [
        Refusal(match="**/openjdk", reason="no longer updated", instead="cgr.dev/acme/jre"),
        Refusal(match="**", reason="never reached"),
    ]
    hits = Rules(Policy(allow=["openjdk"], refuse=refusals), [], TODAY).broken(
        Reference.parse("openjdk:17"), built_here=False
    )
    (refused,) = [hit for hit in hits if hit.rule == "refused"]
    assert refused.message == "openjdk:17 is refused by '**/openjdk': no longer updated"
    assert refused.remedy == "Write cgr.dev/acme/jre instead."


def test_an_end_of_life_depends_on_the_day_and_names_releases_that_are_maintained() -> None:
    assert "end-of-life" not in broken("debian:11", day=date(2026, 8, 31))
    assert "Debian 13 (until 2030-06-30) or Debian 12" in broken("debian:11", day=date(2026, 9, 1))["end-of-life"]
    assert broken("centos:7")["end-of-life"].startswith("Move to")


def test_what_no_name_tells_has_no_end_and_is_known_to_be_unknown() -> None:
    rules = Rules(Policy(), [], TODAY)
    assert "end-of-life" not in broken("python:3.12")
    assert not rules.life_is_known(Reference.parse("python:3.12"))
    assert rules.life_is_known(Reference.parse("python:3.12-slim-bookworm"))


def test_what_is_built_here_is_neither_public_nor_to_be_pinned_but_may_be_refused() -> None:
    policy = Policy(refuse=[Refusal(match="acme/**", reason="moved")])
    hits = Rules(policy, [], TODAY).broken(Reference.parse("acme/api:1-buster"), built_here=True)
    assert [hit.rule for hit in hits] == ["refused", "end-of-life"]


def test_a_bump_of_tag_or_digest_is_the_same_finding() -> None:
    rules = Rules(Policy(), [], TODAY)

    def subjects(text: str) -> set[tuple[str, str]]:
        return {(hit.rule, hit.subject) for hit in rules.broken(Reference.parse(text), built_here=False)}

    assert subjects("python:3.9-buster") == subjects("python:3.10-buster")
    assert subjects(f"python:3.9@{DIGEST}") == subjects(f"python:3.10@{DIGEST.replace('aa', 'bb')}")
    assert subjects("python:3.9-buster") != subjects("python:3.9-bullseye")

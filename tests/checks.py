"""A sample check for tests of its formats: every level, every state, every kind of place, and text that is hostile."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from basewise.model.check import Baseline, BaselineEntry, Check
from basewise.model.evidence import Status
from basewise.model.inventory import NotAssessed
from basewise.model.policy import Policy, PolicyException, RoleLevels, RuleLevels
from basewise.model.workload import Usage
from basewise.phases.check import Asked, Looked, Problem, check_usages

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TOOL = "basewise 0.1.0"
DIGEST = "sha256:" + "a" * 64
HOSTILE = "a::error file=x,line=1::%0A\r\n]]><b>\x1b[31m/100%/Dockerfile"
"""A path that ends a line, a workflow command, a table cell and an XML text."""


def usage(reference: str, file: str = "app/Dockerfile", line: int = 1, **fields: object) -> Usage:
    built = Usage(reference=reference, kind="dockerfile", file=file, line=line, role="runtime", final=True)
    return msgspec.structs.replace(built, **fields)


def unread(written: str, reason: str, line: int = 1) -> Usage:
    return usage(written, line=line, status=Status("not_assessed", reason))


def policy_exception(**fields: object) -> PolicyException:
    plain = PolicyException(match="**", owner="team-a", reason="moves in May.", expires=date(2027, 5, 31))
    return msgspec.structs.replace(plain, **fields)


EXCEPTIONS = [
    policy_exception(match="node:22"),
    policy_exception(match="debian", expires=date(2026, 1, 1)),
    policy_exception(match="nobody/uses-it"),
]
ASKED = Asked(
    policy=Policy(
        allow=["quay.io/**"],
        rules=RuleLevels(latest=RoleLevels(runtime="warning")),
        exceptions=EXCEPTIONS,
    ),
    configuration="basewise.yaml",
    places=["basewise.yaml:4", "basewise.yaml:9", "basewise.yaml:14"],
)
LOOKED = Looked(
    usages=[
        usage(f"docker.io/library/python:3.12@{DIGEST}", line=3, column=6),
        usage("docker.io/library/debian:10", "old/Dockerfile", 7, build_stage="build", role="build"),
        usage("docker.io/library/node:22", "web/Dockerfile"),
        usage("quay.io/a/b", HOSTILE, 2),
        usage("quay.io/a/c:1", "known/Dockerfile"),
        unread("${BASE}", "'${BASE}' holds a variable", 9),
        usage("docker.io/library/redis:7", "", 0, kind="argument"),
    ],
    problems=[Problem("broken.yaml", Status("not_assessed", "line 12: did not find expected node content"))],
    targets=[""],
    not_assessed=[NotAssessed("source", "empty/", "not_assessed", "no Dockerfile or manifest found below empty/")],
)


def check() -> Check:
    """The sample, without a baseline."""
    return check_usages(LOOKED, ASKED, now=NOW, tool=TOOL)


def ratcheted() -> Check:
    """The sample, with a baseline that knows the finding of known/Dockerfile, and one that is gone."""
    known = [
        BaselineEntry(file=one.file, rule=one.rule, subject=one.subject, fingerprint=one.fingerprint)
        for one in check().findings
        if one.file == "known/Dockerfile"
    ]
    gone = BaselineEntry(file="gone/Dockerfile", rule="latest", subject="docker.io/library/x", fingerprint="0" * 64)
    asked = msgspec.structs.replace(ASKED, baseline=Baseline(findings=[gone, *known]), baseline_file="known.json")
    return check_usages(LOOKED, asked, now=NOW, tool=TOOL)


def passing() -> Check:
    """A check that finds nothing."""
    looked = Looked(usages=[usage(f"quay.io/a/b:1@{DIGEST}")], targets=[""])
    return check_usages(looked, Asked(policy=Policy(allow=["quay.io/**"])), now=NOW, tool=TOOL)

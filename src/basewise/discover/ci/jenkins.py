"""Images that Jenkins runs: agents of declarative pipelines, the `docker` object, pods of the Kubernetes plugin.

Follows Jenkins' documentation, "Pipeline Syntax" (section "agent") and "Using Docker with Pipeline", and the README of
the Kubernetes plugin. Scripts are read for what they name literally, never run; a name that is built from variables is
not assessed.
"""

from __future__ import annotations

import re

from basewise.discover.ci.groovy import Token, UnreadableGroovy, tokens
from basewise.discover.ci.jenkins_pipeline import Pipeline
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.recorder import Recorder
from basewise.discover.source_file import SourceFile
from basewise.model.evidence import Status
from basewise.model.workload import UsageKind

_PATH = re.compile(
    r"(?:.*/)?(?:Jenkinsfile(?:[._-][^/]*)?|[^/]+\.[Jj]enkinsfile|[^/]*\.Jenkinsfile|vars/[^/]+\.groovy)", re.DOTALL
)
_NO_PIPELINES = (".md", ".txt", ".yaml", ".yml", ".json", ".xml", ".orig", ".bak", "~")
_MARK = re.compile(r"docker|container|podman|kubernetes|kaniko")


class JenkinsSource(UsageSource):
    """`Jenkinsfile` and its variants, and the steps of shared libraries (`vars/*.groovy`)."""

    kind: UsageKind = "jenkins"

    def claims(self, path: str) -> bool:
        return bool(_PATH.fullmatch(path)) and not path.endswith(_NO_PIPELINES)

    def read(self, file: SourceFile) -> Discovered:
        """The images of one pipeline; what stands after a string without end is not read, and said so."""
        if len(file.data) > file.limits.groovy_bytes:
            return Discovered(status=Status("not_assessed", f"larger than groovy_bytes = {file.limits.groovy_bytes}"))
        if file.text is None:
            return Discovered(status=Status("not_assessed", "not text in UTF-8 or UTF-16"))
        if not _MARK.search(file.text):
            return Discovered()
        recorder = Recorder(file, self.kind, "ci")
        found: list[Token] = []
        try:
            for token in tokens(file.text):
                found.append(token)  # noqa: PERF402  what was read before a failure counts
        except UnreadableGroovy as error:
            recorder.problem(error.line, error.message)
        Pipeline(found, recorder).read()
        return recorder.discovered()

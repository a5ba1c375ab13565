"""Images that Kubernetes manifests name: git's YAML as well as dumps of a cluster.

Knows the workloads of the Kubernetes API, sections Workloads and PodTemplateSpec, and of its extensions. What is YAML
but no Kubernetes object (values files, CI configuration) says nothing here and is no failure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from basewise.discover.api_kinds import DEFINITION
from basewise.discover.charts import chart_of_template
from basewise.discover.images import Lines
from basewise.discover.interface import Discovered, UsageSource
from basewise.discover.manifests import Manifests
from basewise.discover.source_file import SourceFile
from basewise.model.evidence import OK, Status
from basewise.model.workload import UsageKind

EXTENSIONS = (".yaml", ".yml", ".json")
_TEMPLATE_EXPRESSION = "{{"
_TEMPLATE_HINT = "this looks like a Helm template; render it with 'helm template' and audit the result"
_SHOWN_PROBLEMS = 3
_MARKER = re.compile(r"^---", re.MULTILINE)
_IS_DEFINITION = re.compile(r"^kind:[ \t]*[\"']?CustomResourceDefinition[\"']?[ \t]*\r?$", re.MULTILINE)


class KubernetesSource(UsageSource):
    """Manifests in YAML or JSON: several documents to a file, `List` kinds, every object that has a pod template."""

    kind: UsageKind = "kubernetes"

    def claims(self, path: str) -> bool:
        return path.lower().endswith(EXTENSIONS)

    def read(self, file: SourceFile) -> Discovered:
        """The workloads of one file and the images they run.

        A document that cannot be read makes the file `partial`, with its line, when another document could be read,
        and `not_assessed` when none could.
        """
        if not file.yaml_status.is_ok:
            return Discovered(status=file.yaml_status)
        text = file.text or ""
        if not may_name_images(text) or chart_of_template(file) is not None:
            return Discovered()
        lines = Lines(file.path, text)
        manifests = Manifests()
        for root in file.mappings:
            manifests.take(root, lines)
        found = manifests.workloads.resolve()
        problems = [*file.problems, *manifests.problems]
        hint = _TEMPLATE_HINT if _TEMPLATE_EXPRESSION in text else ""
        status = status_of(problems, hint, read=bool(file.mappings))
        return Discovered(usages=found.usages, workloads=found.workloads, status=status)


def may_name_images(text: str) -> bool:
    """False for the many files that lack a word which every object that runs something has."""
    if "kind" not in text or not (_TEMPLATE_EXPRESSION in text or ("apiVersion" in text and "mage" in text)):
        return False
    return not holds_only_definitions(text)


def holds_only_definitions(text: str) -> bool:
    """True when every document defines a kind: such files are larger than all others together, and name no image."""
    if DEFINITION not in text:
        return False
    return all(_IS_DEFINITION.search(document) for document in _MARKER.split(text) if "kind" in document)


def status_of(problems: Sequence[str], hint: str, *, read: bool) -> Status:
    """How far a file was read: the first problems, and what to do about them.

    Args:
        read: whether anything of it could be read at all.
    """
    if not problems:
        return OK
    reasons = [*problems[:_SHOWN_PROBLEMS]]
    if len(problems) > _SHOWN_PROBLEMS:
        reasons.append(f"and {len(problems) - _SHOWN_PROBLEMS} more")
    if hint:
        reasons.append(hint)
    return Status("partial" if read else "not_assessed", "; ".join(reasons))
